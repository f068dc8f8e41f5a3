/// Walks the comma-separated values of every line of one header field (RFC 3261 section 7.3.1), in order; commas in
/// quoted strings and between `<` and `>` do not separate. An empty line has no values; an empty place between two
/// commas is an empty value.
package struct HeaderValues: Sendable {
    private let name: HeaderName
    private var line = 0
    private var rest = ByteRange.empty
    private var isInLine = false

    package init(_ name: HeaderName) { self.name = name }

    /// The next value without the space around it; nil after the last.
    package mutating func next(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> ByteRange? {
        if !isInLine {
            guard let found = index.line(name, from: line) else { return nil }
            line = found
            rest = index.header(line).value
            isInLine = true
            line &+= 1
        }
        guard bytes.contains(rest) else { return nil }
        let start = bytes.skipSpace(Int(rest.start), rest.end)
        let comma = Self.firstComma(bytes, start, rest.end)
        isInLine = comma < rest.end
        let value = ByteRange(proven: start, bytes.trimEnd(start, comma))
        rest = ByteRange(proven: min(comma &+ 1, rest.end), rest.end)
        return value
    }

    private static func firstComma(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var at = start
        while true {
            while at < end, !bytes.byte(at, is: .listBreak) { at &+= 1 }
            guard at < end else { return end }
            switch bytes.byte(at) {
            case UInt8(ascii: ","): return at
            case UInt8(ascii: "\""): at = bytes.closingQuote(at &+ 1, end) ?? end
            default:
                while at < end, bytes.byte(at) != UInt8(ascii: ">") { at &+= 1 }
            }
            at &+= 1
        }
    }
}
