/// A host name as DNS knows it: small letters, no dot at its end (RFC 1035 section 2.3.1, and `_` as RFC 2782 has it).
package struct DNSName: Sendable, Hashable {
    package let text: String

    /// Nil where it is no name that could be asked for.
    package init?(_ text: some StringProtocol) {
        var bytes = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        guard (1...253).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ (1...63).contains($0.count) }) else { return nil }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The name that the service has under this one (RFC 2782); nil where that would be too long.
    func service(_ service: String, _ carrier: String) -> DNSName? { DNSName("\(service).\(carrier).\(text)") }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
