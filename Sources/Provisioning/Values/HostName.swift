/// An IPv4 address, an IPv6 address, or a fully qualified domain name, as written (RFC 1123 section 2.1).
package struct HostName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    /// A host from an address, or from a name of two labels or more whose last is a real or special-use
    /// top-level domain; else `nil`.
    package init?(_ text: some StringProtocol) {
        let isName = Self.labels(of: text).map { labels in
            labels.count >= 2 && TopLevelDomains.contains(labels[labels.count - 1].lowercased())
        }
        guard isName == true || IPAddress(text) != nil else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    /// The form in which two spellings of one host are equal: RFC 5952 for addresses, lower case for names.
    package var canonical: String { IPAddress(text)?.description ?? text.lowercased() }

    /// The labels of a name of at most 253 characters (RFC 1035 section 2.3.4), or `nil` where one is no label of
    /// letters, digits and inner hyphens.
    static func labels(of text: some StringProtocol) -> [Substring]? {
        guard (1...253).contains(text.utf8.count) else { return nil }
        let labels = Substring(text).split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy(isLabel) ? labels : nil
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
    }
}
