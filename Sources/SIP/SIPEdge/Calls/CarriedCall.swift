import Provisioning
import SIPEngine

/// One call in the hands of its shard.
final class CarriedCall {
    let number: UInt64
    var machine: Call
    /// Nil for a call of the last run, which only ends.
    let attempt: CallAttempt?
    var plan: CallPlan?
    /// The stage of the plan that is next, and rounds of the last one that are left.
    var stage = 0
    var rounds: [[PreparedLeg]] = []
    /// Why a target was passed over that has no room.
    var full: CallRefusal?
    /// Where a phone sent the call on to, until that is decided, and how often one did.
    var forward: Forward?
    var forwards = 0
    /// What an end asks for, while it is tried.
    var referral: Referral?
    /// Leg 1 is the first.
    var legs: [PreparedLeg] = []
    /// What is given back at the end, and with each leg.
    var limits: [CallLimit] = []
    var limitsOfLegs: [UInt8: [CallLimit]] = [:]
    /// Position 0 is the caller's.
    var records: [CallLeg] = []
    /// Messages that wait for their connection.
    var unsent: [Target: [(leg: UInt8, bytes: [UInt8])]] = [:]
    /// What is done once the journal has the call; nil where nothing waits for it.
    var waiting: [Call.Effect]?
    /// Where the caller's INVITE came from, and what its side may negotiate.
    var source: SourceAddress?
    var callerMedia = MediaDemand()
    /// What relays do for it; nil while there is nothing.
    var media: CarriedMedia?
    /// Legs that wait for a relay, and how many the machine has been given.
    var offering: Set<UInt8> = []
    var presented = 0
    /// As what its messages are kept; nil where they are not.
    var trace: TracedCall?
    /// What the journal has of it.
    var kept: CallRecord?

    init(number: UInt64, machine: Call, attempt: CallAttempt?) {
        self.number = number
        self.machine = machine
        self.attempt = attempt
    }

    /// Whether it is a call, and no MESSAGE.
    var isVoice: Bool { attempt?.media == .voice }
}
