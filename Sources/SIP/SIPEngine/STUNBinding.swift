import SIPMessage

/// The little of STUN that keeps a flow over UDP open (RFC 5626 section 4.4.2): a binding request without attributes, and
/// the address in its answer, which is what the other side sees of us.
package struct STUNBinding: Sendable, Hashable {
    /// 96 bits that nobody else can guess.
    private let high: UInt32
    private let low: UInt64

    private static let cookie: UInt32 = 0x2112_A442
    private static let headerLength = 20

    package init(using random: inout some RandomNumberGenerator) {
        high = random.next()
        low = random.next()
    }

    /// A binding request (RFC 5389 section 6).
    package var request: [UInt8] {
        var bytes: [UInt8] = [0, 1, 0, 0]
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: Self.cookie >> shift))
        }
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> shift)) }
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: low >> shift)) }
        return bytes
    }

    /// Whether it can be a STUN answer at all: no SIP message begins with these bytes.
    package static func mayAnswer(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= headerLength && bytes[0] == 1 && bytes[1] == 1
    }

    /// The address that the answer to this request says we have, on UDP; nil for the answer to another one, and for one
    /// that says none (RFC 5389 section 15.2).
    package func mappedAddress(in bytes: Span<UInt8>) -> SourceAddress? {
        guard Self.mayAnswer(bytes), bytes.number(at: 4, 4) == UInt64(Self.cookie),
            bytes.number(at: 8, 4) == UInt64(high), bytes.number(at: 12, 8) == low
        else { return nil }
        let end = min(bytes.count, Self.headerLength + Int(bytes.number(at: 2, 2)))
        var start = Self.headerLength
        while start + 4 <= end {
            let (type, length) = (bytes.number(at: start, 2), Int(bytes.number(at: start + 2, 2)))
            guard start + 4 + length <= end else { return nil }
            if type == 0x0020 { return address(bytes, at: start + 4, length) }
            start += 4 + (length + 3) / 4 * 4
        }
        return nil
    }

    /// XOR-MAPPED-ADDRESS: the port and the address, each with the cookie, and the latter with the transaction's id.
    private func address(_ bytes: Span<UInt8>, at start: Int, _ length: Int) -> SourceAddress? {
        guard length >= 8 else { return nil }
        let port = UInt16(truncatingIfNeeded: bytes.number(at: start + 2, 2) ^ UInt64(Self.cookie >> 16))
        switch (bytes[start + 1], length) {
        case (1, 8):
            let address = UInt32(truncatingIfNeeded: bytes.number(at: start + 4, 4)) ^ Self.cookie
            return SourceAddress(ipv4: address, port: port, transport: .udp)
        case (2, 20):
            return SourceAddress(
                high: bytes.number(at: start + 4, 8) ^ (UInt64(Self.cookie) << 32 | UInt64(high)),
                low: bytes.number(at: start + 12, 8) ^ low, port: port, transport: .udp)
        default: return nil
        }
    }
}

extension Span<UInt8> {
    /// In network byte order.
    fileprivate func number(at start: Int, _ width: Int) -> UInt64 {
        (start..<start + width).reduce(0) { $0 << 8 | UInt64(self[$1]) }
    }
}
