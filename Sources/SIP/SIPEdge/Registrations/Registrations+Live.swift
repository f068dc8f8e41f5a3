import Provisioning
import SIPEngine
import SIPTransport
import Synchronization

extension Registrations: LiveRegistrations {
    func registration(_ id: OutboundRegistrationID) -> LiveRegistration? {
        let number = contacts.number(of: id)
        let now = clock.now()
        let (found, isQueued) = shard(of: number).state.withLock { state -> (LiveRegistration?, Bool) in
            guard let entry = state.carried[number] else { return (nil, false) }
            return (live(entry, at: now), entry.machine.isQueued)
        }
        return isQueued ? found.map { planned($0, number, pace.schedule(at: now)) } : found
    }

    func registrations(matching query: LiveRegistrationQuery) -> [LiveRegistration] {
        var found: [OutboundRegistrationID] = []
        for shard in shards {
            found += shard.state.withLock { state in
                state.carried.values.filter { $0.matches(query) }.map(\.row.id)
            }
        }
        let ids = found.sorted { $0.rawValue < $1.rawValue }.prefix(query.limit)
        let now = clock.now()
        let schedule = pace.waitingCount > 0 ? pace.schedule(at: now) : [:]
        return ids.compactMap { id in
            let number = contacts.number(of: id)
            let found = shard(of: number).state.withLock { state in state.carried[number].map { live($0, at: now) } }
            return found.map { planned($0, number, schedule) }
        }
    }

    /// With the moment at which the pace lets it go, where it waits for that.
    private func planned(_ live: LiveRegistration, _ number: UInt64, _ schedule: [UInt64: Int64]) -> LiveRegistration {
        guard live.nextActionAt == nil, let time = schedule[number] else { return live }
        var live = live
        live.nextActionAt = time + clock.shift
        return live
    }

    func live(_ entry: CarriedRegistration, at now: Int64) -> LiveRegistration {
        let (status, shift) = (entry.machine.status, clock.shift)
        let aor = String(decoding: entry.machine.settings.addressOfRecord.dropFirst(4), as: UTF8.self)
        return LiveRegistration(
            id: entry.row.id.rawValue, account: entry.row.account.rawValue, aor: aor, state: status.state.shown,
            isInProgress: status.isInProgress, status: Int(status.code), reason: status.reason,
            lastSuccess: status.lastSuccess.map { $0 + shift }, granted: status.granted.map(Int.init),
            expiresAt: status.expiresAt.map { $0 + shift }, nextActionAt: status.nextActionAt.map { $0 + shift },
            attempts: Int(status.attempts), target: status.target?.address.text ?? "", contact: status.contact ?? "")
    }

    func history(of id: OutboundRegistrationID) -> [RegistrationTransition] {
        let number = contacts.number(of: id)
        let entries = shard(of: number).state.withLock { $0.carried[number]?.machine.history.entries ?? [] }
        let shift = clock.shift / 1000
        return entries.map { entry in
            RegistrationTransition(
                state: entry.state.shown, status: Int(entry.code), first: Int64(entry.first) + shift,
                last: Int64(entry.last) + shift, count: Int(entry.count))
        }
    }

    func retry(_ id: OutboundRegistrationID) -> Bool {
        let number = contacts.number(of: id)
        let isCarried = shard(of: number).state.withLock { $0.carried[number] != nil }
        if isCarried { post(.retry(number), to: number) }
        return isCarried
    }

    var isDrained: Bool { drained.load(ordering: .relaxed) }

    func drain() async -> Int {
        drained.store(true, ordering: .sequentiallyConsistent)
        var count = 0
        for shard in shards {
            let numbers = shard.state.withLock { Array($0.carried.keys) }
            count += numbers.count
            for number in numbers { post(.consider(number), to: number) }
        }
        let time = terms.policy.departureLimit + pace.duration(of: count)
        let deadline = ContinuousClock.now + .milliseconds(time + 1000)
        while ContinuousClock.now < deadline {
            let left = held
            if left == 0 { return 0 }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return left }
        }
        return held
    }

    /// Those that a registrar may still list.
    private var held: Int {
        shards.reduce(0) { sum, shard in
            sum
                + shard.state.withLock { state in
                    state.carried.values.reduce(0) { $0 + ($1.wish == .register || $1.machine.isBound ? 1 : 0) }
                }
        }
    }

    func transitions() -> AsyncStream<LiveRegistration> { watchers.stream() }

    func registrationCounters() -> RegistrationCounters {
        var counters = RegistrationCounters()
        for state in LiveRegistration.State.allCases { counters.states[state.rawValue] = 0 }
        for shard in shards {
            let totals = shard.state.withLock { $0.totals }
            for state in RegistrationState.allCases where totals.states[Int(state.rawValue)] > 0 {
                counters.states[state.shown.rawValue, default: 0] += totals.states[Int(state.rawValue)]
            }
            counters.sent += totals.sent
            counters.timeouts += totals.timeouts
            counters.durations.add(totals.durations)
            counters.answers.merge(totals.answers, uniquingKeysWith: +)
        }
        counters.waiting = pace.waitingCount
        counters.silent = pace.silentCount
        return counters
    }
}

extension CarriedRegistration {
    fileprivate func matches(_ query: LiveRegistrationQuery) -> Bool {
        if let account = query.account, row.account != account { return false }
        if let state = query.state, machine.state.shown != state { return false }
        if let after = query.after, row.id.rawValue <= after.rawValue { return false }
        return true
    }
}

extension RegistrationState {
    /// The name that people see.
    fileprivate var shown: LiveRegistration.State {
        switch self {
        case .unregistered: .unregistered
        case .registering: .registering
        case .registered: .registered
        case .retrying: .retrying
        case .rejected: .rejected
        case .unregistering, .removed: .unregistering
        case .frozen: .frozen
        }
    }
}
