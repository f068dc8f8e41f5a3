/// Sends what must be confirmed again and again until it is: the 2xx to an INVITE until its ACK (RFC 3261 section
/// 13.3.1.4), on any transport, and a reliable provisional response until its PRACK (RFC 3262 section 3).
package struct AnswerRepetition: Sendable, Hashable {
    private var resendAt: Int64
    private var interval: Int64
    private let longest: Int64
    private let endAt: Int64

    /// It is sent now; `isCapped` says whether the wait stops at T2, as that for an ACK does and that for a PRACK does not.
    package init(timers: TransactionTimers, isCapped: Bool, at now: Int64) {
        interval = timers.t1
        longest = isCapped ? timers.t2 : .max
        resendAt = now + timers.t1
        endAt = now + timers.lifetime
    }

    package mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        if now >= endAt { return [.timeOut, .end] }
        guard now >= resendAt else { return [] }
        interval = min(interval * 2, longest)
        resendAt = now + interval
        return .resend
    }

    package var deadline: Int64 { min(resendAt, endAt) }
}
