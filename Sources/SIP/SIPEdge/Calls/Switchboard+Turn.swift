import NIOCore
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// What a shard does when it has its turn.
extension Switchboard {
    /// Messages and deadlines of one round, and rounds of one turn: others want the lock, too.
    private static let roundLength = 64
    private static let rounds = 8

    func turn(_ shard: CallShard) {
        let isUnfinished = shard.state.withLock { state in
            var isUnfinished = state.ways != nil
            for _ in 0..<Self.rounds where isUnfinished { isUnfinished = round(shard, &state) }
            state.batch?.flush()
            setTimer(shard, &state)
            return isUnfinished
        }
        if isUnfinished { shard.loop.execute { [weak self] in self?.turn(shard) } }
    }

    /// Whether there may be more.
    private func round(_ shard: CallShard, _ state: inout CallShard.State) -> Bool {
        let now = clock.now()
        var due = 0
        while due < Self.roundLength, let number = state.deadlines.removeFirst(dueAt: now) {
            due += 1
            give(.deadline, to: number, &state, now)
        }
        let messages = shard.inbox.take(Self.roundLength)
        for message in messages { handle(message, &state, now) }
        return !messages.isEmpty || due == Self.roundLength
    }

    private func setTimer(_ shard: CallShard, _ state: inout CallShard.State) {
        guard state.ways != nil, let next = state.deadlines.first?.at else { return }
        state.timer.set(at: next, now: clock.now(), on: shard.loop) { [weak self] in
            shard.state.withLock { $0.timer.clear() }
            self?.turn(shard)
        }
    }

    private func handle(_ message: CallMessage, _ state: inout CallShard.State, _ now: Int64) {
        switch message {
        case .begun(let number, let bytes, let source, let attempt): begin(number, bytes, source, attempt, &state, now)
        case .received(let number, let bytes, let source): receive(bytes, from: source, for: number, &state, now)
        case .decided(let number, let decision): take(decision, for: number, &state, now)
        case .forwarded(let number, let forward, let decision): take(forward, decision, for: number, &state, now)
        case .referred(let number, let referral, let decision): take(referral, decision, for: number, &state, now)
        case .consulted(let number, let referral, let leg): take(referral, leg, for: number, &state, now)
        case .prepared(let number, let rounds):
            guard let call = state.calls[number] else { return }
            call.rounds = rounds
            tryNext(call, &state, now)
        case .located(let number, let leg, let uri, let target):
            give(.located(leg: leg, uri: uri, target), to: number, &state, now)
        case .opened(let number, let target): sendWaiting(number, target, &state, now)
        case .failed(let number, let target):
            state.calls[number]?.unsent[target] = nil
            give(.transportFailed(target.address), to: number, &state, now)
        case .resume(let record): resume(record, &state, now)
        case .offered(let number, let leg, let relay, let outcome):
            offered(number, leg, by: relay, outcome, &state, now)
        case .described(let number, let description, let body, let outcome):
            described(number, description, body, outcome, &state, now)
        case .kept(let number):
            guard let call = state.calls[number], let effects = call.waiting else { return }
            call.waiting = nil
            perform(effects, for: call, &state, now)
        case .end(let number, let status): give(.refuse(status), to: number, &state, now)
        }
    }

    // MARK: Inputs

    private func begin(
        _ number: UInt64, _ bytes: [UInt8], _ source: SourceAddress, _ attempt: CallAttempt,
        _ state: inout CallShard.State, _ now: Int64
    ) {
        var begun: (call: Call, effects: [Call.Effect])?
        if (try? state.index.read(bytes.span)) != nil {
            begun = Call.begin(
                state.index, bytes.span, Call.Arrival(source: source), id: number, terms: terms,
                incoming: IncomingLeg(timer: timer, isLocated: attempt.identity.isTrunk), at: now)
        }
        guard let begun else {
            shard(of: number).known.withLock { _ = $0.remove(number) }
            return
        }
        let call = CarriedCall(number: number, machine: begun.call, attempt: attempt)
        call.source = source
        state.calls[number] = call
        open(recordOf: call, from: source)
        if let record = call.records.first, messages.takes(at: now) {
            call.trace = TracedCall(id: record.call, account: record.account)
        }
        note(bytes, isReceived: true, source, of: call, now)
        perform(begun.effects, for: call, &state, now)
    }

    private func receive(
        _ bytes: [UInt8], from source: SourceAddress, for number: UInt64, _ state: inout CallShard.State,
        _ now: Int64
    ) {
        guard let call = state.calls[number] else { return }
        note(bytes, isReceived: true, source, of: call, now)
        let waits = !(call.media?.held.isEmpty ?? true)
        if waits || take(bytes, from: source, for: call, &state, now) { call.media?.hold(bytes, from: source) }
    }

    func note(_ message: [UInt8], isReceived: Bool, _ remote: SourceAddress, of call: CarriedCall, _ now: Int64) {
        guard let trace = call.trace else { return }
        messages.keep(message, isReceived: isReceived, remote: remote, of: trace, at: now)
    }

    func give(_ input: Call.Input, to number: UInt64, _ state: inout CallShard.State, _ now: Int64) {
        guard let call = state.calls[number] else { return }
        perform(call.machine.receive(input, at: now), for: call, &state, now)
    }

    private func resume(_ record: CallRecord, _ state: inout CallShard.State, _ now: Int64) {
        guard state.calls[record.id] == nil else { return }
        let (machine, effects) = Call.resume(record, terms: terms, at: now)
        let call = CarriedCall(number: record.id, machine: machine, attempt: nil)
        call.kept = record
        state.calls[record.id] = call
        endMedia(of: record)
        perform(effects, for: call, &state, now)
    }
}
