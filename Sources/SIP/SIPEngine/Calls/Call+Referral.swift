import SIPMessage

/// One end hands the other over to somebody else (RFC 3515): carried out here, as new legs for who is handed over.
struct Transfer: Sendable {
    let referrer: Place
    let server: UInt32
    /// Whether the referrer hears how it goes on (RFC 4488 leaves that to it).
    let isWatched: Bool
    /// A 202 was sent: from now on the referrer may leave.
    var isAccepted = false
    var attempts: [UInt8] = []
    /// Why the best of the rounds before failed.
    var failure: CallCause?
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
        transfer = Transfer(referrer: place, server: number, isWatched: !Self.wantsNoSubscription(index, bytes))
        turn.effects.append(.refer(leg: pairs[pair][place.side].id, to: bytes.array(address.uri)))
    }

    /// `Refer-Sub: false` (RFC 4488), which has no name of its own here.
    private static func wantsNoSubscription(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        for line in 0..<index.headerCount {
            let header = index.header(line)
            guard header.name == .other, bytes.folds(header.nameRange, "refer-sub") else { continue }
            return bytes.array(header.value).map(folded).starts(with: Array("false".utf8))
        }
        return false
    }

    mutating func refuseReferral(_ status: UInt16, _ turn: inout Turn) {
        guard let transfer, !transfer.isAccepted else { return }
        respond(transfer.server, status, &turn)
        self.transfer = nil
        turn.effects.append(.report(.transferred(false)))
    }

    /// The first targets of who is handed over, or the next ones after a round that failed.
    mutating func tryReferral(_ legs: [OutgoingLeg], _ turn: inout Turn) {
        guard phase == .answered, let transfer, attempts.allSatisfy({ $0.cause != nil }),
            let pair = pair(transfer.referrer.pair)
        else { return }
        guard !legs.isEmpty else {
            return transfer.isAccepted
                ? endTransfer(transfer.failure ?? .ordered(480), &turn) : refuseReferral(480, &turn)
        }
        if !transfer.isAccepted {
            let line = transfer.isWatched ? [] : Array("Refer-Sub: false\r\n".utf8)
            let contact = contactLine(pairs[pair][transfer.referrer.side].dialog)
            respond(transfer.server, 202, headers: contact + line, &turn)
            self.transfer?.isAccepted = true
            notify("SIP/2.0 100 Trying", isLast: false, &turn)
        }
        attempts = []
        let numbers = start(legs, &turn)
        self.transfer?.attempts = numbers
        for number in numbers {
            guard let place = attempt(number), attempts[place].cause == nil else { continue }
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

    /// Where all legs of a round failed: the next targets, or the end of it.
    mutating func failTransfer(_ turn: inout Turn) {
        guard let transfer, attempts.allSatisfy({ $0.cause != nil }) else { return }
        let causes = attempts.compactMap(\.cause)
        guard let cause = causes.min(by: { Failover.isBetter($0, than: $1) }) else { return }
        let best = transfer.failure.map { Failover.isBetter(cause, than: $0) ? cause : $0 } ?? cause
        self.transfer?.failure = best
        guard Failover.triesNext(after: cause, in: attempts.map(\.phase).max() ?? .silent) else {
            return endTransfer(best, &turn)
        }
        turn.effects.append(.route(after: cause))
    }

    /// Nobody took it: the call goes on as it was, or is over where the referrer has left.
    private mutating func endTransfer(_ cause: CallCause, _ turn: inout Turn) {
        guard let transfer, let pair = pair(transfer.referrer.pair) else { return }
        let status = cause.status
        notify("SIP/2.0 \(status) \(StatusText.phrase(status))", isLast: true, &turn)
        self.transfer = nil
        attempts = []
        turn.effects.append(.report(.transferred(false)))
        if pairs[pair][transfer.referrer.side].isOver { end(cause, &turn) }
    }

    /// A new leg answered: it takes the referrer's place, and who was handed over learns of it by a re-INVITE.
    mutating func finishTransfer(_ pair: Int, _ won: Attempt, _ body: MessageBody?, _ turn: inout Turn) {
        guard let transfer, let kept = self.pair(transfer.referrer.pair) else { return }
        let new = pairs[pair].callee
        let side = transfer.referrer.side
        notify("SIP/2.0 200 OK", isLast: true, &turn)
        let referrer = pairs[kept][side]
        turn.effects.append(.report(.legEnded(leg: referrer.id, cause: .transferred, phase: .ringing)))
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
        if won.leg.isRelayed { pairs[kept][side.other].media = .open }
        let number = pairs[kept].number
        pairs.removeAll { $0.number != number }
        turn.effects += [.report(.answered(leg: won.number)), .report(.transferred(true))]
        keep(&turn)
        renegotiate(Place(pair: number, side: side.other), body, &turn)
    }

    /// A referrer may leave as soon as its referral was taken (RFC 5589 section 6); whether this one did.
    mutating func letReferrerGo(_ place: Place, _ turn: inout Turn) -> Bool {
        guard let transfer, transfer.isAccepted, transfer.referrer == place, let pair = pair(place.pair) else {
            return false
        }
        pairs[pair][place.side].isOver = true
        return true
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
        guard let transfer, transfer.isWatched, let pair = pair(transfer.referrer.pair) else { return }
        let place = transfer.referrer
        guard !pairs[pair][place.side].isOver else { return }
        var writer = MessageWriter(capacity: 128)
        writer.append(contactLine(pairs[pair][place.side].dialog))
        writer.header(.event, "refer")
        writer.header(.subscriptionState, isLast ? "terminated;reason=noresource" : "active;expires=180")
        let body = MessageBody(type: Array("message/sipfrag;version=2.0".utf8), bytes: Array((line + "\r\n").utf8))
        sendRequest(.notify, at: place, .notify, headers: writer.array, body: body, &turn)
    }
}
