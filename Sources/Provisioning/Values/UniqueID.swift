/// A UUID (RFC 9562), shown in lower case.
package struct UniqueID: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A random one (RFC 9562 section 5.4).
    package static func random() -> UniqueID {
        UniqueID(
            high: UInt64.random(in: 0 ... .max) & ~0xf000 | 0x4000,
            low: UInt64.random(in: 0 ... .max) & ~(0b11 << 62) | 0b10 << 62)
    }

    /// One from its 36 characters in either case; `nil` for any other text.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 36 else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12],
            parts.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIHexDigit) }),
            let high = UInt64(parts[0...2].joined(), radix: 16), let low = UInt64(parts[3...4].joined(), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    package var description: String {
        let digits = bytes.hexadecimal
        var rest = digits[...]
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "-")
    }
}
