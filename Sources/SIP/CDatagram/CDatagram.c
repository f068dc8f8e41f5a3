#define _GNU_SOURCE
#include "CDatagram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct cdatagram_batch {
    uint32_t count;
    uint32_t stride;
    struct mmsghdr *headers;
    struct iovec *vectors;
    struct sockaddr_in6 *addresses;
    uint8_t *storage;
};

cdatagram_batch *cdatagram_create(uint32_t count, uint32_t stride) {
    cdatagram_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL) return NULL;
    batch->count = count;
    batch->stride = stride;
    batch->headers = calloc(count, sizeof *batch->headers);
    batch->vectors = calloc(count, sizeof *batch->vectors);
    batch->addresses = calloc(count, sizeof *batch->addresses);
    batch->storage = malloc((size_t)count * stride);
    if (!batch->headers || !batch->vectors || !batch->addresses || !batch->storage) {
        cdatagram_destroy(batch);
        return NULL;
    }
    for (uint32_t slot = 0; slot < count; slot++) {
        batch->vectors[slot].iov_base = batch->storage + (size_t)slot * stride;
        batch->headers[slot].msg_hdr.msg_iov = &batch->vectors[slot];
        batch->headers[slot].msg_hdr.msg_iovlen = 1;
        batch->headers[slot].msg_hdr.msg_name = &batch->addresses[slot];
    }
    return batch;
}

void cdatagram_destroy(cdatagram_batch *batch) {
    if (batch == NULL) return;
    free(batch->headers);
    free(batch->vectors);
    free(batch->addresses);
    free(batch->storage);
    free(batch);
}

int cdatagram_receive(cdatagram_batch *batch, int socket) {
    for (uint32_t slot = 0; slot < batch->count; slot++) {
        batch->vectors[slot].iov_len = batch->stride;
        batch->headers[slot].msg_hdr.msg_namelen = sizeof *batch->addresses;
        batch->headers[slot].msg_hdr.msg_flags = 0;
    }
    int received = recvmmsg(socket, batch->headers, batch->count, MSG_DONTWAIT, NULL);
    return received < 0 ? -errno : received;
}

uint8_t *cdatagram_bytes(cdatagram_batch *batch, uint32_t slot) {
    return batch->storage + (size_t)slot * batch->stride;
}

uint32_t cdatagram_length(const cdatagram_batch *batch, uint32_t slot) {
    if (batch->headers[slot].msg_hdr.msg_flags & MSG_TRUNC) return 0;
    return batch->headers[slot].msg_len;
}

static uint64_t word(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int index = 0; index < 8; index++) value = value << 8 | bytes[index];
    return value;
}

static void bytes(uint64_t value, uint8_t *to) {
    for (int index = 7; index >= 0; index--, value >>= 8) to[index] = (uint8_t)value;
}

cdatagram_address cdatagram_address_of(const void *sockaddr) {
    const struct sockaddr_in6 *from = sockaddr;
    cdatagram_address source = {0, 0, ntohs(from->sin6_port)};
    if (from->sin6_family == AF_INET) {
        source.low = 0xffff00000000ULL | ntohl(((const struct sockaddr_in *)from)->sin_addr.s_addr);
    } else {
        source.high = word(from->sin6_addr.s6_addr);
        source.low = word(from->sin6_addr.s6_addr + 8);
    }
    return source;
}

cdatagram_address cdatagram_source(const cdatagram_batch *batch, uint32_t slot) {
    return cdatagram_address_of(&batch->addresses[slot]);
}

static socklen_t put_address(struct sockaddr_in6 *to, cdatagram_address address, int ipv6) {
    memset(to, 0, sizeof *to);
    if (ipv6) {
        to->sin6_family = AF_INET6;
        to->sin6_port = htons(address.port);
        bytes(address.high, to->sin6_addr.s6_addr);
        bytes(address.low, to->sin6_addr.s6_addr + 8);
        return sizeof *to;
    }
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)to;
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(address.port);
    ipv4->sin_addr.s_addr = htonl((uint32_t)address.low);
    return sizeof *ipv4;
}

void cdatagram_address_slot(cdatagram_batch *batch, uint32_t slot, uint32_t length, cdatagram_address to, int ipv6) {
    batch->vectors[slot].iov_len = length;
    batch->headers[slot].msg_hdr.msg_flags = 0;
    batch->headers[slot].msg_hdr.msg_namelen = put_address(&batch->addresses[slot], to, ipv6);
}

int cdatagram_send(cdatagram_batch *batch, int socket, uint32_t first, uint32_t count) {
    int sent = sendmmsg(socket, batch->headers + first, count, 0);
    return sent < 0 ? -errno : sent;
}

int cdatagram_open(const char *host, uint16_t port, int ipv6, int buffer_bytes) {
    int family = ipv6 ? AF_INET6 : AF_INET;
    struct sockaddr_in6 address;
    socklen_t length;
    memset(&address, 0, sizeof address);
    if (ipv6) {
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(port);
        if (inet_pton(AF_INET6, host, &address.sin6_addr) != 1) return -EINVAL;
        length = sizeof address;
    } else {
        struct sockaddr_in *ipv4 = (struct sockaddr_in *)&address;
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(port);
        if (inet_pton(AF_INET, host, &ipv4->sin_addr) != 1) return -EINVAL;
        length = sizeof *ipv4;
    }
    int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    // Larger buffers are a wish: the kernel gives what net.core.rmem_max allows.
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    if ((ipv6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)
        || bind(descriptor, (struct sockaddr *)&address, length) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int cdatagram_local(int socket, cdatagram_address *local) {
    struct sockaddr_in6 address;
    socklen_t length = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &length) < 0) return -errno;
    *local = cdatagram_address_of(&address);
    return 0;
}

int cdatagram_route(cdatagram_address to, int ipv6, cdatagram_address *local) {
    struct sockaddr_in6 address;
    socklen_t length = put_address(&address, to, ipv6);
    int descriptor = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    // Sends nothing: it only makes the kernel choose.
    int result = connect(descriptor, (struct sockaddr *)&address, length) < 0 ? -errno : cdatagram_local(descriptor, local);
    close(descriptor);
    return result;
}

int cdatagram_wakeup_create(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

void cdatagram_wakeup_signal(int wakeup) {
    uint64_t one = 1;
    ssize_t written = write(wakeup, &one, sizeof one);
    (void)written;
}

static void take_signals(int wakeup) {
    uint64_t count;
    ssize_t taken = read(wakeup, &count, sizeof count);
    (void)taken;
}

int cdatagram_wait(int socket, int wakeup, int milliseconds) {
    struct pollfd descriptors[2] = {{socket, POLLIN, 0}, {wakeup, POLLIN, 0}};
    if (poll(descriptors, 2, milliseconds) <= 0) return 0;
    if (descriptors[1].revents & POLLIN) take_signals(wakeup);
    return (descriptors[0].revents & POLLIN) != 0;
}

void cdatagram_wakeup_wait(int wakeup, int milliseconds) {
    struct pollfd descriptor = {wakeup, POLLIN, 0};
    if (poll(&descriptor, 1, milliseconds) > 0) take_signals(wakeup);
}

void cdatagram_close(int descriptor) { close(descriptor); }
