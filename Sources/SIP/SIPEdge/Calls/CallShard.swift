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
    let undecided = Inbox<(number: UInt64, attempt: CallAttempt)>()
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
        var timer: (at: Int64, task: Scheduled<Void>)?
    }

    init(loop: any EventLoop) { self.loop = loop }
}
