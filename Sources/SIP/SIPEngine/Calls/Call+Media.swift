package import SIPMessage

/// What the owner of a call, who has its media relayed, must know of a message.
extension Call {
    /// A session description: from whom, to whom, and in which exchange.
    package struct Description: Sendable, Equatable {
        /// Legs, 0 for who called.
        package let from: UInt8
        package let to: UInt8
        package let isOffer: Bool
        /// CSeq of the request that it belongs to, on its side: copies have the same.
        package let sequence: UInt32
        /// An answer whose sender takes another's place in the call: the other end will be offered it.
        package var isHandover = false

        package init(from: UInt8, to: UInt8, isOffer: Bool, sequence: UInt32) {
            (self.from, self.to, self.isOffer, self.sequence) = (from, to, isOffer, sequence)
        }
    }

    /// The caller's offer, while it is not answered.
    package var offer: [UInt8]? { invitation?.body.flatMap { $0.isSDP ? $0.bytes : nil } }

    /// The caller's offer is no session description by itself: one part of several, which no relay can read.
    package var hasSealedOffer: Bool { invitation?.body.map { !$0.isSDP } ?? false }

    /// Who is being handed over (RFC 3515), and how the referrer knows its session; nil while nobody is.
    package var handover: (leg: UInt8, offer: [UInt8])? {
        guard let transfer, let offer = transferOffer, let pair = pair(transfer.referrer.pair) else { return nil }
        return (pairs[pair][transfer.referrer.side.other].id, offer.bytes)
    }

    /// What a message of this call describes; nil for one without a session description that would be passed on.
    package func description(in index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Description? {
        guard isLive, MessageBody(index, bytes, instead: nil)?.isSDP ?? false else { return nil }
        return index.isRequest ? described(byRequest: index, bytes) : described(byResponse: index, bytes)
    }

    private func described(byResponse index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Description? {
        guard 101..<300 ~= index.status, let place = answered(index, bytes) else { return nil }
        let client = clients[place]
        switch client.purpose {
        case .invitation(let number):
            guard isTransferring(number) else {
                return Description(from: number, to: 0, isOffer: !client.hasOffer, sequence: client.sequence)
            }
            guard index.status >= 200, let handover else { return nil }
            var answer = Description(from: number, to: handover.leg, isOffer: false, sequence: client.sequence)
            answer.isHandover = true
            return answer
        case .relay, .reinvite:
            guard [.invite, .update, .prack].contains(client.method), let at = client.place, let pair = pair(at.pair)
            else { return nil }
            return Description(
                from: pairs[pair][at.side].id, to: pairs[pair][at.side.other].id, isOffer: !client.hasOffer,
                sequence: client.sequence)
        case .quiet, .bye, .prack, .refresh, .notify: return nil
        }
    }

    private func described(byRequest index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Description? {
        guard let at = place(of: index, bytes), let pair = pair(at.pair), let line = index.first(.cSeq),
            let cSeq = CSeqValue(bytes, line)
        else { return nil }
        let isOffer: Bool
        switch index.method {
        case .invite, .update: isOffer = true
        case .ack: isOffer = false
        // It has the answer where the callee made the offer in what it confirms (RFC 3262 section 5).
        case .prack:
            isOffer = clients.contains { $0.purpose == .invitation(pairs[pair].attempt) && $0.hasOffer }
        default: return nil
        }
        return Description(
            from: pairs[pair][at.side].id, to: pairs[pair][at.side.other].id, isOffer: isOffer, sequence: cSeq.number)
    }
}
