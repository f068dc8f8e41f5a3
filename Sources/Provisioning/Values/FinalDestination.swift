/// Where calls go when nothing else took them: a number, a host, a local name or `name@host:port`, as written.
package struct FinalDestination: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    /// A destination from a telephone number, a host, one label (a local name), or `name@host` with or without a port
    /// (an IPv6 host in brackets); else `nil`.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 320 else { return nil }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let isValid =
            parts.count == 2
            ? Self.isUser(parts[0]) && Self.isHostAndPort(parts[1])
            : TelephoneNumber(text) != nil || HostName(text) != nil || HostName.labels(of: text)?.count == 1
        guard isValid else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    /// Letters, digits and the unreserved marks of a SIP user (RFC 3261 section 25.1), and `+`.
    private static func isUser(_ text: some StringProtocol) -> Bool {
        let marks = "-_.!~*'()+".utf8
        return (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.contains($0) }
    }

    private static func isHostAndPort(_ text: some StringProtocol) -> Bool {
        if text.hasPrefix("[") {
            let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let address = IPAddress(parts[0]), !address.isIPv4 else { return false }
            return parts[1].isEmpty || (parts[1].hasPrefix(":") && isPort(parts[1].dropFirst()))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count <= 2 && HostName(parts[0]) != nil && (parts.count == 1 || isPort(parts[1]))
    }

    private static func isPort(_ text: some StringProtocol) -> Bool {
        IPAddress.decimal(Array(text.utf8)[...], atMost: 65535).map { $0 > 0 } ?? false
    }
}
