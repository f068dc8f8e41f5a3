/// The client's side of any request but INVITE and ACK (RFC 3261 section 17.1.2).
package struct ClientTransaction: Sendable, Hashable {
    package enum State: UInt8, Sendable, CaseIterable { case trying, proceeding, completed, terminated }

    package private(set) var state = State.trying
    private let timers: TransactionTimers
    private let isReliable: Bool
    /// Timer E, and how long it runs next.
    private var resendAt: Int64
    private var interval: Int64
    /// Timer F or K.
    private var endAt: Int64

    /// The request is sent now.
    package init(isReliable: Bool, timers: TransactionTimers, at now: Int64) {
        self.isReliable = isReliable
        self.timers = timers
        interval = timers.t1
        resendAt = isReliable ? .max : now + timers.t1
        endAt = now + timers.lifetime
    }

    package mutating func receive(status: Int, at now: Int64) -> TransactionSteps {
        guard state == .trying || state == .proceeding else { return [] }
        guard status >= 200 else {
            state = .proceeding
            return .deliver
        }
        (state, resendAt, endAt) = (.completed, .max, now + timers.t4)
        guard isReliable else { return .deliver }
        state = .terminated
        return [.deliver, .end]
    }

    package mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        if now >= endAt {
            let isUnanswered = state != .completed
            state = .terminated
            return isUnanswered ? [.timeOut, .end] : .end
        }
        guard now >= resendAt else { return [] }
        interval = state == .proceeding ? timers.t2 : min(interval * 2, timers.t2)
        resendAt = now + interval
        return .resend
    }

    package var deadline: Int64? {
        let earliest = min(resendAt, endAt)
        return state == .terminated || earliest == .max ? nil : earliest
    }
}
