import SIPMessage

/// The bindings of one AOR (RFC 3261 section 10), packed into one run of bytes: the form in memory and in the journal.
///
/// A binding is a fixed head and five texts; see `Layout`. One allocation holds an AOR whatever its contacts, which is
/// what keeps a million of them small.
package struct BindingSet: Sendable, Equatable {
    package private(set) var bytes: [UInt8]

    /// Bytes that the bindings of one AOR may take.
    package static let longest = 1 << 18

    package init() { bytes = [] }

    /// From bytes that were written by this type, or `nil` when their lengths do not add up.
    package init?(checking bytes: some Collection<UInt8>) {
        self.bytes = Array(bytes)
        var offset = 0
        while offset < self.bytes.count {
            guard offset + Layout.head <= self.bytes.count else { return nil }
            let binding = Binding(self.bytes, at: offset)
            guard binding.end > offset, binding.end <= self.bytes.count, binding.textsFit else { return nil }
            offset = binding.end
        }
    }

    package var isEmpty: Bool { bytes.isEmpty }

    package var count: Int {
        var count = 0
        forEach { _ in count += 1 }
        return count
    }

    /// The latest expiry of any binding, in seconds since 1970; 0 when there is none.
    package var latestExpiry: UInt32 {
        var latest: UInt32 = 0
        forEach { latest = max(latest, $0.expiresAt) }
        return latest
    }

    /// The latest expiry of those that came from there, in seconds since 1970; 0 when there is none.
    package func latestExpiry(of source: SourceAddress) -> UInt32 {
        var latest: UInt32 = 0
        forEach { if $0.source == source { latest = max(latest, $0.expiresAt) } }
        return latest
    }

    /// The earliest expiry of any binding, in seconds since 1970; `nil` when there is none.
    package var earliestExpiry: UInt32? {
        var earliest: UInt32?
        forEach { earliest = min(earliest ?? .max, $0.expiresAt) }
        return earliest
    }

    /// Moves every time of the set by so many seconds: the clock that they were written on was set since.
    package mutating func move(by seconds: Int64) {
        var offset = 0
        while offset < bytes.count {
            let binding = Binding(bytes, at: offset)
            let end = binding.end
            for (place, time) in [(Layout.expiresAt, binding.expiresAt), (Layout.registeredAt, binding.registeredAt)] {
                let moved = UInt32(clamping: Int64(time) + seconds)
                for index in 0..<4 {
                    bytes[offset + place + index] = UInt8(truncatingIfNeeded: moved >> UInt32(index * 8))
                }
            }
            offset = end
        }
    }

    @inline(__always)
    package func forEach(_ body: (Binding) -> Void) {
        var offset = 0
        while offset < bytes.count {
            let binding = Binding(bytes, at: offset)
            body(binding)
            offset = binding.end
        }
    }

    /// Adds a binding behind the others, its texts taken from where they stand in a message.
    mutating func append(_ head: Binding.Head, _ texts: Binding.Texts, from message: Span<UInt8>) {
        let length = Layout.head + texts.count
        bytes.reserveCapacity(bytes.count + length)
        append(PackedHead(head, texts, length: length))
        append(message, texts.contact)
        append(message, texts.callID)
        append(message, texts.instance)
        bytes.append(contentsOf: texts.path)
        append(message, texts.userAgent)
    }

    /// Adds a binding of another set as it is.
    package mutating func append(_ binding: Binding) {
        bytes.append(contentsOf: binding.storage[binding.offset..<binding.end])
    }

    /// Takes out a binding of this very set.
    mutating func remove(_ binding: Binding) {
        let range = binding.offset..<binding.end
        // The common AOR has one binding: dropping the array spares copying what goes anyway.
        if range.count == bytes.count { bytes = [] } else { bytes.removeSubrange(range) }
    }

    private mutating func append(_ message: Span<UInt8>, _ range: ByteRange) {
        let text = message.extracting(range.range)
        unsafe text.withUnsafeBufferPointer { buffer in unsafe bytes.append(contentsOf: buffer) }
    }

    private mutating func append(_ head: PackedHead) {
        unsafe head.bytes.span.withUnsafeBufferPointer { buffer in unsafe bytes.append(contentsOf: buffer) }
    }
}

/// The head of a binding as it lies in a set.
private struct PackedHead {
    private(set) var bytes = InlineArray<56, UInt8>(repeating: 0)

