import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// Where a call goes: decided by one snapshot of what is provisioned, tried stage by stage.
extension Switchboard {
    /// The machine asks where to.
    func route(_ call: CarriedCall, _ state: inout CallShard.State, _ now: Int64) {
        let number = call.number
        if let forward = call.forward {
            call.forward = nil
            return decide(forward.attempt, of: number) { .forwarded(number, forward, $0) }
        }
        guard call.plan == nil else { return tryNext(call, &state, now) }
        guard let attempt = call.attempt else { return }
        decide(attempt, of: number) { .decided(number, $0) }
    }

    /// Decides in the background, and leaves the decision with the call.
    ///
    /// - Parameter isNarrow: whether a trunk may do no more than the least that one of its hosts may.
    func decide(
        _ attempt: CallAttempt, of number: UInt64, isNarrow: Bool = false,
        as message: @escaping @Sendable (Result<CallDecision, ProvisioningError>) -> CallMessage
    ) {
        guard let store = store.withLock({ $0 }) else { return }
        let shard = shard(of: number)
        guard shard.undecided.post(Undecided(number: number, attempt: attempt, isNarrow: isNarrow, message: message))
        else { return }
        Task { [weak self] in
            while await self?.decide(shard.undecided.take(Self.decisions), by: store) ?? false {}
        }
    }

    /// Attempts that are decided by one snapshot.
    private static let decisions = 32

    /// Decides what waits, by one snapshot that is newer than all of it; whether there was any.
    private func decide(_ waiting: [Undecided], by store: any ProvisioningStore) async -> Bool {
        guard !waiting.isEmpty else { return false }
        let surroundings = surroundings
        var decisions: [Result<CallDecision, ProvisioningError>]
        do throws(ProvisioningError) {
            decisions = try await store.read { (reader) throws(ProvisioningError) in
                waiting.map { waiting in
                    Result { () throws(ProvisioningError) in try waiting.decide(in: surroundings, asking: reader) }
                }
            }
        } catch {
            decisions = waiting.map { _ in .failure(error) }
        }
        for (call, decision) in zip(waiting, decisions) { post(call.message(decision), to: call.number) }
        return true
    }

    var surroundings: CallSurroundings {
        CallSurroundings(
            now: Timestamp(milliseconds: clock.wall()), isDown: health.isDown,
            isRegistered: { [registrations] id in registrations.way(over: id) != nil })
    }

    func take(
        _ decision: Result<CallDecision, ProvisioningError>, for number: UInt64, _ state: inout CallShard.State,
        _ now: Int64
    ) {
        // Nothing is taken for a caller who gave up meanwhile.
        guard let call = state.calls[number], call.machine.phase == .routing else { return }
        if case .success(let decision) = decision { describe(call, decision) }
        switch decision.map(\.outcome) {
        case .failure: give(.refuse(503, retryAfter: Self.retryAfter), to: number, &state, now)
        case .success(.refused(let refusal)): refuse(call, refusal, &state, now)
        case .success(.planned(let plan)):
            if let refusal = slots.withLock({ $0.take(plan.limits, at: Timestamp(milliseconds: clock.wall())) }) {
                return refuse(call, refusal, &state, now)
            }
            call.plan = plan
            call.limits = plan.limits
            call.callerMedia = plan.callerMedia
            let media = MediaFilter(plan.callerMedia)
            perform(call.machine.receive(.caller(media), at: now), for: call, &state, now)
            tryNext(call, &state, now)
        }
    }

    /// Seconds after which a caller may try again where the store cannot be read or there is no room.
    private static let retryAfter: UInt32 = 5

    private func refuse(_ call: CarriedCall, _ refusal: CallRefusal, _ state: inout CallShard.State, _ now: Int64) {
        note(refusal, of: call)
        let retryAfter = refusal.status == 503 ? Self.retryAfter : 0
        give(.refuse(UInt16(refusal.status), retryAfter: retryAfter), to: call.number, &state, now)
    }

    /// The next round, or the rounds of the next stage, or the end of the search.
    func tryNext(_ call: CarriedCall, _ state: inout CallShard.State, _ now: Int64) {
        // A call that is up looks for somebody only to hand an end over.
        guard call.machine.phase == (call.referral == nil ? .routing : .answered) else { return }
        while !call.rounds.isEmpty {
            let room = max(0, Int(Call.mostAttempts) - call.legs.count)
            var legs = call.rounds.removeFirst().prefix(room).filter { hold($0.target.limits, for: call) }
            guard legs.isEmpty else {
                for place in legs.indices {
                    legs[place].leg.hasNext = !call.rounds.isEmpty
                    legs[place].called = call.plan?.called ?? ""
                }
                let first = call.legs.count
                call.legs += legs
                for place in legs.indices { call.limitsOfLegs[UInt8(first + place + 1)] = legs[place].target.limits }
                return present(from: first, of: call, &state, now)
            }
        }
        guard let plan = call.plan, plan.stages.indices.contains(call.stage), let ways = state.ways else {
            if call.legs.isEmpty, let full = call.full { return refuse(call, full, &state, now) }
            return give(.legs([]), to: call.number, &state, now)
        }
        let stage = plan.stages[call.stage]
        call.stage += 1
        prepare(stage[...], of: plan.account, ways) { [weak self, number = call.number] rounds in
            self?.post(.prepared(number, rounds), to: number)
        }
    }

    private func hold(_ limits: [CallLimit], for call: CarriedCall) -> Bool {
        let refusal = slots.withLock { $0.take(limits, at: Timestamp(milliseconds: clock.wall())) }
        call.full = refusal ?? call.full
        return refusal == nil
    }
}
