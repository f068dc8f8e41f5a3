/// The times of RFC 3261 section 17 (table 4), in milliseconds.
package struct TransactionTimers: Sendable, Hashable {
    package var t1: Int64 = 500
    package var t2: Int64 = 4000
    package var t4: Int64 = 5000
    /// How long a final answer waits for copies of its request or of itself over UDP (timers D, H, I, J, L, M and 64*T1).
    package var lifetime: Int64 { 64 * t1 }

    package init() {}
}

/// What a transaction's owner is to do, in this order.
package struct TransactionSteps: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Look at the message that came: it is new.
    package static let deliver = TransactionSteps(rawValue: 1 << 0)
    /// Send what was sent last once more.
    package static let resend = TransactionSteps(rawValue: 1 << 1)
    /// Send the ACK that belongs to the failure, once more where it was sent before.
    package static let acknowledge = TransactionSteps(rawValue: 1 << 2)
    /// There was no answer, or no ACK, in time.
    package static let timeOut = TransactionSteps(rawValue: 1 << 3)
    /// Nothing is left to do: the transaction can be forgotten.
    package static let end = TransactionSteps(rawValue: 1 << 4)
}
