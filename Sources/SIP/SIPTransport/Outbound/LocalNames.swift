import CDatagram
import Foundation
import SIPEngine
import Synchronization

/// Which socket reaches an address, and what others call us there: the one that heard it, else the one on the route that the
/// system takes; by the advertised address, else the one that is listened on, else this machine's on that route.
final class LocalNames: Sendable {
    private struct Socket {
        let address: ListenerAddress
        let local: SourceAddress
    }

    private struct Host: Hashable {
        let high: UInt64
        let low: UInt64
        let transport: Transport
        let listener: UInt8
    }

    /// Which listener, where there is one, and what we are called.
    private typealias Way = Result<(index: Int?, name: LocalAddress), OutboundFault>

    private let datagrams: [UDPListener]
    private let datagramSockets: [Socket]
    private let streamSockets: [Socket]
    /// Of each family, where there is one and no more: what leaves for its addresses leaves by it, whatever the route.
    private let only: (v4: UDPListener?, v6: UDPListener?)
    private let clock: EdgeClock
    private let ways = Mutex<[Host: (way: Way, until: Int64)]>([:])

    /// Milliseconds that a way is believed in, and how many are remembered.
    private static let wayLifetime: Int64 = 10_000
    private static let wayLimit = 65_536

    init(_ listeners: Outbound.Listeners, clock: EdgeClock) {
        datagrams = listeners.datagrams
        datagramSockets = listeners.datagrams.map { Socket(address: $0.address, local: $0.local) }
        streamSockets = listeners.streams.map { Socket(address: $0.address, local: $0.local) }
        self.clock = clock
        func single(isIPv6: Bool) -> UDPListener? {
            let fitting = listeners.datagrams.filter { $0.address.isIPv6 == isIPv6 }
            return fitting.count == 1 ? fitting.first : nil
        }
        only = (single(isIPv6: false), single(isIPv6: true))
    }

    /// The listener that datagrams to the address leave by, for who need not know what we are called.
    func socket(towards address: SourceAddress) -> UDPListener? {
        (address.isIPv4 ? only.v4 : only.v6) ?? (try? datagrams(to: address))?.0
    }

    /// Streams need no listener to send from, but a family that nobody listens on is taken not to be there.
    var reach: Reach {
        let sockets = datagramSockets + streamSockets
        return Reach(
            transports: datagrams.isEmpty ? [.tcp, .tls] : [.udp, .tcp, .tls],
            ipv4: sockets.isEmpty || sockets.contains { !$0.address.isIPv6 },
            ipv6: sockets.contains { $0.address.isIPv6 })
    }

    /// The listener that datagrams to the address leave by. Throws when there is none, or no route.
    func datagrams(to address: SourceAddress) throws(OutboundFault) -> (UDPListener, LocalAddress) {
        let (index, name) = try way(to: address)
        guard let index else { throw .noSocket }
        return (datagrams[index], name)
    }

    /// What we are called where a request to the address goes, before there is a connection: without a port (0) where we
    /// do not listen for the transport. Throws when there is no socket, or no route.
    func name(towards address: SourceAddress) throws(OutboundFault) -> LocalAddress {
        let (index, name) = try way(to: address)
        guard index != nil || address.transport != .udp else { throw .noSocket }
        return name
    }

    private func way(to address: SourceAddress) throws(OutboundFault) -> (index: Int?, name: LocalAddress) {
        let key = Host(high: address.high, low: address.low, transport: address.transport, listener: address.listener)
        let now = clock.now()
        let known = ways.withLock { ways in ways[key].flatMap { $0.until > now ? $0.way : nil } }
        let way = known ?? look(towards: address)
        if known == nil {
            ways.withLock { ways in
                if ways.count >= Self.wayLimit { ways.removeAll(keepingCapacity: true) }
                ways[key] = (way, now + Self.wayLifetime)
            }
        }
        return try way.get()
    }

    private func look(towards address: SourceAddress) -> Way {
        var local = cdatagram_address()
        let to = cdatagram_address(high: address.high, low: address.low, port: address.port)
        let code = unsafe cdatagram_route(to, address.isIPv4 ? 0 : 1, &local)
        guard code == 0 else { return .failure(.unreachable(unsafe String(cString: strerror(-code)))) }
        let route = SourceAddress(local, transport: address.transport)
        let sockets = address.transport == .udp ? datagramSockets : streamSockets
        guard let index = heard(address) ?? Self.choose(sockets, address.transport, near: route) else {
            return .success((nil, LocalAddress(host: route.host, port: 0)))
        }
        return .success((index, Self.name(of: sockets[index], near: route)))
    }

    /// The UDP listener that heard the address, where it is still there.
    private func heard(_ address: SourceAddress) -> Int? {
        guard address.transport == .udp, address.listener > 0 else { return nil }
        let index = datagrams.firstIndex { $0.number == address.listener }
        return index.flatMap { datagrams[$0].address.isIPv6 != address.isIPv4 ? $0 : nil }
    }

    /// What we are called over a connection: where we listen for the same transport, or else our end of it.
    func streams(to address: SourceAddress, from local: SourceAddress?) -> LocalAddress {
        let local = local ?? SourceAddress(high: 0, low: 0, port: 0, transport: address.transport)
        guard let index = Self.choose(streamSockets, address.transport, near: local) else {
            return LocalAddress(host: local.host, port: local.port)
        }
        return Self.name(of: streamSockets[index], near: local)
    }

    /// The socket that is bound to that address, else one for all addresses, else any of the family.
    private static func choose(_ sockets: [Socket], _ transport: Transport, near local: SourceAddress) -> Int? {
        let fitting = sockets.indices.filter {
            sockets[$0].address.transport == transport && sockets[$0].local.isIPv4 == local.isIPv4
        }
        return fitting.first { sockets[$0].local.high == local.high && sockets[$0].local.low == local.low }
            ?? fitting.first { sockets[$0].local.isAny } ?? fitting.first
    }

    private static func name(of socket: Socket, near local: SourceAddress) -> LocalAddress {
        let host = socket.address.advertisedHost ?? (socket.local.isAny ? local.host : socket.local.host)
        return LocalAddress(host: host, port: socket.address.advertisedPort ?? socket.local.port)
    }
}
