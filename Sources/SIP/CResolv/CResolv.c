#define _GNU_SOURCE
#include "CResolv.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { record_limit = 64, alias_limit = 8, number_count = 3 };

struct record {
    uint64_t high;
    uint64_t low;
    uint16_t numbers[number_count];
    char flags[16];
    char service[64];
    char host[NS_MAXDNAME];
};

struct cresolv_reply {
    int is_truncated;
    int code;
    uint32_t ttl;
    int count;
    struct record records[record_limit];
};

int cresolv_write(const char *name, uint16_t type, uint16_t id, uint8_t *bytes, int room) {
    if (room < NS_HFIXEDSZ + NS_QFIXEDSZ) return -1;
    memset(bytes, 0, NS_HFIXEDSZ);
    ns_put16(id, bytes);
    bytes[2] = 0x01;  // recursion is desired
    ns_put16(1, bytes + 4);
    int length = dn_comp(name, bytes + NS_HFIXEDSZ, room - NS_HFIXEDSZ - NS_QFIXEDSZ, NULL, NULL);
    if (length < 0) return -1;
    uint8_t *end = bytes + NS_HFIXEDSZ + length;
    ns_put16(type, end);
    ns_put16(ns_c_in, end + 2);
    return NS_HFIXEDSZ + length + NS_QFIXEDSZ;
}

static int answers(ns_msg *message, const char *name, uint16_t type) {
    ns_rr question;
    return ns_msg_getflag(*message, ns_f_opcode) == ns_o_query && ns_msg_count(*message, ns_s_qd) == 1
        && ns_parserr(message, ns_s_qd, 0, &question) == 0 && ns_rr_type(question) == type
        && ns_rr_class(question) == ns_c_in && strcasecmp(ns_rr_name(question), name) == 0;
}

static uint64_t word(const uint8_t *bytes) { return (uint64_t)ns_get32(bytes) << 32 | ns_get32(bytes + 4); }

static int take_name(const ns_msg *message, const uint8_t *from, const uint8_t *end, char *to) {
    int length = dn_expand(ns_msg_base(*message), end, from, to, NS_MAXDNAME);
    return length > 0 && from + length <= end;
}

/// A character string of at most `room` - 1 bytes; what is longer is no service that SIP has.
static const uint8_t *take_text(const uint8_t *from, const uint8_t *end, char *to, size_t room) {
    if (from >= end || from + 1 + *from > end) return NULL;
    size_t length = *from;
    if (to != NULL && length < room) {
        memcpy(to, from + 1, length);
        to[length] = 0;
    }
    return from + 1 + length;
}

static int take_naptr(const ns_msg *message, const uint8_t *data, const uint8_t *end, struct record *record) {
    if (end - data < 7) return 0;
    record->numbers[0] = ns_get16(data);
    record->numbers[1] = ns_get16(data + 2);
    const uint8_t *next = take_text(data + 4, end, record->flags, sizeof record->flags);
    if (next != NULL) next = take_text(next, end, record->service, sizeof record->service);
    if (next != NULL) next = take_text(next, end, NULL, 0);
    return next != NULL && next < end && take_name(message, next, end, record->host);
}

static int take(const ns_msg *message, const ns_rr *from, struct record *record) {
    const uint8_t *data = ns_rr_rdata(*from);
    const uint8_t *end = data + ns_rr_rdlen(*from);
    memset(record, 0, sizeof *record);
    switch (ns_rr_type(*from)) {
    case ns_t_a:
        if (end - data != NS_INADDRSZ) return 0;
        record->low = 0xffff00000000ULL | ns_get32(data);
        return 1;
    case ns_t_aaaa:
        if (end - data != NS_IN6ADDRSZ) return 0;
        record->high = word(data);
        record->low = word(data + 8);
        return 1;
    case ns_t_srv:
        if (end - data < 7) return 0;
        for (int field = 0; field < number_count; field++) record->numbers[field] = ns_get16(data + 2 * field);
        return take_name(message, data + 6, end, record->host);
    case ns_t_naptr: return take_naptr(message, data, end, record);
    default: return 0;
    }
}

static void lower(uint32_t *ttl, uint32_t other) {
    if (other < *ttl) *ttl = other;
}

