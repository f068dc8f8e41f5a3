/// A run of bytes inside one message, which is never longer than 65,535 bytes.
package struct ByteRange: Sendable, Hashable {
    package var start: UInt16
    package var count: UInt16

    /// From `start` up to, not including, `end`; both must lie within 0...65535.
    @inlinable
    package init(_ start: Int, _ end: Int) {
        self.start = UInt16(start)
        self.count = UInt16(end - start)
    }

    /// The same, for offsets that are known to lie within one message.
    @inline(__always)
    init(proven start: Int, _ end: Int) {
        self.start = UInt16(truncatingIfNeeded: start)
        self.count = UInt16(truncatingIfNeeded: end &- start)
    }

    package static let empty = ByteRange(0, 0)

    @inlinable package var end: Int { Int(start) + Int(count) }
    @inlinable package var isEmpty: Bool { count == 0 }
    @inlinable package var range: Range<Int> { Int(start)..<end }
}
