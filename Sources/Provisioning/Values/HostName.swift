/// An IPv4 address, an IPv6 address, or a fully qualified domain name, as written (RFC 1123 section 2.1).
package struct HostName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    package var description: String { text }
}

/// Where calls go when nothing else took them: a number, a host or `name@host:port`, as written.
package struct FinalDestination: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    package var description: String { text }
}
