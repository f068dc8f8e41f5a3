package import SIPMessage

/// What names a call on the wire, so that a message finds it without a table of texts: its number stands in our tags
/// and in the branches of our requests, and is itself a keyed hash of the INVITE that began it.
package enum CallName {
    private static let cookie: StaticString = "z9hG4bKdc"
    private static let tagMark: StaticString = "dc"
    /// Mark, number of the call, number of the tag, proof.
    private static let tagLength = 2 + 16 + 2 + 16
    /// Cookie, number of the call, number of the request, loop mark, proof.
    private static let branchLength = 9 + 16 + 8 + 8 + 16

    /// The call that a message belongs to: by the branch of a response, by our tag in the To of a request, and for a
    /// request without one by the hash of what an INVITE, its copies and its CANCEL have in common. Only the call itself
    /// can tell whether the message is its own.
    package static func call(
        of index: borrowing MessageIndex, _ bytes: Span<UInt8>, terms: CallTerms
    ) -> UInt64? {
        guard index.isRequest else {
            var vias = HeaderValues(.via)
            guard let value = vias.next(index, bytes), let via = ViaValue(bytes, value) else { return nil }
            return call(ofBranch: via.branch, bytes)
        }
        guard let to = index.first(.to), let address = NameAddress(bytes, to) else { return nil }
        if let tag = address.tag(bytes) { return call(ofTag: tag, bytes) }
        guard let callID = index.first(.callID), let from = index.first(.from),
            let tag = NameAddress(bytes, from)?.tag(bytes), let line = index.first(.cSeq),
            let cSeq = CSeqValue(bytes, line)
        else { return nil }
        return terms.key.word(.call, of: [bytes.array(callID), bytes.array(tag), cSeq.number.bigEndianBytes])
    }

    static func call(ofTag tag: ByteRange, _ bytes: Span<UInt8>) -> UInt64? {
        guard Int(tag.count) == tagLength, bytes.holds(ByteRange(Int(tag.start), Int(tag.start) + 2), tagMark) else {
            return nil
        }
        return hexNumber(bytes, Int(tag.start) + 2, 16)
    }

    private static func call(ofBranch branch: ByteRange, _ bytes: Span<UInt8>) -> UInt64? {
        let start = Int(branch.start)
        guard Int(branch.count) == branchLength, bytes.holds(ByteRange(start, start + 9), cookie) else { return nil }
        return hexNumber(bytes, start + 9, 16)
    }

    /// Which request of the call a response says that it answers.
    static func request(ofBranch branch: ByteRange, _ bytes: Span<UInt8>) -> UInt32? {
        guard call(ofBranch: branch, bytes) != nil else { return nil }
        return hexNumber(bytes, Int(branch.start) + 25, 8).map { UInt32(truncatingIfNeeded: $0) }
    }

    /// The mark that tells the same request that comes back to us (RFC 3261 section 16.6 step 8) where that branch is ours.
    static func loopMark(ofBranch branch: ByteRange, _ bytes: Span<UInt8>) -> UInt32? {
        guard call(ofBranch: branch, bytes) != nil else { return nil }
        return hexNumber(bytes, Int(branch.start) + 33, 8).map { UInt32(truncatingIfNeeded: $0) }
    }

    static func tag(_ call: UInt64, _ number: UInt8, _ key: EngineKey) -> [UInt8] {
        var text = ShortText()
        for byte: UInt8 in [0x64, 0x63] { text.append(byte) }
        text.append(hexWord: call)
        text.append(hexByte: number)
        text.append(hexWord: key.word(.callTag, call, UInt64(number)))
        return text.array
    }

    static func branch(_ call: UInt64, _ number: UInt32, loopMark: UInt32, _ key: EngineKey) -> [UInt8] {
        var text = ShortText()
        for byte: UInt8 in [0x7A, 0x39, 0x68, 0x47, 0x34, 0x62, 0x4B, 0x64, 0x63] { text.append(byte) }
        text.append(hexWord: call)
        text.append(hexWord: UInt64(number) << 32 | UInt64(loopMark))
        text.append(hexWord: key.word(.callBranch, call, UInt64(number)))
        return text.array
    }

    static func callID(_ call: UInt64, _ number: UInt8, _ key: EngineKey) -> [UInt8] {
        var text = ShortText()
        text.append(hexWord: key.word(.callID, call, UInt64(number)))
        text.append(hexWord: key.word(.callIDTail, call, UInt64(number)))
        return text.array
    }

    private static func hexNumber(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64? {
        var value: UInt64 = 0
        for offset in start..<start + count {
            guard let digit = hexDigit(bytes[offset]) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}

extension ShortText {
    /// A copy.
    var array: [UInt8] { withSpan { span in span.array(ByteRange(0, span.count)) } }
}
