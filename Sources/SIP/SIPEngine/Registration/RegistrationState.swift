/// How a registration stands; what people and routing see.
package enum RegistrationState: UInt8, Sendable, CaseIterable {
    /// Not wanted now: never started, drained, or its user is not signed in.
    case unregistered
    /// The first try is on its way.
    case registering
    /// A lease is held, whatever the last refresh said.
    case registered
    /// No lease, and a failure that may pass: tried again soon.
    case retrying
    /// The registrar refuses: tried again slowly until something is changed.
    case rejected
    /// On the way out.
    case unregistering
    /// Unpaid: off the wire.
    case frozen
    /// Gone, for good.
    case removed
}

/// A registration at one moment; times in milliseconds since 1970.
package struct RegistrationStatus: Sendable {
    package let state: RegistrationState
    /// A lookup, a wait for the pacer or a transaction is under way.
    package let isInProgress: Bool
    /// Of the last try: the registrar's, 408 for no answer, 503 for a failure below SIP; 0 before the first.
    package let code: UInt16
    package let reason: String
    package let lastSuccess: Int64?
    /// Seconds.
    package let granted: UInt32?
    package let expiresAt: Int64?
    /// What is planned; while it waits for the pacer, the pacer knows.
    package let nextActionAt: Int64?
    /// Failed tries since the last success.
    package let attempts: UInt32
    package let target: Target?
    /// The URI as the registrar lists it.
    package let contact: String?
    /// For requests over this registration (RFC 3608); empty without.
    package let serviceRoute: [UInt8]
}

/// The last changes of a registration; what repeats is one entry with a count.
package struct RegistrationHistory: Sendable {
    package static let capacity = 50
    package private(set) var entries: [Entry] = []

    package struct Entry: Sendable, Equatable {
        /// Seconds since 1970.
        package let first: UInt32
        package fileprivate(set) var last: UInt32
        package fileprivate(set) var count: UInt32
        package let code: UInt16
        package let state: RegistrationState
    }

    /// Notes how a try ended, `now` in milliseconds since 1970; whether it is another end than the last one.
    mutating func note(_ state: RegistrationState, _ code: UInt16, at now: Int64) -> Bool {
        let seconds = UInt32(clamping: now / 1000)
        if let place = entries.indices.last, entries[place].state == state, entries[place].code == code {
            entries[place].last = seconds
            if entries[place].count < .max { entries[place].count += 1 }
            return false
        }
        if entries.count == Self.capacity { entries.removeFirst() }
        entries.append(Entry(first: seconds, last: seconds, count: 1, code: code, state: state))
        return true
    }
}
