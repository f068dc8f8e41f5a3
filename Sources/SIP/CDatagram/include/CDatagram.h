#ifndef CDATAGRAM_H
#define CDATAGRAM_H

#include <stdint.h>

/// An IPv4 (as ::ffff:a.b.c.d) or IPv6 address in two words of host order, and a port.
typedef struct {
    uint64_t high;
    uint64_t low;
    uint16_t port;
} cdatagram_address;

/// A fixed number of datagrams that cross the kernel in one call (recvmmsg(2), sendmmsg(2): not visible from Swift).
typedef struct cdatagram_batch cdatagram_batch;

/// NULL when there is no memory. `stride` is the most bytes of one datagram.
cdatagram_batch *cdatagram_create(uint32_t count, uint32_t stride);
void cdatagram_destroy(cdatagram_batch *batch);

/// Receives what is there without waiting: the number of datagrams, or -errno.
int cdatagram_receive(cdatagram_batch *batch, int socket);
/// The bytes of a slot; `cdatagram_length` is 0 for a datagram that was cut.
uint8_t *cdatagram_bytes(cdatagram_batch *batch, uint32_t slot);
uint32_t cdatagram_length(const cdatagram_batch *batch, uint32_t slot);
/// The address in a sockaddr_in or sockaddr_in6.
cdatagram_address cdatagram_address_of(const void *sockaddr);
cdatagram_address cdatagram_source(const cdatagram_batch *batch, uint32_t slot);

/// Addresses a slot that `length` bytes were written to; `ipv6` says which family the socket has.
void cdatagram_address_slot(cdatagram_batch *batch, uint32_t slot, uint32_t length, cdatagram_address to, int ipv6);
/// Sends the first `count` slots from `first` on: how many the kernel took, or -errno.
int cdatagram_send(cdatagram_batch *batch, int socket, uint32_t first, uint32_t count);

/// Opens a bound UDP socket: the descriptor, or -errno.
int cdatagram_open(const char *host, uint16_t port, int ipv6, int buffer_bytes);
/// The address that a socket is bound to: 0, or -errno.
int cdatagram_local(int socket, cdatagram_address *local);
/// This machine's address on the way to another one, without a port that means anything: 0, or -errno.
int cdatagram_route(cdatagram_address to, int ipv6, cdatagram_address *local);

/// A descriptor that wakes poll(2), or -errno.
int cdatagram_wakeup_create(void);
void cdatagram_wakeup_signal(int wakeup);
/// Waits for the socket or the wakeup; 1 when the socket is readable.
int cdatagram_wait(int socket, int wakeup, int milliseconds);
/// Waits for the wakeup alone and takes its signals.
void cdatagram_wakeup_wait(int wakeup, int milliseconds);
void cdatagram_close(int descriptor);

#endif
