extension Span<UInt8> {
    /// One byte at an offset that the caller has proven to lie inside.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { unsafe self[unchecked: offset] }

    @inline(__always)
    func byte(_ offset: Int, is wanted: ByteClass) -> Bool {
        ByteClass(of: byte(offset)).rawValue & wanted.rawValue != 0
    }

    /// Eight bytes, the first in the lowest place; `offset + 8` lies inside by the caller's proof.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    func contains(_ range: ByteRange) -> Bool { range.end <= count }

    /// The first offset from `start` on that is no space of any kind, or `end`.
    @inline(__always)
    func skipSpace(_ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, byte(at, is: .space) { at &+= 1 }
        return at
    }

    /// The first offset from `start` on that is not of the class, or `end`.
    @inline(__always)
    func skip(_ wanted: ByteClass, _ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, byte(at, is: wanted) { at &+= 1 }
        return at
    }

    /// `end` moved back over spaces of any kind, not before `start`.
    @inline(__always)
    func trimEnd(_ start: Int, _ end: Int) -> Int {
        var at = end
        while at > start, byte(at &- 1, is: .space) { at &-= 1 }
        return at
    }

    /// The offset of the `"` that closes a quoted string whose content starts at `start` (RFC 3261 section 25.1).
    @inline(__always)
    func closingQuote(_ start: Int, _ end: Int) -> Int? {
        var at = start
        while at < end {
            switch byte(at) {
            case UInt8(ascii: "\""): return at
            case UInt8(ascii: "\\"): at &+= 2
            default: at &+= 1
            }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether the range holds exactly this text.
    package func holds(_ range: ByteRange, _ text: StaticString) -> Bool {
        guard Int(range.count) == text.utf8CodeUnitCount, contains(range) else { return false }
        let start = unsafe text.utf8Start
        for offset in 0..<Int(range.count) where unsafe byte(Int(range.start) &+ offset) != start[offset] {
            return false
        }
        return true
    }

    /// Whether the range holds this text in any mix of capitals; `text` is written in small letters.
    package func folds(_ range: ByteRange, _ text: StaticString) -> Bool {
        guard Int(range.count) == text.utf8CodeUnitCount, contains(range) else { return false }
        let start = unsafe text.utf8Start
        for offset in 0..<Int(range.count) where unsafe folded(byte(Int(range.start) &+ offset)) != start[offset] {
            return false
        }
        return true
    }

    /// Whether two ranges of two messages hold the same bytes.
    package func holds(_ range: ByteRange, _ other: Span<UInt8>, _ otherRange: ByteRange) -> Bool {
        guard range.count == otherRange.count, contains(range), other.contains(otherRange) else { return false }
        for offset in 0..<Int(range.count)
        where byte(Int(range.start) &+ offset) != other.byte(Int(otherRange.start) &+ offset) { return false }
        return true
    }

    /// Whether two ranges of two messages hold the same text in any mix of capitals.
    package func folds(_ range: ByteRange, _ other: Span<UInt8>, _ otherRange: ByteRange) -> Bool {
        guard range.count == otherRange.count, contains(range), other.contains(otherRange) else { return false }
        for offset in 0..<Int(range.count)
        where folded(byte(Int(range.start) &+ offset)) != folded(other.byte(Int(otherRange.start) &+ offset)) {
            return false
        }
        return true
    }

    /// A copy of the range; empty when it lies outside. Not for the hot path.
    package func array(_ range: ByteRange) -> [UInt8] {
        guard contains(range) else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(range.count)) { buffer, count in
            for offset in 0..<Int(range.count) { unsafe buffer[offset] = byte(Int(range.start) &+ offset) }
            count = Int(range.count)
        }
    }
}

/// An ASCII capital as its small letter; every other byte as it is.
@inline(__always)
package func folded(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}

/// A run of digits as a number, as delta-seconds are (RFC 3261 section 20.19). Beyond 2^32-1 it stays at 2^32-1, so
/// that a limit applied afterwards still holds; nil for an empty range, one outside, or any other byte in it.
package func decimal(_ bytes: Span<UInt8>, _ range: ByteRange) -> UInt32? {
    guard !range.isEmpty, bytes.contains(range) else { return nil }
    var value: UInt64 = 0
    for offset in range.range {
        let digit = bytes.byte(offset) &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = min(value &* 10 &+ UInt64(digit), UInt64(UInt32.max))
    }
    return UInt32(truncatingIfNeeded: value)
}