/// Follows the aliases from the name that was asked for to the records, wherever in the section they stand.
static void take_answer(ns_msg *message, const char *name, uint16_t type, cresolv_reply *reply) {
    char owner[NS_MAXDNAME] = {0};
    strncpy(owner, name, sizeof owner - 1);
    for (int hop = 0; hop <= alias_limit && reply->count == 0; hop++) {
        char alias[NS_MAXDNAME] = {0};
        ns_rr record;
        for (int index = 0; index < ns_msg_count(*message, ns_s_an); index++) {
            if (ns_parserr(message, ns_s_an, index, &record) < 0) return;
            if (ns_rr_class(record) != ns_c_in || strcasecmp(ns_rr_name(record), owner) != 0) continue;
            if (ns_rr_type(record) == type && reply->count < record_limit) {
                if (take(message, &record, &reply->records[reply->count])) reply->count++;
                lower(&reply->ttl, ns_rr_ttl(record));
            } else if (ns_rr_type(record) == ns_t_cname) {
                take_name(message, ns_rr_rdata(record), ns_rr_rdata(record) + ns_rr_rdlen(record), alias);
                lower(&reply->ttl, ns_rr_ttl(record));
            }
        }
        if (alias[0] == 0) return;
        memcpy(owner, alias, sizeof owner);
    }
}

/// RFC 2308 section 5: the lesser of the SOA's own lifetime and its last field.
static void take_absence(ns_msg *message, cresolv_reply *reply) {
    ns_rr record;
    uint32_t ttl = UINT32_MAX;
    for (int index = 0; index < ns_msg_count(*message, ns_s_ns); index++) {
        if (ns_parserr(message, ns_s_ns, index, &record) < 0) break;
        if (ns_rr_type(record) != ns_t_soa || ns_rr_rdlen(record) < 22) continue;
        lower(&ttl, ns_rr_ttl(record));
        lower(&ttl, ns_get32(ns_rr_rdata(record) + ns_rr_rdlen(record) - 4));
    }
    // Without a SOA the absence must not be kept; an alias that leads nowhere keeps its own lifetime at most.
    lower(&reply->ttl, ttl == UINT32_MAX ? 0 : ttl);
}

cresolv_reply *cresolv_read(const uint8_t *bytes, int length, const char *name, uint16_t type, uint16_t id) {
    ns_msg message;
    if (length < NS_HFIXEDSZ || ns_get16(bytes) != id || !(bytes[2] & 0x80)) return NULL;
    // What was cut may end within a record, and is asked for again anyway.
    int is_truncated = bytes[2] & 0x02;
    if (!is_truncated && (ns_initparse(bytes, length, &message) < 0 || !answers(&message, name, type))) return NULL;
    cresolv_reply *reply = calloc(1, sizeof *reply);
    if (reply == NULL) return NULL;
    reply->is_truncated = is_truncated;
    if (is_truncated) return reply;
    reply->code = ns_msg_getflag(message, ns_f_rcode);
    reply->ttl = UINT32_MAX;
    take_answer(&message, name, type, reply);
    if (reply->count == 0) take_absence(&message, reply);
    return reply;
}

void cresolv_free(cresolv_reply *reply) { free(reply); }

int cresolv_truncated(const cresolv_reply *reply) { return reply->is_truncated; }
int cresolv_code(const cresolv_reply *reply) { return reply->code; }
uint32_t cresolv_ttl(const cresolv_reply *reply) { return reply->ttl; }
int cresolv_count(const cresolv_reply *reply) { return reply->count; }
uint64_t cresolv_high(const cresolv_reply *reply, int record) { return reply->records[record].high; }
uint64_t cresolv_low(const cresolv_reply *reply, int record) { return reply->records[record].low; }

uint16_t cresolv_number(const cresolv_reply *reply, int record, int field) {
    return reply->records[record].numbers[field];
}

const char *cresolv_flags(const cresolv_reply *reply, int record) { return reply->records[record].flags; }
const char *cresolv_service(const cresolv_reply *reply, int record) { return reply->records[record].service; }
const char *cresolv_host(const cresolv_reply *reply, int record) { return reply->records[record].host; }

int cresolv_servers(cresolv_server *servers, int room) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) < 0) return 0;
    int count = 0;
    for (int index = 0; index < state.nscount && count < room; index++) {
        const struct sockaddr_in *ipv4 = &state.nsaddr_list[index];
        const struct sockaddr_in6 *ipv6 = state._u._ext.nsaddrs[index];
        if (ipv4->sin_family == AF_INET) {
            servers[count].high = 0;
            servers[count].low = 0xffff00000000ULL | ntohl(ipv4->sin_addr.s_addr);
            servers[count++].port = ntohs(ipv4->sin_port);
        } else if (ipv6 != NULL && ipv6->sin6_family == AF_INET6) {
            servers[count].high = word(ipv6->sin6_addr.s6_addr);
            servers[count].low = word(ipv6->sin6_addr.s6_addr + 8);
            servers[count++].port = ntohs(ipv6->sin6_port);
        }
    }
    res_nclose(&state);
    return count;
}
