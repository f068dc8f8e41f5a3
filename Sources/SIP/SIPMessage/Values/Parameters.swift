/// One `name` or `name=value` of a list that semicolons separate.
package struct Parameter: Sendable, Hashable {
    package let name: ByteRange
    /// Without the quotes of a quoted string; empty for a flag.
    package let value: ByteRange
    package let hasValue: Bool
    /// The offset behind it, the closing quote included.
    let end: UInt16
}

/// Walks the parameters of a header value or a URI (RFC 3261 section 25.1, `generic-param`), space around `;` and `=`
/// allowed. The range starts behind the first semicolon.
package struct Parameters: Sendable {
    private var at: Int
    private let end: Int
    /// Set, for good, when the list stops following the grammar; `next` answers nil from then on.
    package private(set) var isMalformed = false

    package init(_ range: ByteRange) {
        at = Int(range.start)
        end = range.end
    }

    package mutating func next(_ bytes: Span<UInt8>) -> Parameter? {
        guard at < end, end <= bytes.count, !isMalformed else { return nil }
        guard let parameter = read(bytes) else {
            isMalformed = true
            return nil
        }
        return parameter
    }

    private mutating func read(_ bytes: Span<UInt8>) -> Parameter? {
        let nameStart = bytes.skipSpace(at, end)
        var nameEnd = nameStart
        while nameEnd < end, bytes.byte(nameEnd, is: .token) || !Self.endsName(bytes.byte(nameEnd)) { nameEnd &+= 1 }
        guard nameEnd > nameStart else { return nil }
        let name = ByteRange(proven: nameStart, nameEnd)
        at = bytes.skipSpace(nameEnd, end)
        guard at < end, bytes.byte(at) == UInt8(ascii: "=") else {
            return finish(
                bytes,
                Parameter(
                    name: name, value: .empty, hasValue: false, end: UInt16(truncatingIfNeeded: nameEnd)))
        }
        var start = bytes.skipSpace(at &+ 1, end)
        guard start < end else { return nil }
        let valueEnd: Int
        if bytes.byte(start) == UInt8(ascii: "\"") {
            start &+= 1
            guard let quote = bytes.closingQuote(start, end) else { return nil }
            valueEnd = quote
            at = quote &+ 1
        } else {
            at = start
            while at < end, bytes.byte(at, is: .token) || !Self.endsValue(bytes.byte(at)) { at &+= 1 }
            guard at > start else { return nil }
            valueEnd = at
        }
        let parameter = Parameter(
            name: name, value: ByteRange(proven: start, valueEnd), hasValue: true, end: UInt16(truncatingIfNeeded: at))
        at = bytes.skipSpace(at, end)
        return finish(bytes, parameter)
    }

    /// After a parameter comes the end, or a semicolon and another one.
    private mutating func finish(_ bytes: Span<UInt8>, _ parameter: Parameter) -> Parameter? {
        guard at < end else { return parameter }
        guard bytes.byte(at) == UInt8(ascii: ";"), at &+ 1 < end else { return nil }
        at &+= 1
        return parameter
    }

    @inline(__always)
    private static func endsName(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || endsValue(byte) }

    @inline(__always)
    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), 0x7F: true
        default: byte <= .space
        }
    }
}

/// The value of the first parameter with that name, in any mix of capitals, `name` being written in small letters; an
/// empty range for a flag, nil where there is none.
package func parameter(_ name: StaticString, in range: ByteRange, _ bytes: Span<UInt8>) -> ByteRange? {
    var parameters = Parameters(range)
    while let parameter = parameters.next(bytes) {
        if bytes.folds(parameter.name, name) { return parameter.value }
    }
    return nil
}
