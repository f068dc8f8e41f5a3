/// Says whether a civic address exists; an operator may put a service behind it.
package protocol AddressCheck: Sendable {
    func check(_ address: PostalAddress) async -> AddressVerdict
}

/// What an address check found.
package enum AddressVerdict: Sendable, Equatable {
    case valid
    case notRecognized
    /// The check could not be made; the reason is for the log.
    case unavailable(String)
}
