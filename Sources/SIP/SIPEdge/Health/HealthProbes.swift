import Logging
import NIOCore
import NIOPosix
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// Knows which destinations of calls are up: asks each of them by OPTIONS at the pace, and hears what calls meet there
/// (`Docs/decisions/0076-health-by-options.md`).
final class HealthProbes: Sendable {
    let state: Mutex<State>
    let clock: EdgeClock
    let logger: Logger
    let terms: ProbeTerms
    private let inbox = Inbox<ProbeMessage>()
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let names: LocalNamesBox
    /// What calls are decided by, so that no call waits for a turn.
    let notes = Mutex(Notes())

    struct State: ~Copyable {
        var table = DestinationTable()
        var probed: [UInt64: ProbedDestination] = [:]
        var numbers: [CarrierTarget: UInt64] = [:]
        var lastNumber: UInt64 = 0
        /// Of probes that are under way, and of the next ones.
        var deadlines = DeadlineHeap<UInt64>()
        var due = DeadlineHeap<UInt64>()
        var bucket: TokenBucket
        var random = SystemRandomNumberGenerator()
        /// Nil until it is started.
        var ways: OutboundWays?
        var batch = OutboundBatch()
        var index = MessageIndex()
        var timer = TurnTimer()
        var sent: UInt64 = 0
    }

    struct Notes {
        var down: Set<CarrierTarget> = []
        /// Those where a call that is answered makes a difference.
        var doubtful: Set<CarrierTarget> = []
    }

    init(policy: ProbePolicy, clock: EdgeClock, logger: Logger) {
        let names = LocalNamesBox()
        var random = SystemRandomNumberGenerator()
        self.clock = clock
        self.logger = logger
        self.names = names
        terms = ProbeTerms(
            policy: policy, names: { names.name(towards: $0) }, userAgent: Array("Demarc".utf8), using: &random)
        state = Mutex(State(bucket: TokenBucket(rate: policy.rate, burst: policy.burst)))
    }

    private var isOff: Bool { terms.policy.interval == 0 }

    /// Takes over what is provisioned; nothing is sent before `start`.
    func load(from store: any ProvisioningStore) async throws(ProvisioningError) {
        guard !isOff else { return }
        try await store.read { [self] reader throws(ProvisioningError) in
            for account in try reader.accounts() where account.status != .leaving {
                post(.account(account.id, isStopped: account.status != .active))
                for trunk in try reader.trunks(of: account.id) { provision(trunk) }
                for carrier in try reader.carriers(of: account.id) { provision(carrier) }
                var query = ListQuery(size: 1000)
                while true {
                    let page = try reader.resources(of: account.id, kind: nil, query)
                    for resource in page.items { provision(resource) }
                    guard page.hasNext, let last = page.bounds?.upperBound else { break }
                    query.start = .after(last)
                }
            }
        }
    }

    /// Begins to send.
    func start(_ ways: OutboundWays) {
        names.outbound.withLock { $0 = ways.outbound }
        state.withLock { $0.ways = ways }
        turn()
    }

    /// Sends nothing any more.
    func halt() {
        state.withLock { state in
            state.ways = nil
            state.timer.cancel()
        }
    }

    func committed(_ changes: [Change]) {
        guard !isOff else { return }
        for change in changes {
            switch change.subject {
            case .trunk(let trunk): provision(trunk)
            case .trunkDeleted(let trunk): post(.provisioned(.trunk(trunk.id), trunk.account, []))
            case .carrier(let carrier): provision(carrier)
            case .carrierDeleted(let carrier): post(.provisioned(.carrier(carrier.id), carrier.account, []))
            case .resource(let resource): provision(resource)
            case .resourceDeleted(let resource): post(.provisioned(.resource(resource.id), resource.account, []))
            case .account(let account) where account.status == .leaving: post(.accountGone(account.id))
            case .account(let account): post(.account(account.id, isStopped: account.status != .active))
            case .accountDeleted(let id): post(.accountGone(id))
            default: break
            }
        }
    }

