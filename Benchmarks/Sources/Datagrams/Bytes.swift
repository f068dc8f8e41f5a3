import Crypto
import Glibc

extension [UInt8] {
    /// Appends a number in decimal digits, filled up with zeros to a width.
    package mutating func append(decimal number: Int, width: Int = 1) {
        let start = count
        var rest = number
        while rest > 0 || count - start < width {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    /// Appends a number in hexadecimal digits, filled up with zeros to a width.
    package mutating func append(hex number: UInt32, width: Int = 8) {
        for digit in stride(from: width - 1, through: 0, by: -1) {
            append(Self.digit(UInt8(truncatingIfNeeded: number >> (4 * UInt32(digit))) & 15))
        }
    }

    /// Appends the MD5 of some bytes in hexadecimal digits.
    package mutating func append(md5Of bytes: [UInt8]) {
        var md5 = Insecure.MD5()
        unsafe bytes.withUnsafeBytes { unsafe md5.update(bufferPointer: $0) }
        for byte in md5.finalize() {
            append(Self.digit(byte >> 4))
            append(Self.digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension Span<UInt8> {
    /// Where a text stands in a range, letters compared without case; the text is given in lower case.
    package func firstRange(of text: StaticString, in range: Range<Int>) -> Range<Int>? {
        let length = text.utf8CodeUnitCount
        guard length > 0, range.count >= length else { return nil }
        let first = unsafe text.utf8Start.pointee
        for start in range.lowerBound...(range.upperBound - length) where Self.lower(self[start]) == first {
            if has(text, at: start) { return start..<start + length }
        }
        return nil
    }

    /// Whether a text stands at a place, letters compared without case; the text is given in lower case.
    package func has(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in wanted.indices {
                guard unsafe Self.lower(self[start + offset]) == wanted[offset] else { return false }
            }
            return true
        }
    }

    /// The place after the next line feed, or the end.
    package func lineEnd(from start: Int) -> Int {
        guard start < count else { return count }
        return unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let end = unsafe memchr(base + start, 10, bytes.count - start) else {
                return bytes.count
            }
            return unsafe base.distance(to: end) + 1
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// Whether some bytes stand anywhere in a range.
    package func contains(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        guard let first = bytes.first, range.count >= bytes.count else { return false }
        for start in range.lowerBound...(range.upperBound - bytes.count) where self[start] == first {
            if bytes.indices.allSatisfy({ self[start + $0] == bytes[$0] }) { return true }
        }
        return false
    }

    /// A copy of a range.
    package func bytes(in range: Range<Int>) -> [UInt8] {
        [UInt8](capacity: range.count) { copy in
            for index in range { copy.append(self[index]) }
        }
    }
}
