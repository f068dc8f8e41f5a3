/// Numbers and texts one behind the other, as journals keep them: little-endian, a text behind its length in two bytes.
package struct PackedBytes {
    package private(set) var bytes: [UInt8] = []

    /// `capacity` is about how many bytes there will be.
    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func append(_ number: UInt64, _ width: Int) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8))) }
    }

    /// No more of it than its length can say.
    package mutating func append(_ text: [UInt8]) {
        let text = text.prefix(Int(UInt16.max))
        append(UInt64(text.count), 2)
        bytes += text
    }

    /// 19 bytes; zeros for none.
    package mutating func append(_ address: SourceAddress?) {
        append(address?.high ?? 0, 8)
        append(address?.low ?? 0, 8)
        append(UInt64(address?.port ?? 0), 2)
        append(UInt64(address?.way ?? 0), 1)
    }
}

/// Reads what `PackedBytes` wrote; nil where there is less than asked for.
package struct PackedReader {
    private let bytes: [UInt8]
    private var offset = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { offset == bytes.count }

    package mutating func number(_ width: Int) -> UInt64? {
        guard offset + width <= bytes.count else { return nil }
        defer { offset += width }
        return (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
    }

    package mutating func text() -> [UInt8]? {
        guard let count = number(2), offset + Int(count) <= bytes.count else { return nil }
        defer { offset += Int(count) }
        return Array(bytes[offset..<offset + Int(count)])
    }

    /// So many texts.
    package mutating func texts(_ count: Int) -> [[UInt8]]? {
        var texts: [[UInt8]] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// The inner nil is an address that was none when it was written.
    package mutating func address() -> SourceAddress?? {
        guard let high = number(8), let low = number(8), let port = number(2), let way = number(1) else { return nil }
        return .some(SourceAddress(high: high, low: low, port: UInt16(port), way: UInt8(way)))
    }
}
