import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// What became of calls, and what they held.
extension Switchboard {
    private var moment: Timestamp { Timestamp(milliseconds: clock.wall()) }

    func open(recordOf call: CarriedCall, from source: SourceAddress) {
        guard let attempt = call.attempt else { return }
        if call.isVoice { totals.withLock { $0.begin() } }
        call.records = [
            CallLeg(
                call: "\(String(call.number, radix: 16))-\(String(clock.wall(), radix: 36))", position: 0,
                account: attempt.account, identity: attempt.identity, from: attempt.caller.user, to: attempt.called,
                party: source.text, started: moment)
        ]
    }

    /// As routing knows the caller, be the call refused, and what was called.
    func describe(_ call: CarriedCall, _ decision: CallDecision) {
        guard !call.records.isEmpty else { return }
        call.records[0].from = decision.caller ?? call.records[0].from
        call.records[0].to = decision.plan?.called ?? call.records[0].to
    }

    func note(_ refusal: CallRefusal, of call: CarriedCall) {
        guard !call.records.isEmpty else { return }
        call.records[0].cause = refusal.cause.rawValue
    }

    func report(_ event: Call.Event, of call: CarriedCall) {
        guard !call.records.isEmpty else { return }
        noteHealth(event, of: call)
        count(event, of: call)
        switch event {
        case .trying(let leg): begin(leg, of: call)
        case .ringing(let leg, _):
            change(leg, of: call) { $0.rang = $0.rang ?? moment }
            call.records[0].rang = call.records[0].rang ?? moment
        case .answered(let leg):
            for leg in [0, leg] {
                change(leg, of: call) { $0.answered = $0.answered ?? moment }
                keep(leg, of: call)
            }
        case .legEnded(let leg, let cause, _):
            end(leg, of: call, cause)
            reconsider(leg, after: cause, of: call)
            endMedia(of: leg, call)
            slots.withLock { $0.giveBack(call.limitsOfLegs.removeValue(forKey: leg) ?? []) }
        case .transferred(let isDone): close(referralOf: call, isDone: isDone)
        case .ended(let cause):
            end(0, of: call, cause)
            // What is left are byes and copies of answers, for half a minute: they take nobody's room.
            slots.withLock { $0.giveBack(call.limits) }
            call.limits = []
        }
    }

    private func count(_ event: Call.Event, of call: CarriedCall) {
        let isAnswered = call.records[0].answered != nil
        switch event {
        case .answered where call.isVoice && !isAnswered: totals.withLock { $0.answer() }
        case .ended(let cause) where call.isVoice: totals.withLock { $0.end(cause, isAnswered: isAnswered) }
        default: break
        }
    }

    /// Whether somebody is where a leg was sent.
    private func noteHealth(_ event: Call.Event, of call: CarriedCall) {
        let (leg, isAnswered): (UInt8, Bool)
        switch event {
        case .ringing(let number, _), .answered(let number): (leg, isAnswered) = (number, true)
        // What is no life of a probe is none of a call, and no silence either.
        case .legEnded(let number, .answered(let status), _) where status != 408 && status != 503:
            (leg, isAnswered) = (number, true)
        case .legEnded(let number, .silent, _), .legEnded(let number, .unreachable, _):
            (leg, isAnswered) = (number, false)
        default: return
        }
        guard call.legs.indices.contains(Int(leg) - 1), case .hop(let hop) = call.legs[Int(leg) - 1].target.place else {
            return
        }
        health.noteCall(to: hop.next, isAnswered: isAnswered)
    }

    /// The call is forgotten: nothing is held any more.
    func close(_ call: CarriedCall) {
        slots.withLock { slots in
            for limits in call.limitsOfLegs.values { slots.giveBack(limits) }
            slots.giveBack(call.limits)
        }
        (call.limits, call.limitsOfLegs) = ([], [:])
        for leg in call.records.indices where call.records[leg].ended == nil {
            end(UInt8(leg), of: call, .ordered(500))
        }
    }

    private func begin(_ leg: UInt8, of call: CarriedCall) {
        guard call.legs.indices.contains(Int(leg) - 1), call.records.count == Int(leg) else { return }
        let (first, prepared) = (call.records[0], call.legs[Int(leg) - 1])
        var record = CallLeg(
            call: first.call, position: Int(leg), account: first.account,
            identity: call.referral?.attempt.identity ?? first.identity, from: call.referral?.from ?? first.from,
            to: call.referral?.to ?? first.to, party: prepared.party, started: moment)
        record.carrier = prepared.target.carrier?.id
        record.currency = prepared.target.carrier?.currency ?? ""
        call.records.append(record)
    }

    private func change(_ leg: UInt8, of call: CarriedCall, _ body: (inout CallLeg) -> Void) {
        if call.records.indices.contains(Int(leg)) { body(&call.records[Int(leg)]) }
    }

    private func keep(_ leg: UInt8, of call: CarriedCall) {
        guard call.records.indices.contains(Int(leg)) else { return }
        let record = call.records[Int(leg)]
        records.put(record, for: CallLegKey(call: record.call, position: record.position))
    }

    private func end(_ leg: UInt8, of call: CarriedCall, _ cause: SIPEngine.CallCause) {
        guard call.records.indices.contains(Int(leg)), call.records[Int(leg)].ended == nil else { return }
        change(leg, of: call) { record in
            record.ended = moment
            record.status = record.answered != nil ? 200 : Int(cause.status)
            if record.cause.isEmpty { record.cause = cause.label }
        }
        if leg > 0, call.legs.indices.contains(Int(leg) - 1),
            let cost = call.legs[Int(leg) - 1].target.carrier?.cost, call.records[Int(leg)].answered != nil
        {
            let amount = cost.amount(seconds: call.records[Int(leg)].billedSeconds)
            change(leg, of: call) { $0.cost = amount }
            slots.withLock { $0.spend(amount, in: call.limits, at: moment) }
        }
        keep(leg, of: call)
    }
}

extension SIPEngine.CallCause {
    /// As records have it.
    fileprivate var label: String {
        switch self {
        case .answered(let status): "answered-\(status)"
        case .silent: "no-answer-at-all"
        case .unanswered: "not-answered"
        case .unreachable: "unreachable"
        case .media(.noCodec), .media(.noSuite): "no-common-media"
        case .media(.notEncrypted): "not-encrypted"
        case .media(.webOnly): "browser-without-relay"
        case .media(.behindNAT): "nat-without-relay"
        case .media(.noRelay): "no-media-relay"
        case .media(.relayFailed): "media-relay-failed"
        case .unwritable: "cannot-be-written"
        case .cancelled: "cancelled"
        case .elsewhere: "answered-elsewhere"
        case .hungUp(let byCaller): byCaller ? "bye-by-caller" : "bye-by-callee"
        case .notAcknowledged: "not-acknowledged"
        case .sessionOver: "session-timer"
        case .tooLong: "too-long"
        case .lost(let status): "lost-\(status)"
        case .ordered(let status): "ended-\(status)"
        case .transferred: "transferred"
        case .restarted: "server-restarted"
        }
    }
}
