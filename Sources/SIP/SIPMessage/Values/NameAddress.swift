/// `name-addr` or `addr-spec` with the header's parameters: From, To, Contact, Route, Path (RFC 3261 section 20.10).
package struct NameAddress: Sendable, Hashable {
    /// What is between the quotes, still escaped, or the bare words; empty where there is none.
    package let displayName: ByteRange
    /// Without `<` and `>`.
    package let uri: ByteRange
    /// The header's parameters, behind the first semicolon; without `<>` all of them are the header's.
    package let parameters: ByteRange

    /// Nil where the grammar is broken: an open quote, a bare display name that is not words, space in the address,
    /// a bare address that holds `?` or `,` and had to stand in `<>`.
    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard bytes.contains(range) else { return nil }
        let end = range.end
        let start = bytes.skipSpace(Int(range.start), end)
        guard start < end else { return nil }
        var open = start
        if bytes.byte(start) == UInt8(ascii: "\"") {
            guard let quote = bytes.closingQuote(start &+ 1, end) else { return nil }
            displayName = ByteRange(proven: start &+ 1, quote)
            open = bytes.skipSpace(quote &+ 1, end)
            guard open < end, bytes.byte(open) == UInt8(ascii: "<") else { return nil }
        } else {
            while open < end, bytes.byte(open, is: [.token, .space]) { open &+= 1 }
            guard open < end else { return nil }
            guard bytes.byte(open) == UInt8(ascii: "<") else {
                guard let bare = Self.bareAddress(bytes, start, end) else { return nil }
                displayName = .empty
                (uri, parameters) = bare
                return
            }
            displayName = ByteRange(proven: start, bytes.trimEnd(start, open))
        }
        var close = open &+ 1
        while close < end, bytes.byte(close) > .space, bytes.byte(close) != UInt8(ascii: ">") { close &+= 1 }
        guard close < end, close > open &+ 1, bytes.byte(close) == UInt8(ascii: ">") else { return nil }
        uri = ByteRange(proven: open &+ 1, close)
        guard let parameters = Self.parameters(bytes, close &+ 1, end) else { return nil }
        self.parameters = parameters
    }

    private static func bareAddress(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (ByteRange, ByteRange)? {
        var at = start
        while at < end, bytes.byte(at) != UInt8(ascii: ";"), !bytes.byte(at, is: .space) {
            switch bytes.byte(at) {
            case UInt8(ascii: "?"), UInt8(ascii: ","), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""):
                return nil
            default: at &+= 1
            }
        }
        guard at > start, let parameters = parameters(bytes, at, end) else { return nil }
        return (ByteRange(proven: start, at), parameters)
    }

    /// The end, or a semicolon and at least one byte more.
    private static func parameters(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> ByteRange? {
        let at = bytes.skipSpace(start, end)
        if at == end { return .empty }
        guard bytes.byte(at) == UInt8(ascii: ";"), at &+ 1 < end else { return nil }
        return ByteRange(proven: at &+ 1, end)
    }

    /// The `tag` of a From or To.
    package func tag(_ bytes: Span<UInt8>) -> ByteRange? { parameter("tag", in: parameters, bytes) }
}
