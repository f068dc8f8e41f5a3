/// The server's side of an INVITE (RFC 3261 section 17.2.1, with the Accepted state of RFC 6026 section 8.3).
///
/// It sends failures again; a 2xx is sent again by the dialog's `AnswerRepetition`, on any transport.
package struct InviteServerTransaction: Sendable, Hashable {
    package enum State: UInt8, Sendable, CaseIterable { case proceeding, accepted, completed, confirmed, terminated }

    package private(set) var state = State.proceeding
    private let timers: TransactionTimers
    private let isReliable: Bool
    /// Timer G, and how long it runs next.
    private var resendAt = Int64.max
    private var interval: Int64
    /// Timer H, I or L.
    private var endAt = Int64.max

    package init(isReliable: Bool, timers: TransactionTimers) {
        self.isReliable = isReliable
        self.timers = timers
        interval = timers.t1
    }

    /// A copy of the INVITE.
    package func receiveCopy() -> TransactionSteps {
        state == .proceeding || state == .completed ? .resend : []
    }

    /// The owner sends this status now; false where a final one was sent before.
    package mutating func respond(status: Int, at now: Int64) -> Bool {
        guard state == .proceeding else { return false }
        guard status >= 200 else { return true }
        endAt = now + timers.lifetime
        if status < 300 {
            state = .accepted
        } else {
            state = .completed
            resendAt = isReliable ? .max : now + timers.t1
        }
        return true
    }

    /// An ACK with the INVITE's branch, which is for a failure; one for a 2xx is the dialog's.
    package mutating func receiveAcknowledgement(at now: Int64) -> TransactionSteps {
        guard state == .completed else { return [] }
        (state, resendAt, endAt) = (.confirmed, .max, now + timers.t4)
        guard isReliable else { return [] }
        state = .terminated
        return .end
    }

    package mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        if now >= endAt {
            let isUnacknowledged = state == .completed
            state = .terminated
            return isUnacknowledged ? [.timeOut, .end] : .end
        }
        guard state == .completed, now >= resendAt else { return [] }
        interval = min(interval * 2, timers.t2)
        resendAt = now + interval
        return .resend
    }

    package var deadline: Int64? {
        let earliest = min(resendAt, endAt)
        return state == .terminated || earliest == .max ? nil : earliest
    }
}
