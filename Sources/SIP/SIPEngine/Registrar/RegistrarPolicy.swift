/// What an operator decides about registrations; times in seconds.
package struct RegistrarPolicy: Sendable, Equatable {
    /// Shorter expiries get a 423 (RFC 3261 section 10.3 step 7).
    package var minimumExpires: UInt32
    /// Longer expiries are shortened.
    package var maximumExpires: UInt32
    /// For contacts that name none.
    package var defaultExpires: UInt32
    /// Contacts that an AOR may have.
    package var maximumContacts: Int
    /// What happens to one contact more.
    package var overflow: Overflow

    package enum Overflow: String, Sendable, CaseIterable {
        /// The same instance is replaced, else the oldest.
        case replaceOldest = "replace-oldest"
        /// The request gets a 403.
        case refuse
    }

    package init(
        minimumExpires: UInt32 = 60, maximumExpires: UInt32 = 7200, defaultExpires: UInt32 = 3600,
        maximumContacts: Int = 10, overflow: Overflow = .replaceOldest
    ) {
        self.minimumExpires = minimumExpires
        self.maximumExpires = maximumExpires
        self.defaultExpires = defaultExpires
        self.maximumContacts = maximumContacts
        self.overflow = overflow
    }
}
