#ifndef CRESOLV_H
#define CRESOLV_H

#include <stdint.h>

/// The wire format of DNS messages and resolv.conf, as glibc's libresolv reads them; nothing here waits or sends.

/// Writes a recursive question: its bytes, or -1 when the name is none or there is no room.
int cresolv_write(const char *name, uint16_t type, uint16_t id, uint8_t *bytes, int room);

/// One answer, read.
typedef struct cresolv_reply cresolv_reply;

/// NULL when the bytes are no answer to that question, or there is no memory.
cresolv_reply *cresolv_read(const uint8_t *bytes, int length, const char *name, uint16_t type, uint16_t id);
void cresolv_free(cresolv_reply *reply);

/// Whether it was cut, and must be asked for again over TCP.
int cresolv_truncated(const cresolv_reply *reply);
/// The response code (RFC 1035 section 4.1.1).
int cresolv_code(const cresolv_reply *reply);
/// Seconds that the answer, or the absence of one, may be kept.
uint32_t cresolv_ttl(const cresolv_reply *reply);
int cresolv_count(const cresolv_reply *reply);

/// The address of an A or AAAA record, IPv4 as ::ffff:a.b.c.d in two words of host order.
uint64_t cresolv_high(const cresolv_reply *reply, int record);
uint64_t cresolv_low(const cresolv_reply *reply, int record);
/// SRV: priority, weight, port. NAPTR: order, preference.
uint16_t cresolv_number(const cresolv_reply *reply, int record, int field);
/// NAPTR.
const char *cresolv_flags(const cresolv_reply *reply, int record);
const char *cresolv_service(const cresolv_reply *reply, int record);
/// The target of SRV, the replacement of NAPTR; empty for the root.
const char *cresolv_host(const cresolv_reply *reply, int record);

/// A nameserver of resolv.conf.
typedef struct {
    uint64_t high;
    uint64_t low;
    uint16_t port;
} cresolv_server;

/// Reads resolv.conf: how many servers were written.
int cresolv_servers(cresolv_server *servers, int room);

#endif
