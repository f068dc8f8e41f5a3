/// The server's side of any request but INVITE and ACK (RFC 3261 section 17.2.2).
package struct ServerTransaction: Sendable, Hashable {
    package enum State: UInt8, Sendable, CaseIterable { case trying, proceeding, completed, terminated }

    package private(set) var state = State.trying
    private let timers: TransactionTimers
    private let isReliable: Bool
    /// Timer J.
    private var endAt = Int64.max

    package init(isReliable: Bool, timers: TransactionTimers) {
        self.isReliable = isReliable
        self.timers = timers
    }

    /// A copy of the request: nothing was sent before while it is `trying`.
    package func receiveCopy() -> TransactionSteps {
        state == .proceeding || state == .completed ? .resend : []
    }

    /// The owner sends this status now; false where a final one was sent before.
    package mutating func respond(status: Int, at now: Int64) -> Bool {
        guard state == .trying || state == .proceeding else { return false }
        guard status >= 200 else {
            state = .proceeding
            return true
        }
        state = isReliable ? .terminated : .completed
        endAt = now + timers.lifetime
        return true
    }

    package mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        guard state == .completed, now >= endAt else { return [] }
        state = .terminated
        return .end
    }

    package var deadline: Int64? { state == .completed ? endAt : nil }
}
