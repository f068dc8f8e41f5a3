import NIOCore
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// A part of the registrations: what it was told and has not looked at, and what it carries.
///
/// Whoever holds the state may have its turn; the event loop is there so that somebody does when nobody else would.
final class RegistrationShard: Sendable {
    let state = Mutex(State())
    let loop: any EventLoop
    private let inbox = Inbox<RegistrationMessage>()

    struct State: ~Copyable {
        var carried: [UInt64: CarriedRegistration] = [:]
        var deadlines = DeadlineHeap<UInt64>()
        /// Who registered over a connection, so that all hear of its end.
        var flows: [FlowID: Set<UInt64>] = [:]
        /// Accounts whose registrations must not be on the wire.
        var suspended: Set<Int64> = []
        var frozen: Set<Int64> = []
        /// Nil until it is started.
        var ways: OutboundWays?
        var batch = OutboundBatch()
        var index = MessageIndex()
        var timer = TurnTimer()
        var totals = Totals()
    }

    struct Totals {
        var states = InlineArray<8, Int>(repeating: 0)
        var sent: UInt64 = 0
        var timeouts: UInt64 = 0
        var answers: [Int: UInt64] = [:]
        var durations = Durations.sip
    }

    init(loop: any EventLoop) { self.loop = loop }

    /// Whether the caller must have the loop look.
    func post(_ message: RegistrationMessage) -> Bool { inbox.post(message) }

    /// The next messages, at most `limit`; without any, the next `post` has somebody look.
    func take(_ limit: Int) -> [RegistrationMessage] { inbox.take(limit) }
}
