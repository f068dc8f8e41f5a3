import Provisioning
import SIPEngine
import SIPTransport

/// What a shard of calls is told, in the order in which it happened.
enum CallMessage: Sendable {
    /// An INVITE, or a MESSAGE, of somebody who was proved to be who it is.
    case begun(UInt64, [UInt8], SourceAddress, CallAttempt)
    /// Anything else that names the call.
    case received(UInt64, [UInt8], SourceAddress)
    case decided(UInt64, Result<CallDecision, ProvisioningError>)
    /// What becomes of a call that a phone sends on.
    case forwarded(UInt64, Forward, Result<CallDecision, ProvisioningError>)
    /// What a referral comes to.
    case referred(UInt64, Referral, Result<CallDecision, ProvisioningError>)
    /// Who is at the other end of the dialog that a referral with consultation names; nil where nobody of ours is.
    case consulted(UInt64, Referral, PreparedLeg?)
    /// The rounds that a stage of the plan comes to, each tried at once.
    case prepared(UInt64, [[PreparedLeg]])
    case located(UInt64, leg: UInt8, uri: [UInt8], Target)
    /// The connection that messages wait for is open, or could not be opened.
    case opened(UInt64, Target)
    case failed(UInt64, Target)
    /// What the last run left behind.
    case resume(CallRecord)
    /// A relay has described the caller to a leg that is not tried yet, or failed to.
    case offered(UInt64, leg: UInt8, relay: Int, MediaRelay.Outcome)
    /// A relay has described one end to the other, or failed to, where the first message waits for it.
    case described(UInt64, Call.Description, [UInt8], MediaRelay.Outcome)
    /// What waited for the journal may go out.
    case kept(UInt64)
    /// From outside: the call is to end.
    case end(UInt64, status: UInt16)
}

/// A target of a plan as the engine tries it.
struct PreparedLeg: Sendable {
    var leg: OutgoingLeg
    let target: CallTarget
    /// Who is there, for the record.
    let party: String
    /// As what it was called: who it is when it calls somebody itself.
    var called = ""
    /// How its media turned out to be protected, where it refused another way.
    var speaks: MediaRelayRequest.Side?
}
