import SIPMessage

/// One end hands the other over to somebody else (RFC 3515): carried out here, as a new leg for who is handed over.
struct Transfer: Sendable {
    let referrer: Place
    let server: UInt32
    var attempts: [UInt8] = []
}

extension Call {
    mutating func receiveReferral(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, server number: UInt32, at place: Place,
        _ turn: inout Turn
    ) {
        guard let pair = pair(place.pair), pairs[pair].isConfirmed else { return respond(number, 481, &turn) }
        guard transfer == nil, !isNegotiating(place) else { return respond(number, 491, &turn) }
        guard let value = index.first(.referTo), let address = NameAddress(bytes, value),
            Int(address.uri.count) <= Dialog.longestAddress, SIPURI(bytes, address.uri) != nil
        else { return respond(number, 400, &turn) }
        // Without a description of who is handed over there is nothing to offer.
        guard !pairs[pair][place.side].description.isEmpty else { return respond(number, 603, &turn) }
        transfer = Transfer(referrer: place, server: number)
        turn.effects.append(.refer(leg: pairs[pair][place.side].id, to: bytes.array(address.uri)))
    }

    mutating func refuseReferral(_ status: UInt16, _ turn: inout Turn) {
        guard let transfer, transfer.attempts.isEmpty else { return }
        respond(transfer.server, status, &turn)
        self.transfer = nil
    }

    mutating func acceptReferral(_ legs: [OutgoingLeg], _ turn: inout Turn) {
        guard phase == .answered, let transfer, transfer.attempts.isEmpty, let pair = pair(transfer.referrer.pair)
        else {
            return
        }
        guard !legs.isEmpty else { return refuseReferral(603, &turn) }
        respond(transfer.server, 202, headers: contactLine(pairs[pair][transfer.referrer.side].dialog), &turn)
        notify("SIP/2.0 100 Trying", isLast: false, &turn)
        attempts = []
        let numbers = start(legs, &turn)
        self.transfer?.attempts = numbers
        for number in numbers {
            guard let place = attempt(number) else { continue }
            attempts[place].ringingBy = turn.now + terms.policy.ringing
            invite(place, &turn)
        }
    }

    /// What is offered to the new leg: the session of who is handed over, as the referrer knows it.
    var transferOffer: MessageBody? {
        guard let transfer, let pair = pair(transfer.referrer.pair) else { return nil }
        return MessageBody(sdp: pairs[pair][transfer.referrer.side].description)
    }

    func isTransferring(_ attempt: UInt8) -> Bool { transfer?.attempts.contains(attempt) ?? false }

    /// All new legs failed: the call goes on as it was.
    mutating func failTransfer(_ cause: CallCause, _ turn: inout Turn) {
        guard attempts.allSatisfy({ $0.cause != nil }) else { return }
        let status = cause.status
        notify("SIP/2.0 \(status) \(StatusText.phrase(status))", isLast: true, &turn)
        transfer = nil
    }

    /// A new leg answered: it takes the referrer's place, and who was handed over learns of it by a re-INVITE.
    mutating func finishTransfer(_ pair: Int, _ won: Attempt, _ body: MessageBody?, _ turn: inout Turn) {
        guard let transfer, let kept = self.pair(transfer.referrer.pair) else { return }
        let new = pairs[pair].callee
        let side = transfer.referrer.side
        notify("SIP/2.0 200 OK", isLast: true, &turn)
        let referrer = pairs[kept][side]
        if referrer.id != 0 {
            turn.effects.append(.report(.legEnded(leg: referrer.id, cause: .transferred, phase: .ringing)))
        }
        hangUp(transfer.referrer, .transferred, &turn)
        for other in attempts where other.number != won.number && other.cause == nil {
            turn.effects.append(.report(.legEnded(leg: other.number, cause: .elsewhere, phase: other.phase)))
            cancel(other.number, .elsewhere, &turn)
        }
        attempts = []
        self.transfer = nil
        let place = Place(pair: transfer.referrer.pair, side: side)
        for client in clients.indices where clients[client].place == Place(pair: pairs[pair].number, side: .callee) {
            clients[client].place = place
        }
        pairs[kept][side] = new
        let number = pairs[kept].number
        pairs.removeAll { $0.number != number }
        turn.effects += [.report(.answered(leg: won.number)), .store(record)]
        renegotiate(Place(pair: number, side: side.other), body, &turn)
    }

    /// Tells an end of the session that its new far end described.
    private mutating func renegotiate(_ place: Place, _ body: MessageBody?, _ turn: inout Turn) {
        guard let pair = pair(place.pair), let body else { return }
        let leg = pairs[pair][place.side]
        var bytes = body.bytes
        if let new = try? SessionDescription(bytes), let old = try? SessionDescription(leg.description) {
            bytes = new.continuing(old)
        }
        let headers = contactLine(leg.dialog) + abilities + timerHeaders(leg)
        sendRequest(.invite, at: place, .reinvite, headers: headers, body: MessageBody(sdp: bytes), &turn)
    }

    private mutating func notify(_ line: String, isLast: Bool, _ turn: inout Turn) {
        guard let place = transfer?.referrer, let pair = pair(place.pair) else { return }
        var writer = MessageWriter(capacity: 128)
        writer.append(contactLine(pairs[pair][place.side].dialog))
        writer.header(.event, "refer")
        writer.header(.subscriptionState, isLast ? "terminated;reason=noresource" : "active;expires=180")
        let body = MessageBody(type: Array("message/sipfrag;version=2.0".utf8), bytes: Array((line + "\r\n").utf8))
        sendRequest(.notify, at: place, .notify, headers: writer.array, body: body, &turn)
    }
}
