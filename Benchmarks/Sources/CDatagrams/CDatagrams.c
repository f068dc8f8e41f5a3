#define _GNU_SOURCE
#include "CDatagrams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int datagrams_receive(
    int socket, uint8_t *bytes, size_t stride, uint32_t *lengths, struct datagram_peer *peers, uint32_t count) {
    struct mmsghdr messages[DATAGRAMS_PER_CALL];
    struct iovec parts[DATAGRAMS_PER_CALL];
    struct sockaddr_in names[DATAGRAMS_PER_CALL];
    if (count > DATAGRAMS_PER_CALL) count = DATAGRAMS_PER_CALL;
    memset(messages, 0, count * sizeof messages[0]);
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = (struct iovec){.iov_base = bytes + i * stride, .iov_len = stride};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        if (peers) messages[i].msg_hdr.msg_name = &names[i];
        if (peers) messages[i].msg_hdr.msg_namelen = sizeof names[i];
    }
    int received = recvmmsg(socket, messages, count, MSG_DONTWAIT, NULL);
    if (received < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < received; i++) {
        lengths[i] = messages[i].msg_len;
        if (peers) peers[i] = (struct datagram_peer){ntohl(names[i].sin_addr.s_addr), ntohs(names[i].sin_port)};
    }
    return received;
}

int datagrams_send(
    int socket, const uint8_t *bytes, const uint32_t *lengths, const struct datagram_peer *peers, uint32_t count) {
    struct mmsghdr messages[DATAGRAMS_PER_CALL];
    struct iovec parts[DATAGRAMS_PER_CALL];
    struct sockaddr_in names[DATAGRAMS_PER_CALL];
    if (count > DATAGRAMS_PER_CALL) count = DATAGRAMS_PER_CALL;
    memset(messages, 0, count * sizeof messages[0]);
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = (struct iovec){.iov_base = (void *)bytes, .iov_len = lengths[i]};
        bytes += lengths[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        if (!peers) continue;
        names[i] = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(peers[i].port), .sin_addr.s_addr = htonl(peers[i].address)};
        messages[i].msg_hdr.msg_name = &names[i];
        messages[i].msg_hdr.msg_namelen = sizeof names[i];
    }
    int sent = sendmmsg(socket, messages, count, MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

static int datagrams_open(const char *address, uint16_t port, int buffer_size, int is_own) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &name.sin_addr) != 1) return -EINVAL;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer_size, sizeof buffer_size);
    const struct sockaddr *end = (const struct sockaddr *)&name;
    if ((is_own ? bind(descriptor, end, sizeof name) : connect(descriptor, end, sizeof name)) < 0) {
        int failure = errno;
        close(descriptor);
        return -failure;
    }
    return descriptor;
}

int datagrams_connect(const char *address, uint16_t port, int buffer_size) {
    return datagrams_open(address, port, buffer_size, 0);
}

int datagrams_bind(const char *address, uint16_t port, int buffer_size) {
    return datagrams_open(address, port, buffer_size, 1);
}

uint64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void monotonic_sleep_exactly(void) { prctl(PR_SET_TIMERSLACK, 1000); }

void monotonic_sleep(uint64_t nanoseconds) {
    struct timespec time = {.tv_sec = nanoseconds / 1000000000u, .tv_nsec = nanoseconds % 1000000000u};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}
