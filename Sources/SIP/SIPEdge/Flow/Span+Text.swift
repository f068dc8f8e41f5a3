import SIPMessage

extension Span<UInt8> {
    /// A run of one to eight hex digits as a number, as `nc` is (RFC 7616 section 3.4).
    func hexadecimal(_ range: ByteRange) -> UInt32? {
        guard (1...8).contains(range.count) else { return nil }
        var value: UInt32 = 0
        for position in range.range {
            guard let digit = Self.digit(self[position]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// The text of a quoted string without its backslashes (RFC 3261 section 25.1).
    func unquoted(_ range: ByteRange) -> [UInt8] {
        var text: [UInt8] = []
        var isEscaped = false
        for position in range.range {
            isEscaped = !isEscaped && self[position] == UInt8(ascii: "\\")
            if !isEscaped { text.append(self[position]) }
        }
        return text
    }

    /// The text of a URI's part with its `%HH` undone (RFC 3261 section 19.1.2); a stray `%` stays.
    func unescaped(_ range: ByteRange) -> [UInt8] {
        var text: [UInt8] = []
        var position = Int(range.start)
        while position < range.end {
            if self[position] == UInt8(ascii: "%"), position + 2 < range.end,
                let high = Self.digit(self[position + 1]), let low = Self.digit(self[position + 2])
            {
                text.append(high << 4 | low)
                position += 3
            } else {
                text.append(self[position])
                position += 1
            }
        }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch folded(byte) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): folded(byte) - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
