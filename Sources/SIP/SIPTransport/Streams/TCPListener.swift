package import NIOCore
import NIOPosix
package import SIPEngine
import SIPMessage
import Synchronization

/// A TCP, TLS or WebSocket listener: each connection is framed and answered on its own event loop (RFC 3261 section 18.3).
package final class TCPListener: Sendable {
    package let address: ListenerAddress
    /// The address and port that were bound.
    package let local: SourceAddress
    private let channel: any Channel
    private let connections: StreamConnections

    private init(_ address: ListenerAddress, channel: any Channel, connections: StreamConnections) {
        self.address = address
        self.channel = channel
        self.connections = connections
        local =
            SourceAddress(channel.localAddress, transport: address.transport)
            ?? SourceAddress(high: 0, low: 0, port: 0, transport: address.transport)
    }

    /// The port that was bound.
    package var port: UInt16 { local.port }

    /// Binds and starts to accept. Throws when the address is in use or is not this machine's.
    package static func start(
        _ address: ListenerAddress, group: any EventLoopGroup, handler: any MessageHandler, gate: DurabilityGate,
        clock: EdgeClock, limits: StreamLimits, tls: ServerTLS? = nil
    ) async throws(ListenerError) -> TCPListener {
        guard address.transport.isSecure == (tls != nil) else {
            throw ListenerError(address: address, reason: "TLS needs a certificate, and nothing else has one")
        }
        let connections = StreamConnections(limits: limits)
        gate.whenAdvanced { [weak gate] _ in gate.map(connections.advanced) }
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelInitializer { server in
                    guard address.isIPv6 else { return server.eventLoop.makeSucceededVoidFuture() }
                    return server.setOption(
                        ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
                }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { child in
                    guard let source = SourceAddress(child.remoteAddress, transport: address.transport),
                        connections.admit(source)
                    else { return child.close() }
                    return child.eventLoop.makeCompletedFuture {
                        if let tls { try child.pipeline.syncOperations.addHandler(tls.makeHandler()) }
                        let fill = { @Sendable (channel: any Channel) in
                            try channel.pipeline.syncOperations.addHandler(
                                StreamHandler(
                                    source: source, handler: handler, gate: gate, clock: clock, limits: limits,
                                    connections: connections))
                        }
                        guard address.transport.isWebSocket else { return try fill(child) }
                        try WebSocketUpgrade(source: source, limits: limits, connections: connections, fill: fill)
                            .start(on: child)
                    }
                }
                .bind(host: address.host, port: Int(address.port)).get()
            return TCPListener(address, channel: channel, connections: connections)
        } catch {
            throw ListenerError(address: address, reason: "\(error)")
        }
    }

    /// The connection that somebody opened from there.
    func connection(from source: SourceAddress) -> OutboundConnection? { connections.connection(from: source) }

    /// Open connections.
    package var connectionCount: Int { connections.count }

    /// Stops accepting and closes what is open.
    package func stop() async {
        try? await channel.close()
        await connections.closeAll()
    }
}
