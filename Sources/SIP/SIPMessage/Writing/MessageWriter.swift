/// A growing run of bytes to write messages into, reused from message to message without allocating again.
@safe
package struct MessageWriter: ~Copyable, @unchecked Sendable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0

    package init(capacity: Int = 2048) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Forgets what was written and keeps the memory.
    package mutating func reset() { count = 0 }

    /// Forgets what was written behind the first `count` bytes.
    package mutating func truncate(to count: Int) { self.count = min(self.count, max(0, count)) }

    /// Reads what was written.
    package borrowing func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(Span(_unsafeStart: UnsafePointer(base), count: count))
    }

    /// Reads what was written, for a system call; the pointer ends with the call.
    package borrowing func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A copy. Not for the hot path.
    package var array: [UInt8] {
        let count = count
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for offset in 0..<count { unsafe buffer[offset] = base[offset] }
            initialized = count
        }
    }

    package mutating func append(byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count &+= 1
    }

    package mutating func append(_ text: StaticString) {
        unsafe append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends the range; one that lies outside `bytes` is a programming error.
    package mutating func append(_ bytes: Span<UInt8>, _ range: ByteRange) {
        precondition(bytes.contains(range))
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe append(start + Int(range.start), Int(range.count))
        }
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe append(start, buffer.count)
        }
    }

    package mutating func append(_ array: [UInt8]) { append(array.span) }

    /// Appends `length` bytes of the text, from the byte `start` on; a part that is not there is a programming error.
    mutating func append(_ text: StaticString, from start: Int, _ length: Int) {
        precondition(start >= 0 && length >= 0 && start + length <= text.utf8CodeUnitCount)
        unsafe append(text.utf8Start + start, length)
    }

    /// Not for the hot path.
    @_disfavoredOverload
    package mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte: byte) }
    }

    @inline(__always)
    mutating func append(_ first: UInt8, _ second: UInt8) {
        reserve(2)
        unsafe base[count] = first
        unsafe base[count &+ 1] = second
        count &+= 2
    }

    package mutating func append(decimal value: Int) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var rest = value.magnitude
        var first = 20
        repeat {
            first &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        while first < 20 {
            append(byte: digits[first])
            first &+= 1
        }
    }

    @inline(__always)
    private mutating func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        unsafe (base + count).update(from: start, count: length)
        count &+= length
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count &+ more > capacity { grow(count + more) }
    }

    @inline(never)
    private mutating func grow(_ needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }
}
