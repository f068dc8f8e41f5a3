import NIOCore
import SIPEngine
import Synchronization

/// The open connections of a stream listener: who may open one more, and whose answers wait for the journal.
final class StreamConnections: Sendable {
    private let limits: StreamLimits
    private let state = Mutex(State())

    private struct State {
        var total = 0
        var perSource: [Host: Int] = [:]
        var open: [ObjectIdentifier: Open] = [:]
        /// The connections that others opened, by whose they are.
        var accepted: [SourceAddress: ObjectIdentifier] = [:]
        var lastID: UInt64 = 0
        var waiting: [Waiting] = []
    }

    private struct Open {
        let channel: any Channel
        let source: SourceAddress
        /// Answers that wait for the journal.
        var waiting = 0
        /// Once something else than an answer was to be sent.
        var outbound: OutboundConnection?
    }

    private struct Waiting {
        let sequence: UInt64
        let channel: any Channel
        let bytes: ByteBuffer
    }

    private struct Host: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ source: SourceAddress) { (high, low) = (source.high, source.low) }
    }

    init(limits: StreamLimits) { self.limits = limits }

    var count: Int { state.withLock { $0.total } }

    /// Whether that source may open one more connection; if so it counts.
    func admit(_ source: SourceAddress) -> Bool {
        state.withLock { state in
            let own = state.perSource[Host(source), default: 0]
            guard state.total < limits.connections, own < limits.connectionsPerSource else { return false }
            state.total += 1
            state.perSource[Host(source)] = own + 1
            return true
        }
    }

    func opened(_ channel: any Channel, from source: SourceAddress) {
        state.withLock { state in
            state.open[ObjectIdentifier(channel)] = Open(channel: channel, source: source)
            state.accepted[source] = ObjectIdentifier(channel)
        }
    }

    /// The connection that somebody opened from there; nil where it has ended.
    func connection(from source: SourceAddress) -> OutboundConnection? {
        state.withLock { state in
            guard let id = state.accepted[source], let open = state.open[id] else { return nil }
            if let outbound = open.outbound { return outbound }
            state.lastID += 1
            // Connections of ours count from the other end.
            let outbound = OutboundConnection(
                id: FlowID(number: .max - state.lastID), channel: open.channel,
                isByFrame: source.transport.isWebSocket)
            state.open[id]?.outbound = outbound
            return outbound
        }
    }

    /// The other side has read: what waited can go on. On the connection's event loop.
    func flush(_ channel: any Channel) { state.withLock { $0.open[ObjectIdentifier(channel)]?.outbound }?.flush() }

    func closed(_ channel: any Channel, from source: SourceAddress) {
        state.withLock { state in
            guard let open = state.open.removeValue(forKey: ObjectIdentifier(channel)) else { return }
            open.outbound?.ended()
            if state.accepted[open.source] == ObjectIdentifier(channel) { state.accepted[open.source] = nil }
            state.total -= 1
            let left = state.perSource[Host(source), default: 1] - 1
            state.perSource[Host(source)] = left > 0 ? left : nil
        }
    }

    /// Sends the bytes once the journal has reached the sequence, or an error when it was lost; closes the connection when
    /// too many wait already.
    func send(_ bytes: ByteBuffer, on channel: any Channel, after sequence: UInt64, gate: DurabilityGate) {
        let isTaken = state.withLock { state in
            let own = state.open[ObjectIdentifier(channel)]?.waiting ?? 0
            guard state.waiting.count < limits.waiting, own < limits.waitingPerConnection else { return false }
            state.waiting.append(Waiting(sequence: sequence, channel: channel, bytes: bytes))
            state.open[ObjectIdentifier(channel)]?.waiting += 1
            return true
        }
        guard isTaken else { return channel.close(promise: nil) }
        // The journal may have got there between the handler's look and this one.
        advanced(gate)
    }

    func advanced(_ gate: DurabilityGate) {
        let sequence = gate.sequence
        let ready = state.withLock { state -> [Waiting] in
            guard !state.waiting.isEmpty else { return [] }
            let ready = state.waiting.filter { $0.sequence <= sequence }
            state.waiting.removeAll { $0.sequence <= sequence }
            for answer in ready { state.open[ObjectIdentifier(answer.channel)]?.waiting -= 1 }
            return ready
        }
        for answer in ready {
            let isLost = gate.standing(of: answer.sequence) == .lost
            let bytes =
                isLost ? ByteBuffer(bytes: UnkeptReply.make(of: answer.bytes.readableBytesUInt8Span)) : answer.bytes
            answer.channel.writeAndFlush(bytes, promise: nil)
        }
    }

    func closeAll() async {
        for channel in state.withLock({ $0.open.values.map(\.channel) }) { try? await channel.close() }
    }
}
