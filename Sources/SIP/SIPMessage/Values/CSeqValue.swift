/// CSeq (RFC 3261 section 20.16): a number below 2^31 and a method.
package struct CSeqValue: Sendable, Hashable {
    package let number: UInt32
    package let method: ByteRange

    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard bytes.contains(range) else { return nil }
        let end = range.end
        let digitsEnd = bytes.skip(.digit, Int(range.start), end)
        let methodStart = bytes.skipSpace(digitsEnd, end)
        guard let number = decimal(bytes, ByteRange(proven: Int(range.start), digitsEnd)), number < 1 << 31,
            methodStart > digitsEnd, methodStart < end, bytes.skip(.token, methodStart, end) == end
        else { return nil }
        self.number = number
        method = ByteRange(proven: methodStart, end)
    }
}
