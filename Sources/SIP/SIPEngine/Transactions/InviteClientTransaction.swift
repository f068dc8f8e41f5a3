/// The client's side of an INVITE (RFC 3261 section 17.1.1, with the Accepted state of RFC 6026 section 8.4).
///
/// It knows times and states only; its owner keeps the request and the ACK, and acknowledges a 2xx itself.
package struct InviteClientTransaction: Sendable, Hashable {
    package enum State: UInt8, Sendable, CaseIterable { case calling, proceeding, accepted, completed, terminated }

    package private(set) var state = State.calling
    private let timers: TransactionTimers
    private let isReliable: Bool
    /// Timer A, and how long it runs next.
    private var resendAt: Int64
    private var interval: Int64
    /// Timer B, D or M.
    private var endAt: Int64

    /// The request is sent now; `isReliable` says whether its transport is.
    package init(isReliable: Bool, timers: TransactionTimers, at now: Int64) {
        self.isReliable = isReliable
        self.timers = timers
        interval = timers.t1
        resendAt = isReliable ? .max : now + timers.t1
        endAt = now + timers.lifetime
    }

    /// One whose request got a provisional response in an earlier life of the process.
    package static func resumed(isReliable: Bool, timers: TransactionTimers, at now: Int64) -> Self {
        var transaction = Self(isReliable: isReliable, timers: timers, at: now)
        transaction.state = .proceeding
        transaction.resendAt = .max
        return transaction
    }

    package mutating func receive(status: Int, at now: Int64) -> TransactionSteps {
        switch (state, status) {
        case (.calling, 100..<200), (.proceeding, 100..<200):
            state = .proceeding
            (resendAt, endAt) = (.max, .max)
            return .deliver
        case (.calling, 200..<300), (.proceeding, 200..<300):
            (state, resendAt, endAt) = (.accepted, .max, now + timers.lifetime)
            return .deliver
        case (.accepted, 200..<300): return .deliver
        case (.calling, 300...), (.proceeding, 300...):
            (state, resendAt, endAt) = (.completed, .max, now + timers.lifetime)
            guard isReliable else { return [.acknowledge, .deliver] }
            state = .terminated
            return [.acknowledge, .deliver, .end]
        case (.completed, 300...): return .acknowledge
        default: return []
        }
    }

    /// Ends in so many milliseconds unless there is a final response: after a CANCEL (RFC 3261 section 9.1).
    package mutating func expire(by time: Int64) {
        if state == .calling || state == .proceeding { endAt = min(endAt, time) }
    }

    package mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        if now >= endAt {
            let isUnanswered = state == .calling || state == .proceeding
            state = .terminated
            return isUnanswered ? [.timeOut, .end] : .end
        }
        guard state == .calling, now >= resendAt else { return [] }
        interval *= 2
        resendAt = now + interval
        return .resend
    }

    package var deadline: Int64? {
        let earliest = min(resendAt, endAt)
        return state == .terminated || earliest == .max ? nil : earliest
    }
}
