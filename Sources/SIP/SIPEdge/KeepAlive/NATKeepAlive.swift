import NIOCore
import NIOPosix
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// Keeps the ways open by which calls reach phones behind NATs: a few bytes to each, evenly over time
/// (`Docs/decisions/0077-ways-to-phones-stay-open.md`).
final class NATKeepAlive: Sendable {
    private let location: LocationTable
    private let clock: EdgeClock
    /// Milliseconds in which each phone is sent something.
    private let interval: Int64
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let state = Mutex(State())
    private let sentCount = Atomic<UInt64>(0)

    private struct State: ~Copyable {
        var walk = BindingWalk()
        var batch = OutboundBatch()
        var last: Int64 = 0
        var random = SystemRandomNumberGenerator()
        /// Nil until it is started.
        var outbound: Outbound?
        var ticking: RepeatedTask?
    }

    /// Between two steps; after a longer pause the rest is left for later, and no burst comes of it.
    private static let pause: Int64 = 50
    private static let longestStep: Int64 = 250

    /// - Parameter seconds: 0 keeps nothing open.
    init(location: LocationTable, clock: EdgeClock, seconds: Int64) {
        self.location = location
        self.clock = clock
        interval = seconds * 1000
    }

    /// Datagrams so far.
    var sent: UInt64 { sentCount.load(ordering: .relaxed) }

    func start(_ outbound: Outbound) {
        guard interval > 0 else { return }
        let pause = TimeAmount.milliseconds(Self.pause)
        let task = loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { [weak self] _ in self?.tick() }
        state.withLock { state in
            (state.outbound, state.last, state.ticking) = (outbound, clock.now(), task)
        }
    }

    func halt() {
        state.withLock { state in
            state.ticking?.cancel()
            (state.outbound, state.ticking) = (nil, nil)
        }
    }

    /// Sends what is due since the last time.
    func tick() {
        state.withLock { state in
            guard let outbound = state.outbound else { return }
            let now = clock.now()
            let passed = min(max(0, now - state.last), Self.longestStep)
            state.last = now
            // A fifth faster at times, so that nobody is sent something at the same beat for ever.
            let way = Double(passed) / Double(interval) * Double.random(in: 1...1.2, using: &state.random)
            var phones: [SourceAddress] = []
            let moment = seconds(now)
            state.walk.advance(by: way, over: location) { binding in
                if binding.expiresAt > moment, binding.isBehindNAT { phones.append(binding.source) }
            }
            guard !phones.isEmpty, state.batch != nil else { return }
            let left = outbound.ping(phones, in: &state.batch)
            sentCount.wrappingAdd(UInt64(left), ordering: .relaxed)
        }
    }
}

extension Binding {
    /// Whether it came over UDP, straight, and from another host than its contact names.
    var isBehindNAT: Bool {
        let source = source
        guard source.transport == .udp, path.isEmpty else { return false }
        let own = source.hostText
        var isOther = false
        withSpan(contact) { bytes in
            guard let uri = SIPURI(bytes, ByteRange(0, bytes.count)) else { return }
            let host = uri.bareHost(bytes)
            isOther = Int(host.count) != own.count
            for offset in 0..<own.count where !isOther {
                isOther = own[offset] != folded(bytes[Int(host.start) + offset])
            }
        }
        return isOther
    }
}
