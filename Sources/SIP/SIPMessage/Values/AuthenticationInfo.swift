/// The value of Authentication-Info, as far as it says what to use next (RFC 7616 section 3.5).
package struct AuthenticationInfo: Sendable, Hashable {
    /// Between its quotes.
    package private(set) var nextNonce: ByteRange?

    /// Nil where the grammar is broken.
    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard bytes.contains(range) else { return nil }
        var fields = DigestFieldWalk(range)
        while let (name, value) = fields.next(bytes) {
            if bytes.folds(name, "nextnonce") { nextNonce = value }
        }
        if fields.isMalformed { return nil }
    }
}

/// Walks the `name=value` that commas separate behind a scheme or in Authentication-Info; values without their quotes.
struct DigestFieldWalk {
    private var at: Int
    private let end: Int
    private(set) var isMalformed = false

    init(_ range: ByteRange) {
        at = Int(range.start)
        end = range.end
    }

    mutating func next(_ bytes: Span<UInt8>) -> (name: ByteRange, value: ByteRange)? {
        guard at < end, !isMalformed else { return nil }
        guard let field = read(bytes) else {
            isMalformed = true
            return nil
        }
        return field
    }

    private mutating func read(_ bytes: Span<UInt8>) -> (ByteRange, ByteRange)? {
        let nameEnd = bytes.skip(.token, at, end)
        let name = ByteRange(proven: at, nameEnd)
        at = bytes.skipSpace(nameEnd, end)
        guard !name.isEmpty, at < end, bytes.byte(at) == UInt8(ascii: "=") else { return nil }
        let start = bytes.skipSpace(at &+ 1, end)
        let value: ByteRange
        if start < end, bytes.byte(start) == UInt8(ascii: "\"") {
            guard let quote = bytes.closingQuote(start &+ 1, end) else { return nil }
            value = ByteRange(proven: start &+ 1, quote)
            at = quote &+ 1
        } else {
            at = start
            while at < end, bytes.byte(at) > .space, bytes.byte(at) != UInt8(ascii: ",") { at &+= 1 }
            value = ByteRange(proven: start, at)
        }
        at = bytes.skipSpace(at, end)
        if at < end {
            guard bytes.byte(at) == UInt8(ascii: ",") else { return nil }
            at = bytes.skipSpace(at &+ 1, end)
        }
        return (name, value)
    }
}
