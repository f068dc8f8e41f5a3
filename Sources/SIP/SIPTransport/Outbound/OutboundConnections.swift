import NIOCore
import NIOPosix
import NIOSSL
import SIPEngine
import Synchronization

/// The stream connections that we opened, one for a target; those who want one while it opens wait for it together.
final class OutboundConnections: Sendable {
    typealias Outcome = Result<OutboundConnection, OutboundFault>
    typealias Waiter = @Sendable (Outcome) -> Void

    private let group: any EventLoopGroup
    private let tls: NIOSSLContext
    private let limits: OutboundLimits
    private let handler: any MessageHandler
    private let gate: DurabilityGate
    private let clock: EdgeClock
    private weak let observer: (any FlowObserver)?
    /// Counts what is open and holds the answers that wait for the journal, as for connections that others opened.
    private let streams: StreamConnections
    private let streamLimits: StreamLimits
    private let state = Mutex(State())

    private struct State {
        var connections: [Target: Standing] = [:]
        /// Those over TLS that are open to an address, the latest last.
        var named: [SourceAddress: [Target]] = [:]
        var waiters: [Target: [Waiter]] = [:]
        var lastID: UInt64 = 0
        var isStopped = false

        /// A target without a name is where messages came from: over TLS that is a connection whose name was verified, for
        /// nothing can come on any other.
        func key(of target: Target) -> Target {
            target.serverName.isEmpty ? named[target.address]?.last ?? target : target.connectionKey
        }
    }

    private enum Standing {
        case opening
        case open(OutboundConnection)
    }

    init(
        group: any EventLoopGroup, tls: NIOSSLContext, limits: OutboundLimits, handler: any MessageHandler,
        gate: DurabilityGate, clock: EdgeClock, observer: (any FlowObserver)?
    ) {
        self.group = group
        self.tls = tls
        self.limits = limits
        self.handler = handler
        self.gate = gate
        self.clock = clock
        self.observer = observer
        // A registrar may well say nothing for hours: what is idle is for IdleStateHandler to say, which looks both ways.
        streamLimits = StreamLimits(
            connections: limits.connections, connectionsPerSource: limits.connections, idle: 1 << 32)
        streams = StreamConnections(limits: streamLimits)
        gate.whenAdvanced { [streams, weak gate] _ in gate.map(streams.advanced) }
    }

    var count: Int { state.withLock { $0.connections.count } }

    func connection(to target: Target) -> OutboundConnection? {
        state.withLock { state in
            if case .open(let connection) = state.connections[state.key(of: target)] { connection } else { nil }
        }
    }

    /// Calls back at once where it is open, or cannot be; else on the connection's event loop.
    func connect(to target: Target, whenDone: @escaping Waiter) {
        enum Next { case done(Outcome), wait, open(Target, FlowID) }
        let next: Next = state.withLock { state in
            let key = state.key(of: target)
            switch state.connections[key] {
            case .open(let connection): return .done(.success(connection))
            case .opening:
                state.waiters[key, default: []].append(whenDone)
                return .wait
            case nil:
                guard !key.lacksName else { return .done(.failure(.unreachable("it was closed"))) }
                guard !state.isStopped else { return .done(.failure(.stopped)) }
                guard state.connections.count < limits.connections else { return .done(.failure(.tooManyConnections)) }
                state.connections[key] = .opening
                state.waiters[key] = [whenDone]
                state.lastID += 1
                return .open(key, FlowID(number: state.lastID))
            }
        }
        switch next {
        case .done(let outcome): whenDone(outcome)
        case .wait: break
        case .open(let key, let id): open(key, id)
        }
    }

    private func open(_ target: Target, _ id: FlowID) {
        guard let address = try? SocketAddress(target.address) else {
            return settled(target, .failure(.unreachable("no address")))
        }
        ClientBootstrap(group: group)
            .connectTimeout(.milliseconds(limits.patience))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A peer that is gone acknowledges nothing: known this long after the next bytes, keep-alives included.
            .channelOption(ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: 18)), value: 30_000)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try fill(channel, target, id) }
            }
            .connect(to: address)
            .whenFailure { [self] error in settled(target, .failure(OutboundFault(connecting: error))) }
    }

    private func fill(_ channel: any Channel, _ target: Target, _ id: FlowID) throws {
        let pipeline = channel.pipeline.syncOperations
        var security = OutboundConnectionHandler.Security.none
        if target.address.transport == .tls {
            // An address stands in no SNI (RFC 6066 section 3); the certificate must bear it then.
            let name = target.serverName == target.address.host ? nil : target.serverName
            try pipeline.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: name))
            security = .tls(name: name)
        }
        let connection = OutboundConnection(id: id, channel: channel)
        try pipeline.addHandler(IdleStateHandler(allTimeout: .milliseconds(limits.idle)))
        try pipeline.addHandler(
            OutboundConnectionHandler(
                connection, security: security, patience: .milliseconds(limits.patience),
                whenActive: { [self] in try listen($0, target) }, whenReady: { [self] in settled(target, $0) },
                whenEnded: { [self] in ended(target, connection) }))
    }

    /// What the other side says on the connection is read like anything on a listener's.
    private func listen(_ channel: any Channel, _ target: Target) throws {
        guard streams.admit(target.address) else { throw OutboundFault.tooManyConnections }
        try channel.pipeline.syncOperations.addHandler(
            StreamHandler(
                source: target.address, handler: handler, gate: gate, clock: clock, limits: streamLimits,
                connections: streams))
    }

    private func settled(_ target: Target, _ outcome: Outcome) {
        let waiters = state.withLock { state -> [Waiter] in
            guard case .opening = state.connections[target] else { return [] }
            if case .success(let connection) = outcome, !state.isStopped {
                state.connections[target] = .open(connection)
                if target.address.transport == .tls { state.named[target.address, default: []].append(target) }
            } else {
                state.connections[target] = nil
            }
            return state.waiters.removeValue(forKey: target) ?? []
        }
        for waiter in waiters { waiter(outcome) }
    }

    private func ended(_ target: Target, _ connection: OutboundConnection) {
        state.withLock { state in
            guard case .open(let open) = state.connections[target], open === connection else { return }
            state.connections[target] = nil
            state.named[target.address]?.removeAll { $0 == target }
            if state.named[target.address]?.isEmpty ?? false { state.named[target.address] = nil }
        }
        observer?.flowEnded(connection.id)
    }

    /// Opens no more and closes what is open.
    func stop() async {
        state.withLock { $0.isStopped = true }
        await streams.closeAll()
    }
}

/// What connections of ours may cost.
package struct OutboundLimits: Sendable, Equatable {
    package var connections: Int
    /// Milliseconds until a connection must be open, and again until TLS is agreed upon.
    package var patience: Int64
    /// Milliseconds without a byte either way, after which a connection is closed.
    package var idle: Int64
    /// Targets that are kept alive.
    package var keptAlive: Int

    package init(connections: Int = 8192, patience: Int64 = 5000, idle: Int64 = 960_000, keptAlive: Int = 131_072) {
        self.connections = connections
        self.patience = patience
        self.idle = idle
        self.keptAlive = keptAlive
    }
}

extension Target {
    /// Who asked for which name makes a difference to TLS alone.
    var connectionKey: Target {
        address.transport == .tls ? self : Target(address: address, serverName: "")
    }

    /// No connection can be opened to it: whose certificate would do is not known.
    fileprivate var lacksName: Bool { address.transport == .tls && serverName.isEmpty }
}
