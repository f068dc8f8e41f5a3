/// Walks a range of a URI byte by byte with `%HH` undone (RFC 3261 section 19.1.2).
struct EscapedText {
    private var at: Int
    private let end: Int

    init(_ range: ByteRange) {
        at = Int(range.start)
        end = range.end
    }

    mutating func next(_ bytes: Span<UInt8>) -> (byte: UInt8, isEscaped: Bool)? {
        guard at < end, end <= bytes.count else { return nil }
        let byte = bytes.byte(at)
        guard byte == UInt8(ascii: "%"), at &+ 2 < end, let high = Self.digit(bytes.byte(at &+ 1)),
            let low = Self.digit(bytes.byte(at &+ 2))
        else {
            at &+= 1
            return (byte, false)
        }
        at &+= 3
        return (high << 4 | low, true)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// A copy of the range with `%HH` undone, NUL bytes included. Not for the hot path.
    package func unescaped(_ range: ByteRange) -> [UInt8] {
        var text = EscapedText(range)
        var result: [UInt8] = []
        while let (byte, _) = text.next(self) { result.append(byte) }
        return result
    }

    /// A copy of the content of a quoted string with `\` undone (RFC 3261 section 25.1). Not for the hot path.
    package func unquoted(_ range: ByteRange) -> [UInt8] {
        guard contains(range) else { return [] }
        var result: [UInt8] = []
        var at = Int(range.start)
        while at < range.end {
            if byte(at) == UInt8(ascii: "\\"), at &+ 1 < range.end { at &+= 1 }
            result.append(byte(at))
            at &+= 1
        }
        return result
    }
}

extension MessageWriter {
    /// Appends the range with `%HH` undone.
    package mutating func append(unescaping bytes: Span<UInt8>, _ range: ByteRange) {
        var text = EscapedText(range)
        while let (byte, _) = text.next(bytes) { append(byte: byte) }
    }
}
