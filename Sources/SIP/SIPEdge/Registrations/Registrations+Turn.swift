import NIOCore
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// What a shard does when it has its turn.
extension Registrations {
    /// Messages and deadlines of one round, and rounds of one turn: others want the lock, too.
    private static let roundLength = 64
    static let rounds = 8
    /// As many as it takes from a change to its first request: settings, targets, permit.
    static let promptRounds = 3

    /// Does what there is to do, on the caller's thread; what is left is done on the shard's loop.
    func turn(_ shard: RegistrationShard, rounds: Int = Registrations.rounds) {
        let isUnfinished = shard.state.withLock { state in
            var isUnfinished = state.ways != nil
            for _ in 0..<rounds where isUnfinished { isUnfinished = round(shard, &state) }
            state.batch?.flush()
            setTimer(shard, &state)
            return isUnfinished
        }
        if isUnfinished { shard.loop.execute { [weak self] in self?.turn(shard) } }
    }

    /// Whether there may be more.
    private func round(_ shard: RegistrationShard, _ state: inout RegistrationShard.State) -> Bool {
        let now = clock.now()
        var due = 0
        while due < Self.roundLength, let number = state.deadlines.removeFirst(dueAt: now) {
            due += 1
            if let entry = state.carried[number] { reachDeadline(entry, &state, now) }
        }
        let messages = shard.take(Self.roundLength)
        for message in messages { handle(message, &state, now) }
        // What is under way ends before more begins: else answers wait so long behind requests that these are repeated.
        let granted = messages.count < Self.roundLength ? pace.grant(at: now, limit: Self.roundLength) : []
        for number in granted { post(.permitted(number), to: number) }
        return !messages.isEmpty || due == Self.roundLength || granted.count == Self.roundLength
    }

    private func reachDeadline(_ entry: CarriedRegistration, _ state: inout RegistrationShard.State, _ now: Int64) {
        let wasTransacting = entry.machine.isTransacting
        if entry.machine.isUnanswered(at: now), let target = entry.machine.currentTarget {
            noteUnanswered(entry.number, target.address, at: now)
        }
        give(.deadline, to: entry, &state, now)
        if wasTransacting, !entry.machine.isTransacting { state.totals.timeouts += 1 }
    }

    private func setTimer(_ shard: RegistrationShard, _ state: inout RegistrationShard.State) {
        let now = clock.now()
        let times = [state.deadlines.first?.at, pace.nextGrant(at: now)].compactMap(\.self)
        guard state.ways != nil, let next = times.min() else { return }
        state.timer.set(at: next, now: now, on: shard.loop) { [weak self] in
            shard.state.withLock { $0.timer.clear() }
            self?.turn(shard)
        }
    }

    // MARK: Messages

    private func handle(
        _ message: RegistrationMessage, _ state: inout RegistrationShard.State, _ now: Int64
    ) {
        switch message {
        case .provisioned(let registration, let password): provision(registration, password, &state, now)
        case .removed(let id): remove(contacts.number(of: id), &state, now)
        case .account(let account, let standing): set(account, standing, &state, now)
        case .consider(let number): if let entry = state.carried[number] { consider(entry, &state, now) }
        case .targets(let number, let targets, let lookup, let reason):
            give(.targets(targets, lookup: lookup, reason: reason), to: number, &state, now)
        case .permitted(let number): give(.permitted, to: number, &state, now)
        case .retry(let number): give(.retry, to: number, &state, now)
        case .response(let number, let bytes): receive(bytes, for: number, &state, now)
        case .opened(let number, let target): sendWaiting(number, target, &state, now)
        case .failed(let number, let address, let reason):
            state.carried[number]?.unsent = nil
            give(.transportFailed(address, reason: reason), to: number, &state, now)
        case .turnedAway(let number, let address):
            guard let entry = state.carried[number], entry.machine.isQueued else { return }
            give(.transportFailed(address, reason: Self.silence), to: entry, &state, now)
        case .answering(let address):
            for entry in state.carried.values where entry.machine.isPutOff(by: address, at: now) {
                give(.retry, to: entry, &state, now)
            }
        case .ended(let flow): end(flow, &state, now)
        case .moved(let address):
            for entry in state.carried.values where entry.kept?.target.address == address && !entry.machine.isInProgress
            {
                give(.transportFailed(address, reason: "Address Changed"), to: entry, &state, now)
            }
        }
    }

    private func give(
        _ input: Registration.Input, to number: UInt64, _ state: inout RegistrationShard.State, _ now: Int64
    ) {
        if let entry = state.carried[number] { give(input, to: entry, &state, now) }
    }

    func give(
        _ input: Registration.Input, to entry: CarriedRegistration, _ state: inout RegistrationShard.State,
        _ now: Int64
    ) {
        perform(entry.machine.receive(input, at: now), for: entry, &state, now)
    }

    private func receive(
        _ bytes: [UInt8], for number: UInt64, _ state: inout RegistrationShard.State, _ now: Int64
    ) {
        guard let entry = state.carried[number], let target = entry.machine.currentTarget else { return }
        do { try state.index.read(bytes.span) } catch { return }
        guard entry.machine.answersRequest(state.index, bytes.span) else { return }
        if state.index.status >= 200 {
            state.totals.answers[state.index.status, default: 0] += 1
            state.totals.durations.observe(Double(now - entry.machine.since) / 1000)
        }
        messages.keep(bytes.span, isReceived: true, remote: target.address, at: now)
        if pace.hasDoubts { noteAnswered(target.address, at: now) }
        if state.index.status < 300 { entry.isBehindNAT = state.index.showsTranslation(bytes.span) }
        if (200..<300).contains(state.index.status) {
            entry.flowTimer = state.index.first(.flowTimer).flatMap { bytes.span.leadingSeconds($0) }
        }
        perform(
            entry.machine.receive(response: state.index, bytes.span, at: now), for: entry, &state, now)
    }

    private func end(_ flow: FlowID, _ state: inout RegistrationShard.State, _ now: Int64) {
        for number in state.flows.removeValue(forKey: flow) ?? [] {
            guard let entry = state.carried[number], entry.flow == flow else { continue }
            entry.flow = nil
            guard let target = entry.machine.status.target else { continue }
            give(.transportFailed(target.address, reason: "Connection Closed"), to: entry, &state, now)
        }
    }
}

extension MessageIndex {
    /// Whether the other side saw us under another address or port than we gave (RFC 3581).
    fileprivate func showsTranslation(_ bytes: Span<UInt8>) -> Bool {
        var vias = HeaderValues(.via)
        guard let value = vias.next(self, bytes), let via = ViaValue(bytes, value) else { return false }
        if let received = via.received, bytes.array(received) != bytes.array(bytes.withoutBrackets(via.host)) {
            return true
        }
        guard !via.rport.isEmpty else { return false }
        return String(decoding: bytes.array(via.rport), as: UTF8.self) != "\(via.port ?? 5060)"
    }
}
