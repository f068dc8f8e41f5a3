import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// That an end of a call is handed over, as somebody in it asks.
struct Referral: Sendable {
    /// The call that the referrer would make itself.
    var attempt: CallAttempt
    /// Who calls whom, for the record.
    var from = ""
    var to = ""
    /// What the call held before.
    var held: [CallLimit] = []
}

/// Referrals (RFC 3515): allowed is what the referrer may call itself, at the same price and within the same limits.
extension Switchboard {
    /// Decides in the background; the status of a refusal where nothing need be asked.
    func refer(_ leg: UInt8, to uri: [UInt8], of call: CarriedCall) -> UInt16? {
        guard store.withLock({ $0 }) != nil, let account = call.attempt?.account else { return 503 }
        guard let identity = identity(of: leg, in: call) else { return 403 }
        guard let target = SIPURI(uri.span, ByteRange(0, uri.count)), target.scheme != .other else { return 416 }
        let attempt = CallAttempt(
            account: account, identity: identity,
            called: String(decoding: uri.span.unescaped(target.user), as: UTF8.self),
            place: directory.place(host: target.host, uri.span, of: account.rawValue),
            caller: leg == 0
                ? call.attempt?.caller ?? CallerClaim() : CallerClaim(user: call.legs[Int(leg) - 1].called))
        let referral = Referral(attempt: attempt)
        if target.headers.isEmpty {
            let number = call.number
            decide(attempt, of: number, isNarrow: leg > 0) { .referred(number, referral, $0) }
        } else {
            guard let replaced = ReplacedDialog(headers: target.headers, uri.span) else { return 400 }
            join(replaced, for: referral, of: call.number)
        }
        return nil
    }

    // MARK: With consultation

    /// Looks for the other end of a call of the referrer's, in the background: it is in the hands of another shard.
    private func join(_ replaced: ReplacedDialog, for referral: Referral, of number: UInt64) {
        Task { [weak self] in
            guard let self else { return }
            let leg = replaced.call.flatMap { other in
                self.shard(of: other).state.withLock { state in
                    state.calls[other].flatMap { Self.leg(to: replaced, in: $0, of: referral.attempt.account) }
                }
            }
            post(.consulted(number, referral, leg), to: number)
        }
    }

    /// Only users of the same account: their phones know what Replaces means, and which call of theirs it is.
    private static func leg(to replaced: ReplacedDialog, in call: CarriedCall, of account: AccountID) -> PreparedLeg? {
        guard call.attempt?.account == account, let (number, leg) = call.machine.counterpart(of: replaced) else {
            return nil
        }
        if number > 0 {
            guard call.legs.indices.contains(Int(number) - 1) else { return nil }
            var target = call.legs[Int(number) - 1].target
            guard case .user(_, let aor) = target.place else { return nil }
            // The call that ends holds them.
            target.limits = []
            return PreparedLeg(leg: leg, target: target, party: aor)
        }
        guard case .user(let credential) = call.attempt?.identity, let aor = call.records.first?.from else {
            return nil
        }
        return PreparedLeg(leg: leg, target: .joining(credential, aor: aor), party: aor)
    }

    func take(
        _ referral: Referral, _ leg: PreparedLeg?, for number: UInt64, _ state: inout CallShard.State, _ now: Int64
    ) {
        guard let call = state.calls[number], call.machine.phase == .answered else { return }
        guard let leg else { return give(.refuseReferral(481), to: number, &state, now) }
        var referral = referral
        (referral.held, referral.from, referral.to) = (call.limits, call.records.first?.from ?? "", leg.party)
        (call.referral, call.stage, call.rounds) = (referral, call.plan?.stages.count ?? 0, [[leg]])
        tryNext(call, &state, now)
    }

    // MARK: Who and what

    /// Who a leg is; nil for those who may call nobody here: carriers, and whatever else is only a place that calls go to.
    private func identity(of leg: UInt8, in call: CarriedCall) -> CallIdentity? {
        guard leg > 0 else {
            if case .registration = call.attempt?.identity { return nil }
            return call.attempt?.identity
        }
        guard call.legs.indices.contains(Int(leg) - 1) else { return nil }
        let target = call.legs[Int(leg) - 1].target
        if case .user(let credential, _) = target.place { return .user(credential) }
        return target.trunk.map { .trunk($0, host: nil) }
    }

    func take(
        _ referral: Referral, _ decision: Result<CallDecision, ProvisioningError>, for number: UInt64,
        _ state: inout CallShard.State, _ now: Int64
    ) {
        guard let call = state.calls[number], call.machine.phase == .answered else { return }
        switch decision.map(\.outcome) {
        case .failure: give(.refuseReferral(503), to: number, &state, now)
        case .success(.refused(let refusal)): give(.refuseReferral(UInt16(refusal.status)), to: number, &state, now)
        case .success(.planned(let plan)):
            var referral = referral
            (referral.held, referral.from, referral.to) = (call.limits, plan.caller, plan.called)
            let moment = Timestamp(milliseconds: clock.wall())
            if let refusal = slots.withLock({ $0.take(plan.limits, beside: &call.limits, at: moment) }) {
                return give(.refuseReferral(UInt16(refusal.status)), to: number, &state, now)
            }
            (call.referral, call.plan, call.stage, call.rounds) = (referral, plan, 0, [])
            tryNext(call, &state, now)
        }
    }

    /// A referral is over; one that came to nothing holds nothing any more.
    func close(referralOf call: CarriedCall, isDone: Bool) {
        guard let referral = call.referral else { return }
        call.referral = nil
        guard !isDone else { return }
        let taken = call.limits.filter { limit in !referral.held.contains { $0.scope == limit.scope } }
        slots.withLock { $0.giveBack(taken) }
        call.limits = referral.held
    }
}

extension Trunk {
    /// As far as each of its sources may call; `nil` of one that has none, and may not call at all.
    var narrowestTraffic: TrafficClass? { details.terminationHosts.map { $0.traffic ?? .all }.min() }
}
