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
        var (high, low): (UInt64, UInt64) = (0, 0)
        var place = 0
        for byte in text.utf8 {
            if Self.hyphens.contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = byte.hexDigit else { return nil }
                high = high << 4 | low >> 60
                low = low << 4 | UInt64(digit)
            }
            place += 1
        }
        guard place == 36 else { return nil }
        self.init(high: high, low: low)
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for digit in bytes.hexadecimalDigits {
            if Self.hyphens.contains(text.count) { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let hyphens: [Int] = [8, 13, 18, 23]
}
