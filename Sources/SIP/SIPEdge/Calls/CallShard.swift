import NIOCore
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// A part of the calls: what it was told and has not looked at, and what it carries.
final class CallShard: Sendable {
    let state = Mutex(State())
    let inbox = Inbox<CallMessage>()
    /// Attempts that wait to be decided.
    let undecided = Inbox<Undecided>()
    let loop: any EventLoop
    /// The calls that there are, for those who receive messages.
    let known = Mutex<Set<UInt64>>([])

    struct State: ~Copyable {
        var calls: [UInt64: CarriedCall] = [:]
        var deadlines = DeadlineHeap<UInt64>()
        /// Nil until it is started.
        var ways: OutboundWays?
        var batch = OutboundBatch()
        var index = MessageIndex()
        var timer = TurnTimer()
    }

    init(loop: any EventLoop) { self.loop = loop }
}

/// An attempt that waits to be decided, and what its call is told then.
struct Undecided: Sendable {
    let number: UInt64
    let attempt: CallAttempt
    /// A trunk may do no more than the least that one of its hosts may: which of them asks is not known.
    let isNarrow: Bool
    let message: @Sendable (Result<CallDecision, ProvisioningError>) -> CallMessage

    func decide(in surroundings: CallSurroundings, asking reader: any ProvisioningReader)
        throws(ProvisioningError) -> CallDecision
    {
        var random = SystemRandomNumberGenerator()
        var attempt = attempt
        if isNarrow, case .trunk(let id, _) = attempt.identity {
            guard let traffic = try reader.trunk(id, of: attempt.account)?.narrowestTraffic else {
                return CallDecision(.refused(CallRefusal(.notGranted, "trunk \(id)")), steps: [])
            }
            attempt.identity = .trunk(id, host: traffic)
        }
        return try CallPlanner.decide(attempt, in: surroundings, asking: reader, using: &random)
    }
}
