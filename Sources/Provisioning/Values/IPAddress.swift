/// An IPv4 or IPv6 address as 16 bytes in network order; IPv4 as its mapped form `::ffff:a.b.c.d` (RFC 4291 section
/// 2.5.5.2).
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address from its 32 bits.
    package init(v4 bits: UInt32) { self.init(high: 0, low: Self.mappedPrefix | UInt64(bits)) }

    /// The address of a strict dotted quad (four decimal parts, no leading zeros) or of an IPv6 text
    /// (RFC 4291 section 2.2, no zone), or `nil`.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        let bytes = Array(text.utf8)
        if let bits = Self.dottedQuad(bytes[...]) {
            self.init(v4: bits)
        } else if let address = Self.colonHex(bytes[...]) {
            self = address
        } else {
            return nil
        }
    }

    /// Whether the address is an IPv4 one.
    package var isIPv4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    /// The 32 bits of an IPv4 address.
    private var v4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

    private static let mappedPrefix: UInt64 = 0xffff_0000_0000
}

// MARK: - Text

extension IPAddress {
    /// The address as text: dotted decimal for IPv4, else RFC 5952.
    package var description: String { isIPv4 ? dottedText : colonText }

    private var dottedText: String {
        (0..<4).map { String(v4Bits >> (24 - 8 * $0) & 0xff) }.joined(separator: ".")
    }

    private var colonText: String {
        let groups = (0..<8).map { ($0 < 4 ? high : low) >> (48 - 16 * ($0 % 4)) & 0xffff }
        let gap = Self.longestZeroRun(groups)
        func text(_ part: some Sequence<UInt64>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard gap.count >= 2 else { return text(groups) }
        return "\(text(groups[..<gap.lowerBound]))::\(text(groups[gap.upperBound...]))"
    }

    /// The first of the longest runs of zero groups (RFC 5952 section 4.2).
    private static func longestZeroRun(_ groups: [UInt64]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 {
                start = index + 1
            } else if index + 1 - start > best.count {
                best = start..<index + 1
            }
        }
        return best
    }
}

// MARK: - Parsing

extension IPAddress {
    private static func dottedQuad(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard let octet = decimal(part, atMost: 255) else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        return bits
    }

    private static func colonHex(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        guard let gap = doubleColon(in: bytes) else {
            return groups(bytes).flatMap { $0.count == 8 ? address(of: $0) : nil }
        }
        guard let head = groups(bytes[..<gap]), let tail = groups(bytes[(gap + 2)...]), head.count + tail.count <= 7,
            !endsInQuad(bytes[..<gap])
        else { return nil }
        return address(of: head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func doubleColon(in bytes: ArraySlice<UInt8>) -> Int? {
        let colon = UInt8(ascii: ":")
        return bytes.indices.dropLast().first { bytes[$0] == colon && bytes[$0 + 1] == colon }
    }

    private static func endsInQuad(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.contains(UInt8(ascii: ".")) }

    /// The 16-bit groups of a text without `::`; a dotted quad at its end is two of them.
    private static func groups(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if let group = hexGroup(part) {
                groups.append(group)
            } else if index == parts.count - 1, let quad = dottedQuad(part) {
                groups += [UInt16(quad >> 16), UInt16(quad & 0xffff)]
            } else {
                return nil
            }
        }
        return groups
    }

    private static func hexGroup(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(bytes.count) else { return nil }
        var value: UInt16 = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func address(of groups: [UInt16]) -> IPAddress {
        func half(_ part: ArraySlice<UInt16>) -> UInt64 { part.reduce(0) { $0 << 16 | UInt64($1) } }
        return IPAddress(high: half(groups[..<4]), low: half(groups[4...]))
    }

    /// A decimal number without sign, blanks or leading zeros.
    static func decimal(_ digits: ArraySlice<UInt8>, atMost limit: Int) -> Int? {
        guard (1...5).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }
}