    init(_ head: Binding.Head, _ texts: Binding.Texts, length: Int) {
        put(UInt64(length), at: 0, 2)
        put(UInt64(head.expiresAt), at: Layout.expiresAt, 4)
        put(UInt64(head.registeredAt), at: Layout.registeredAt, 4)
        put(UInt64(head.cseq), at: Layout.cseq, 4)
        put(head.branch, at: Layout.branch, 8)
        put(UInt64(head.q), at: Layout.q, 2)
        put(UInt64(head.regID), at: Layout.regID, 4)
        put(UInt64(head.source.way), at: Layout.way, 1)
        put(head.source.high, at: Layout.high, 8)
        put(head.source.low, at: Layout.low, 8)
        put(UInt64(head.source.port), at: Layout.port, 2)
        put(UInt64(texts.contact.count), at: Layout.texts, 2)
        put(UInt64(texts.callID.count), at: Layout.texts + 2, 2)
        put(UInt64(texts.instance.count), at: Layout.texts + 4, 2)
        put(UInt64(texts.path.count), at: Layout.texts + 6, 2)
        put(UInt64(texts.userAgent.count), at: Layout.texts + 8, 1)
    }

    @inline(__always)
    private mutating func put(_ value: UInt64, at offset: Int, _ width: Int) {
        for index in 0..<width { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
    }
}

/// One contact of an AOR, read where it stands in its set.
package struct Binding {
    let storage: [UInt8]
    let offset: Int

    init(_ storage: [UInt8], at offset: Int) {
        self.storage = storage
        self.offset = offset
    }

    /// Seconds since 1970.
    package var expiresAt: UInt32 { UInt32(read(Layout.expiresAt, 4)) }
    /// Seconds since 1970.
    package var registeredAt: UInt32 { UInt32(read(Layout.registeredAt, 4)) }
    package var cseq: UInt32 { UInt32(read(Layout.cseq, 4)) }
    /// A fingerprint of the Via branch of the REGISTER that made it: what tells a retransmission.
    package var branch: UInt64 { read(Layout.branch, 8) }
    /// 0 to 1000.
    package var q: UInt16 { UInt16(read(Layout.q, 2)) }
    /// `reg-id` (RFC 5626); 0 without.
    package var regID: UInt32 { UInt32(read(Layout.regID, 4)) }
    package var source: SourceAddress {
        let (high, low, port) = (read(Layout.high, 8), read(Layout.low, 8), UInt16(read(Layout.port, 2)))
        return SourceAddress(high: high, low: low, port: port, way: UInt8(read(Layout.way, 1)))
            ?? SourceAddress(high: high, low: low, port: port, transport: .udp)
    }

    package var contact: Range<Int> { text(0) }
    package var callID: Range<Int> { text(1) }
    /// `+sip.instance` with its angle brackets; empty without.
    package var instance: Range<Int> { text(2) }
    /// The value of the Path headers, joined with commas (RFC 3327); empty without.
    package var path: Range<Int> { text(3) }
    package var userAgent: Range<Int> { text(4) }

    package func string(_ range: Range<Int>) -> String { String(decoding: storage[range], as: UTF8.self) }
    package func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> { storage[range] }

    @inline(__always)
    package func withSpan(_ range: Range<Int>, _ body: (Span<UInt8>) -> Void) {
        body(storage.span.extracting(range))
    }

    /// Where the next binding of the set begins.
    var end: Int { offset + Int(read(0, 2)) }

    var textsFit: Bool { text(4).upperBound == end }

    private func text(_ wanted: Int) -> Range<Int> {
        var start = offset + Layout.head
        for index in 0..<wanted { start += textLength(index) }
        return start..<start + textLength(wanted)
    }

    @inline(__always)
    private func textLength(_ index: Int) -> Int {
        index == 4 ? Int(read(Layout.texts + 8, 1)) : Int(read(Layout.texts + index * 2, 2))
    }

    @inline(__always)
    private func read(_ at: Int, _ width: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(storage[offset + at + index]) << UInt64(index * 8) }
        return value
    }
}

extension Binding {
    /// The numbers of a binding.
    struct Head {
        var expiresAt: UInt32
        var registeredAt: UInt32
        var cseq: UInt32
        var branch: UInt64
        var q: UInt16
        var regID: UInt32
        var source: SourceAddress
    }

    /// The texts of a binding: ranges of its REGISTER, and the joined Path values.
    struct Texts {
        var contact: ByteRange
        var callID: ByteRange
        var instance: ByteRange
        /// At most 255 bytes.
        var userAgent: ByteRange
        var path: [UInt8]

        var count: Int {
            Int(contact.count) + Int(callID.count) + Int(instance.count) + Int(userAgent.count) + path.count
        }
    }
}

/// Offsets in the head of a packed binding, little-endian.
private enum Layout {
    static let expiresAt = 2
    static let registeredAt = 6
    static let cseq = 10
    static let branch = 14
    static let q = 22
    static let regID = 24
    static let way = 28
    static let high = 29
    static let low = 37
    static let port = 45
    /// Four lengths of two bytes and one of one.
    static let texts = 47
    static let head = 56
}
