#ifndef CDATAGRAMS_H
#define CDATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

/// How many datagrams one call below can carry.
enum { DATAGRAMS_PER_CALL = 64 };

/// The other end, over IPv4; the address and the port as this machine writes numbers.
struct datagram_peer {
    uint32_t address;
    uint16_t port;
};

/// Receives what is waiting on a non-blocking socket: datagram i goes to bytes + i * stride, its length to lengths[i] and
/// who sent it to peers[i], where peers is given. Returns how many came, 0 when nothing waits, or -errno.
int datagrams_receive(
    int socket, uint8_t *bytes, size_t stride, uint32_t *lengths, struct datagram_peer *peers, uint32_t count);

/// Sends count datagrams that lie one after the other in bytes, to peers, or where the socket is connected to when there
/// are none. Returns how many the kernel took, or -errno.
int datagrams_send(
    int socket, const uint8_t *bytes, const uint32_t *lengths, const struct datagram_peer *peers, uint32_t count);

/// Opens a non-blocking UDP socket connected to an IPv4 address with the buffer size given. Returns it, or -errno.
int datagrams_connect(const char *address, uint16_t port, int buffer_size);

/// The same, bound to an address and port of this machine.
int datagrams_bind(const char *address, uint16_t port, int buffer_size);

/// Nanoseconds of the monotonic clock.
uint64_t monotonic_nanoseconds(void);

/// Makes the sleeps of this thread end to the microsecond; Linux lets them end 50 us late otherwise.
void monotonic_sleep_exactly(void);

/// Sleeps.
void monotonic_sleep(uint64_t nanoseconds);

#endif
