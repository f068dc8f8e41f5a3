/// Walks over `name=value` pairs with commas between, as challenges and the answers to them have (RFC 7616 section 3.3).
package struct Parameters {
    private var index: Int
    private let end: Int

    package init(in range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// Where the next name begins, and its value: a token or the inside of a quoted string.
    package mutating func next(_ bytes: Span<UInt8>) -> (name: Int, value: Range<Int>)? {
        while index < end, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: ",") { index += 1 }
        guard index < end else { return nil }
        let name = index
        while index < end, bytes[index] != UInt8(ascii: "=") { index += 1 }
        index += 1
        return (name, value(bytes))
    }

    private mutating func value(_ bytes: Span<UInt8>) -> Range<Int> {
        guard index < end else { return end..<end }
        let isQuoted = bytes[index] == UInt8(ascii: "\"")
        let first = isQuoted ? index + 1 : index
        index = first
        while index < end, bytes[index] != (isQuoted ? UInt8(ascii: "\"") : UInt8(ascii: ",")) { index += 1 }
        defer { index = min(end, isQuoted ? index + 1 : index) }
        return first..<index
    }
}