    private func provision(_ trunk: Trunk) {
        post(.provisioned(.trunk(trunk.id), trunk.account, trunk.destinations))
    }

    private func provision(_ carrier: Carrier) {
        post(.provisioned(.carrier(carrier.id), carrier.account, carrier.destinations))
    }

    private func provision(_ resource: CallResource) {
        post(.provisioned(.resource(resource.id), resource.account, resource.destinations))
    }

    func post(_ message: ProbeMessage) {
        guard inbox.post(message) else { return }
        loop.execute { [weak self] in self?.turn() }
    }

    // MARK: For calls and people

    func isDown(_ target: CarrierTarget) -> Bool { notes.withLock { $0.down.contains(target) } }

    /// A call met an answer of some kind there, or none.
    func noteCall(to target: CarrierTarget, isAnswered: Bool) {
        guard !isOff, !isAnswered || notes.withLock({ $0.doubtful.contains(target) }) else { return }
        post(.called(target, isAnswered: isAnswered))
    }

    /// In the order of their names.
    var live: [LiveDestination] {
        let shift = clock.shift
        let all = state.withLock { state in
            state.probed.values.map { $0.live(users: state.table.users[$0.target] ?? [], shift: shift) }
        }
        return all.sorted { $0.destination < $1.destination }
    }

    /// How many stand how, and how many probes were sent, repeated ones too.
    var counters: (states: [String: Int], sent: UInt64) {
        state.withLock { state in
            var states: [String: Int] = [:]
            for entry in state.probed.values { states[entry.state.rawValue, default: 0] += 1 }
            return (states, state.sent)
        }
    }

    // MARK: Turns

    /// Messages, deadlines and probes of one round, and rounds of one turn.
    private static let roundLength = 64
    private static let rounds = 8

    /// Does what there is to do, on the caller's thread; what is left is done on the loop.
    func turn() {
        let isUnfinished = state.withLock { state in
            var isUnfinished = state.ways != nil
            for _ in 0..<Self.rounds where isUnfinished { isUnfinished = round(&state) }
            state.batch?.flush()
            setTimer(&state)
            return isUnfinished
        }
        if isUnfinished { loop.execute { [weak self] in self?.turn() } }
    }

    /// Whether there may be more.
    private func round(_ state: inout State) -> Bool {
        let now = clock.now()
        var done = 0
        while done < Self.roundLength, let number = state.deadlines.removeFirst(dueAt: now) {
            done += 1
            guard let entry = state.probed[number] else { continue }
            perform(entry.probe.reachDeadline(at: now), for: entry, &state, now)
        }
        let messages = inbox.take(Self.roundLength)
        for message in messages { handle(message, &state, now) }
        var begun = 0
        while begun < Self.roundLength, let next = state.due.first, next.at <= now, state.bucket.take(at: now) {
            begun += 1
            state.due.remove(next.key)
            if let entry = state.probed[next.key] { begin(entry, &state, now) }
        }
        return !messages.isEmpty || done == Self.roundLength || begun == Self.roundLength
    }

    private func setTimer(_ state: inout State) {
        let now = clock.now()
        let next = state.due.first.map { max($0.at, state.bucket.available(at: now)) }
        guard state.ways != nil, let at = [state.deadlines.first?.at, next].compactMap(\.self).min() else { return }
        state.timer.set(at: at, now: now, on: loop) { [weak self] in
            self?.state.withLock { $0.timer.clear() }
            self?.turn()
        }
    }
}

extension HealthProbes: ResponseHandler {
    func receive(_ response: Span<UInt8>, _ index: borrowing MessageIndex, from source: SourceAddress, now: Int64)
        -> Bool
    {
        guard let number = Branch.id(of: .probe, index, response) else { return false }
        post(.response(number, response.array(ByteRange(0, response.count))))
        return true
    }
}
