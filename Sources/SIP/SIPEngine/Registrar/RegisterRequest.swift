import SIPMessage

/// What all contacts of one REGISTER share.
struct RegisterRequest {
    let callID: ByteRange
    let cseq: UInt32
    let branch: UInt64
    /// The Expires header; a malformed one counts as an hour (RFC 3261 section 10.2.1.1).
    let expires: UInt32?
    let userAgent: ByteRange
    let path: [UInt8]
    let source: SourceAddress

    init?(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, from source: SourceAddress) {
        guard let callID = index.first(.callID), callID.count <= 512, let sequence = index.first(.cSeq),
            let cseq = CSeqValue(bytes, sequence)
        else { return nil }
        self.callID = callID
        self.cseq = cseq.number
        self.source = source
        branch = RegisterRequest.branch(index, bytes)
        expires = index.first(.expires).map { decimal(bytes, $0) ?? 3600 }
        var agent = index.first(.userAgent) ?? .empty
        agent.count = min(agent.count, 255)
        userAgent = agent
        guard let path = RegisterRequest.path(index, bytes) else { return nil }
        self.path = path
    }

    /// Whether the binding was made with this Call-ID and a CSeq at least as high.
    func isOutOfOrder(for binding: Binding, _ bytes: Span<UInt8>) -> Bool {
        cseq <= binding.cseq && binding.holds(binding.callID, equalTo: bytes, callID)
    }

    /// Whether this is a retransmission of the request that made the binding.
    func made(_ binding: Binding) -> Bool { cseq == binding.cseq && branch == binding.branch }

    /// FNV-1a of the topmost branch: it need not resist anybody, a sender who repeats a branch only repeats itself.
    private static func branch(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> UInt64 {
        var values = HeaderValues(.via)
        guard let value = values.next(index, bytes), let via = ViaValue(bytes, value) else { return 0 }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in via.branch.range {
            hash = (hash ^ UInt64(bytes[position])) &* 0x100_0000_01B3
        }
        return hash
    }

    /// The Path values joined with commas, empty without; `nil` when they are longer than a binding may keep.
    private static func path(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> [UInt8]? {
        guard index.first(.path) != nil else { return [] }
        var values = HeaderValues(.path)
        var path: [UInt8] = []
        while let value = values.next(index, bytes) {
            if !path.isEmpty { path.append(0x2C) }
            for position in value.range { path.append(bytes[position]) }
        }
        return path.count <= 2048 ? path : nil
    }
}
