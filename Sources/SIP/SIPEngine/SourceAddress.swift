package import SIPMessage

/// Where a message came from: 16 bytes of address (IPv4 as `::ffff:a.b.c.d`), port and transport.
package struct SourceAddress: Sendable, Hashable {
    package var high: UInt64
    package var low: UInt64
    package var port: UInt16
    package var transport: Transport
    /// Which of our UDP listeners heard it, counted from 1; 0 where that does not matter. What we say to it leaves there: a NAT in
    /// front of it lets nothing else in. Not a part of what an address is, so that equal ones may differ in it.
    package var listener: UInt8 = 0

    package init(high: UInt64, low: UInt64, port: UInt16, transport: Transport) {
        self.high = high
        self.low = low
        self.port = port
        self.transport = transport
    }

    /// From an IPv4 address in host order.
    package init(ipv4: UInt32, port: UInt16, transport: Transport) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(ipv4), port: port, transport: transport)
    }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    package static func == (left: Self, right: Self) -> Bool {
        left.low == right.low && left.port == right.port && left.high == right.high && left.transport == right.transport
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
        hasher.combine(port)
        hasher.combine(transport)
    }

    /// Transport and listener in one byte, as journals keep them; listeners behind the fifteenth are not told apart.
    var way: UInt8 { transport.rawValue | (listener < 16 ? listener << 4 : 0) }

    /// Nil where `way` is none that was written.
    init?(high: UInt64, low: UInt64, port: UInt16, way: UInt8) {
        guard let transport = Transport(rawValue: way & 15) else { return nil }
        self.init(high: high, low: low, port: port, transport: transport)
        listener = way >> 4
    }

    /// Where responses to a request from here go: over UDP the port of the Via, unless it asked for the source's (RFC 3261
    /// section 18.2.2, RFC 3581 section 4).
    package func forReplies(to index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> SourceAddress {
        var values = HeaderValues(.via)
        guard transport == .udp, let value = values.next(index, bytes), let via = ViaValue(bytes, value), !via.hasRport
        else { return self }
        var address = self
        address.port = via.port ?? 5060
        return address
    }

    /// The address alone as text: dotted decimal, or RFC 5952 without brackets.
    package var host: String { hostText.string }

    /// As `udp:192.0.2.1:5060` or `udp:[2001:db8::1]:5060`.
    package var text: String { isIPv4 ? "\(transport.name):\(host):\(port)" : "\(transport.name):[\(host)]:\(port)" }

    /// The address alone, in place.
    package var hostText: ShortText {
        var text = ShortText()
        if isIPv4 {
            for index in 0..<4 {
                if index > 0 { text.append(UInt8(ascii: ".")) }
                text.append(decimal: UInt8(truncatingIfNeeded: low >> UInt64(24 - index * 8)))
            }
        } else {
            writeIPv6(to: &text)
        }
        return text
    }

    private func group(_ index: Int) -> UInt16 {
        let word = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: word >> UInt64(48 - index % 4 * 16))
    }

    /// RFC 5952 section 4: the first of the longest runs of two or more zero groups is left out.
    private func writeIPv6(to text: inout ShortText) {
        var best = (start: 8, count: 1)
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, group(end) == 0 { end += 1 }
            if end - index > best.count { best = (index, end - index) }
            index = max(end, index + 1)
        }
        index = 0
        while index < 8 {
            if index == best.start {
                text.append(UInt8(ascii: ":"))
                if index == 0 { text.append(UInt8(ascii: ":")) }
                index += best.count
            } else {
                text.append(hexadecimal: group(index))
                index += 1
                if index < 8 { text.append(UInt8(ascii: ":")) }
            }
        }
    }
}

/// Up to 64 bytes of text in place.
package struct ShortText: Sendable {
    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    package private(set) var count = 0

    package init() {}

    @inline(__always)
    package func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(first: count))
    }

    package var string: String {
        var text = ""
        for index in 0..<count { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        return text
    }

    package subscript(index: Int) -> UInt8 { bytes[index] }

    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    /// Appends a byte as two hex digits.
    @inline(__always)
    package mutating func append(hexByte byte: UInt8) {
        append(Self.digit(byte >> 4))
        append(Self.digit(byte & 15))
    }

    /// Appends all 64 bits as 16 hex digits.
    package mutating func append(hexWord word: UInt64) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 8
            append(hexByte: UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    fileprivate mutating func append(decimal value: UInt8) {
        if value >= 100 { append(UInt8(ascii: "0") + value / 100) }
        if value >= 10 { append(UInt8(ascii: "0") + value / 10 % 10) }
        append(UInt8(ascii: "0") + value % 10)
    }

    /// Without leading zeros.
    fileprivate mutating func append(hexadecimal value: UInt16) {
        var shift: UInt16 = 12
        while shift > 0, value >> shift == 0 { shift -= 4 }
        append(Self.digit(UInt8(value >> shift & 15)))
        while shift > 0 {
            shift -= 4
            append(Self.digit(UInt8(value >> shift & 15)))
        }
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
