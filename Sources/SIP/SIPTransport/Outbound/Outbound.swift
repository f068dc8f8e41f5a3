package import NIOCore
import NIOSSL
package import SIPEngine
import Synchronization

/// Where what we say first leaves: over UDP by our listeners' sockets, so that others see the address that our Contact
/// names, and over connections of ours to each target.
///
/// Answers, and requests that come on these connections, go to the same `MessageHandler` as all others.
package final class Outbound: Sendable {
    /// The listeners, once they are bound.
    package struct Listeners: Sendable {
        package var datagrams: [UDPListener]
        package var streams: [TCPListener]

        package init(datagrams: [UDPListener] = [], streams: [TCPListener] = []) {
            self.datagrams = datagrams
            self.streams = streams
        }
    }

    private let names: LocalNames
    private let listeners: [TCPListener]
    private let connections: OutboundConnections
    private let mayCall: @Sendable (SourceAddress) -> Bool
    private let limits: OutboundLimits
    private weak let observer: (any FlowObserver)?
    private let keepAlives = Mutex(KeepAliveSchedule())
    private let ticking: NIOLoopBoundBox<RepeatedTask?>
    private let loop: any EventLoop

    /// - Parameters:
    ///   - trustedAuthorities: a PEM file with authorities beside the system's.
    ///   - mayCall: the egress policy; asked before each message, on the caller's thread.
    ///   - observer: is told when a connection has ended; not kept alive.
    ///
    /// Throws when the authorities cannot be read.
    package init(
        listeners: Listeners, handler: any MessageHandler, gate: DurabilityGate, clock: EdgeClock,
        group: any EventLoopGroup, limits: OutboundLimits = OutboundLimits(), trustedAuthorities: String? = nil,
        observer: (any FlowObserver)? = nil, mayCall: @escaping @Sendable (SourceAddress) -> Bool
    ) throws(OutboundFault) {
        names = LocalNames(listeners, clock: clock)
        self.listeners = listeners.streams
        connections = OutboundConnections(
            group: group, tls: try Self.tls(trustedAuthorities), limits: limits, handler: handler, gate: gate,
            clock: clock, observer: observer)
        self.observer = observer
        self.mayCall = mayCall
        self.limits = limits
        loop = group.next()
        ticking = .makeBoxSendingValue(nil, eventLoop: loop)
    }

    private static func tls(_ authorities: String?) throws(OutboundFault) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authorities {
                configuration.additionalTrustRoots = [
                    .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
                ]
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .insecure("the authorities cannot be read: \(error)")
        }
    }

    /// What the resolver may count on.
    package var reach: Reach { names.reach }

    /// What we are called by whoever is at that address, `host` or `host:port` for Via and Contact; nil where no way
    /// leads there.
    package func name(towards address: SourceAddress) -> String? {
        guard let name = try? names.name(towards: address) else { return nil }
        return name.port > 0 ? "\(name.host):\(name.port)" : name.host
    }

    /// Connections that are open or being opened.
    package var connectionCount: Int { connections.count }

    /// The way to the target: at once over UDP and where a connection is open, be it one that was opened from there; nil
    /// where `connect` must open one.
    ///
    /// - Parameter isKnown: whether messages came from there that were taken, so that the policy has no say.
    ///
    /// Costs one dictionary look-up under a lock, and the policy. Where a host was not called in the last ten seconds, the
    /// system is asked for its route.
    package func flow(to target: Target, isKnown: Bool = false) throws(OutboundFault) -> Flow? {
        guard isKnown || mayCall(target.address) else { throw .forbidden }
        if target.address.transport == .udp {
            let (listener, local) = try names.datagrams(to: target.address)
            return Flow(target: target, local: local, path: .datagrams(listener))
        }
        let open = connections.connection(to: target) ?? accepted(from: target.address)
        return open.map { flow(to: target, over: $0) }
    }

    private func accepted(from source: SourceAddress) -> OutboundConnection? {
        for listener in listeners where listener.address.transport == source.transport {
            if let connection = listener.connection(from: source) { return connection }
        }
        return nil
    }

    /// Calls back with the way to the target, opening a connection where there is none: at once where it is there or
    /// cannot be, else on the connection's event loop, where it must not block. One opening serves all who wait for it.
    package func connect(to target: Target, whenDone: @escaping @Sendable (Result<Flow, OutboundFault>) -> Void) {
        do throws(OutboundFault) {
            if let flow = try flow(to: target) { return whenDone(.success(flow)) }
        } catch {
            return whenDone(.failure(error))
        }
        connections.connect(to: target) { [self] outcome in
            whenDone(outcome.map { flow(to: target, over: $0) })
        }
    }

    private func flow(to target: Target, over connection: OutboundConnection) -> Flow {
        Flow(
            target: target, local: names.streams(to: target.address, from: connection.localAddress),
            path: .connection(connection))
    }

    // MARK: Keep-alives

    /// Keeps the way to the target open by CR LF CR LF (RFC 5626 section 4.4.1, and over UDP as phones do it) or over UDP
    /// by STUN (section 4.4.2), until `endKeepAlive` was called as often. False when too many are kept alive.
    ///
    /// A connection that is not open is not opened for it.
    package func keepAlive(_ target: Target, every seconds: Int, bySTUN isSTUN: Bool = false) -> Bool {
        var random = SystemRandomNumberGenerator()
        let isTaken = keepAlives.withLock { kept in
            guard kept.count < limits.keptAlive else { return false }
            kept.add(target.connectionKey, every: seconds, bySTUN: isSTUN, using: &random)
            return true
        }
        if isTaken { loop.execute { [self] in startTicking() } }
        return isTaken
    }

    /// Targets that are kept alive.
    package var keptAlive: Int { keepAlives.withLock { $0.count } }

    package func endKeepAlive(_ target: Target) { keepAlives.withLock { $0.remove(target.connectionKey) } }

    /// Sends CR LF CR LF to phones that registered over UDP, which keeps their NATs' mappings as they are; returns to how many.
    package func ping(_ phones: [SourceAddress], in batch: inout OutboundBatch?) -> Int {
        let ping = KeepAliveSchedule.ping
        var count = 0
        for phone in phones {
            guard let listener = names.socket(towards: phone) else { continue }
            let flow = Flow(
                target: Target(address: phone, serverName: ""), local: LocalAddress(host: "", port: 0),
                path: .datagrams(listener))
            if batch?.append(ping.span, to: flow) ?? false { count += 1 }
        }
        batch?.flush()
        return count
    }

    private func startTicking() {
        guard ticking.value == nil else { return }
        ticking.value = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [weak self] task in
            guard let self else { return task.cancel() }
            tick()
        }
    }

    /// A second has passed.
    func tick() {
        var random = SystemRandomNumberGenerator()
        let due = keepAlives.withLock { kept in
            kept.tick(using: &random).map { ($0, kept.ping($0, using: &random)) }
        }
        guard !due.isEmpty, var batch = OutboundBatch() else { return }
        for (target, ping) in due {
            guard let flow = try? flow(to: target) else { continue }
            _ = batch.append(ping.span, to: flow)
        }
        batch.flush()
    }

    /// Takes what may answer a keep-alive by STUN.
    package func receive(binding answer: Span<UInt8>, from source: SourceAddress) {
        let target = Target(address: source, serverName: "")
        if keepAlives.withLock({ $0.answer(answer, from: target) }) { observer?.addressChanged(towards: source) }
    }

    /// Opens no more connections and closes what is open; before the listeners stop.
    package func stop() async {
        try? await loop.submit { [self] in
            ticking.value?.cancel()
        }.get()
        await connections.stop()
    }
}
