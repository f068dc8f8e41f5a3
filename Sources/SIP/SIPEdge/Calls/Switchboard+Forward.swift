import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// That a user's phone sends a call on.
struct Forward: Sendable {
    /// The call that this user would make itself.
    let attempt: CallAttempt
    /// As the caller was shown to the phone.
    let caller: ShownCaller
}

/// Calls that a phone sends on with a 3xx (RFC 3261 section 8.1.3.4): to another user of its account, as far as its own user may
/// call that one. Nobody pays for it, and what any other host says of where to call is not looked at.
extension Switchboard {
    private static let mostForwards = 5

    func note(_ call: CarriedCall, movedTo uri: [UInt8], by leg: UInt8) {
        guard let attempt = call.attempt, call.referral == nil, call.forwards < Self.mostForwards,
            call.legs.indices.contains(Int(leg) - 1),
            case .user(let credential, _) = call.legs[Int(leg) - 1].target.place,
            let target = SIPURI(uri.span, ByteRange(0, uri.count)), target.scheme != .other, target.headers.isEmpty
        else { return }
        call.forwards += 1
        let forwarded = CallAttempt(
            account: attempt.account, identity: .user(credential),
            called: String(decoding: uri.span.unescaped(target.user), as: UTF8.self),
            place: directory.place(host: target.host, uri.span, of: attempt.account.rawValue), caller: attempt.caller,
            media: attempt.media)
        call.forward = Forward(attempt: forwarded, caller: call.legs[Int(leg) - 1].target.caller)
    }

    func take(
        _ forward: Forward, _ decision: Result<CallDecision, ProvisioningError>, for number: UInt64,
        _ state: inout CallShard.State, _ now: Int64
    ) {
        guard let call = state.calls[number], call.machine.phase == .routing else { return }
        if case .success(let decision) = decision, let plan = decision.plan, plan.targets.allSatisfy(\.isUser),
            slots.withLock({
                $0.take(plan.limits, beside: &call.limits, at: Timestamp(milliseconds: clock.wall()))
            }) == nil
        {
            let stages = plan.stages.map { stage in
                stage.map { target in
                    var target = target
                    target.caller = forward.caller
                    return target
                }
            }
            call.plan?.stages.insert(contentsOf: stages, at: call.stage)
        }
        tryNext(call, &state, now)
    }
}

extension CallTarget {
    fileprivate var isUser: Bool { if case .user = place { true } else { false } }
}
