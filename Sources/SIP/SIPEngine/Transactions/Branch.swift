package import SIPMessage

/// The branch of a request of ours: it names who asked, so that no table of transactions is needed to find it.
package struct Branch: Sendable {
    /// What kind of machine asked.
    package enum Owner: UInt8, Sendable, CaseIterable {
        case registration = 0x72
        case probe = 0x6F
    }

    let owner: Owner
    let id: UInt64
    let proof: UInt64

    /// `z9hG4bK` and whose it is, then id and proof in hexadecimal.
    private static let cookie: StaticString = "z9hG4bKd"
    private static let length = 41

    init(_ owner: Owner, id: UInt64, proof: UInt64) {
        self.owner = owner
        self.id = id
        self.proof = proof
    }

    /// Which machine of that kind a response says that it answers; nil for a branch that is none of these. Only the
    /// machine itself can tell whether it does.
    package static func id(of owner: Owner, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> UInt64? {
        var vias = HeaderValues(.via)
        guard let value = vias.next(index, bytes), let via = ViaValue(bytes, value), via.branch.count == length else {
            return nil
        }
        let start = Int(via.branch.start)
        guard bytes.holds(ByteRange(start, start + 8), cookie), bytes[start + 8] == owner.rawValue else { return nil }
        var id: UInt64 = 0
        for offset in start + 9..<start + 25 {
            guard let digit = hexDigit(bytes[offset]) else { return nil }
            id = id << 4 | UInt64(digit)
        }
        return id
    }

    /// Whether it stands in the only Via of a response (RFC 3261 section 17.1.3).
    func isAnswered(by index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        guard !index.isRequest else { return false }
        var vias = HeaderValues(.via)
        guard let value = vias.next(index, bytes), let via = ViaValue(bytes, value), vias.next(index, bytes) == nil,
            via.branch.count == Self.length
        else { return false }
        let own = text
        for offset in 0..<own.count where own[offset] != bytes[Int(via.branch.start) + offset] { return false }
        return true
    }

    var text: ShortText {
        var text = ShortText()
        for byte: UInt8 in [0x7A, 0x39, 0x68, 0x47, 0x34, 0x62, 0x4B, 0x64, owner.rawValue] { text.append(byte) }
        text.append(hexWord: id)
        text.append(hexWord: proof)
        return text
    }
}
