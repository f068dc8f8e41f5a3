import SIPMessage

/// A 2xx of who is called, and the ACKs.
extension Call {
    mutating func receiveAnswer(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, client place: Int, _ number: UInt8,
        _ turn: inout Turn
    ) {
        let tag = Dialog.address(.to, index, bytes)?.tag ?? []
        if let known = clients[place].acknowledgements.first(where: { $0.tag == tag }) {
            turn.effects.append(.send(known.bytes, known.target, leg: clients[place].leg))
            return
        }
        // A copy of the answer that the caller has not confirmed yet: its ACK goes on when it comes.
        if let confirmed, pairs[confirmed].attempt == number, pairs[confirmed].callee.dialog.remoteTag == tag { return }
        guard !clients[place].isUnwanted, let attempt = attempt(number), attempts[attempt].cause == nil,
            phase == .trying || isTransferring(number), !tag.isEmpty,
            let pair = earlyPair(attempt, tag, index, bytes, &turn)
        else { return refuse(index, bytes, client: place, cause ?? .elsewhere, &turn) }
        clients[place].hasAnswered = true
        let callee = pairs[pair].callee
        let body = MessageBody(index, bytes, instead: arrival.body)
        do throws(MediaRefusal) {
            let passed = try body?.filtered(callee.media, pairs[pair].caller.media)
            win(pair, attempt, client: place, SessionExpires(index, bytes), passed, &turn)
        } catch {
            refuse(index, bytes, client: place, .media(error), &turn)
            fail(number, .media(error), &turn)
        }
    }

    /// Somebody took the message: the first answer is everybody's.
    mutating func receiveTaken(_ status: UInt16, _ number: UInt8, _ turn: inout Turn) {
        guard phase == .trying, attempt(number) != nil, let first = firstInvite else { return }
        turn.effects.append(.report(.answered(leg: number)))
        respond(servers[first].number, status, &turn)
        end(.answered(status), &turn)
    }

    /// The first answer: all other legs are given up, and the caller is told.
    private mutating func win(
        _ pair: Int, _ attempt: Int, client place: Int, _ granted: SessionExpires?, _ body: MessageBody?,
        _ turn: inout Turn
    ) {
        let won = attempts[attempt]
        let number = pairs[pair].number
        pairs[pair].isConfirmed = true
        clients[place].place = Place(pair: number, side: .callee)
        let timer = won.leg.timer.outcome(granted, present: 0)
        pairs[pair].callee.timer.restart(interval: timer.interval, isOurs: timer.isOurs, at: turn.now)
        pairs[pair].callee.description = clients[place].hasOffer ? Self.body(of: clients[place].request) : []
        if clients[place].hasOffer { acknowledge(place, pairs[pair].callee.dialog, nil, &turn) }
        if isTransferring(won.number) { return finishTransfer(pair, won, body ?? pairs[pair].early, &turn) }
        for other in attempts where other.number != won.number && other.cause == nil {
            turn.effects.append(.report(.legEnded(leg: other.number, cause: .elsewhere, phase: other.phase)))
            cancel(other.number, .elsewhere, &turn)
        }
        attempts = []
        pairs.removeAll { $0.number != number }
        phase = .answered
        endBy = turn.now + self.terms.policy.length
        turn.effects.append(.report(.answered(leg: won.number)))
        if let reliable = pairs[0].reliable, reliable.hasDescription {
            pairs[0].answer = .some(body)
        } else {
            answerCaller(0, body, &turn)
        }
    }

    static func body(of request: [UInt8]) -> [UInt8] {
        var index = MessageIndex()
        guard index.admit(request.span) == .accept else { return [] }
        return Array(request[index.body.range])
    }

    mutating func answerCaller(_ pair: Int, _ body: MessageBody?, _ turn: inout Turn) {
        guard let first = firstInvite else { return }
        let early = pairs[pair].early
        (pairs[pair].reliable, pairs[pair].early) = (nil, nil)
        // Whoever does not know reliable responses was told nothing that counts as an answer.
        let told = body ?? (invitation?.supportsReliable ?? false ? nil : early)
        servers[first].place = Place(pair: pairs[pair].number, side: .caller)
        var headers = contactLine(caller.dialog) + abilities + Self.line(.supported, "100rel, timer")
        if case .timer(let expires, let isRequired) = invitation?.timer ?? .none {
            headers += Self.line(expires) + (isRequired ? Self.line(.require, "timer") : [])
            pairs[pair].caller.timer.restart(
                interval: expires.interval, isOurs: expires.refresher == .uas, at: turn.now)
        }
        pairs[pair].caller.description = (body ?? early)?.bytes ?? []
        keep(&turn)
        respond(
            servers[first].number, 200, tag: pairs[pair].caller.dialog.localTag, headers: headers, body: told, &turn)
        invitation = nil
    }

    /// ACK of a 2xx: sent once for each dialog, and again with each copy of the 2xx.
    mutating func acknowledge(_ place: Int, _ dialog: Dialog, _ body: MessageBody?, _ turn: inout Turn) {
        let client = clients[place]
        let bytes = request(
            .ack, dialog, nextNumber(), sequence: client.sequence, headers: Self.credentials(of: client.request),
            body: body)
        clients[place].acknowledgements.append((dialog.remoteTag, bytes, dialog.peer))
        turn.effects.append(.send(bytes, dialog.peer, leg: client.leg))
    }

    /// The same credentials as the INVITE's (RFC 3261 section 13.2.2.4).
    private static func credentials(of request: [UInt8]) -> [UInt8] {
        var index = MessageIndex()
        guard index.admit(request.span) == .accept else { return [] }
        var writer = MessageWriter(capacity: 256)
        for name in [HeaderName.authorization, .proxyAuthorization] { writer.copy(name, from: index, request.span) }
        return writer.array
    }

    /// A 2xx that nobody wants: acknowledged and ended (RFC 3261 section 13.2.2.4).
    private mutating func refuse(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, client place: Int, _ cause: CallCause, _ turn: inout Turn
    ) {
        guard clients[place].acknowledgements.count < terms.policy.dialogs,
            let from = Dialog.address(.from, index, bytes), let to = Dialog.address(.to, index, bytes),
            let callID = index.first(.callID)
        else { return }
        let client = clients[place]
        var dialog = Dialog(
            callID: bytes.array(callID), localTag: from.tag, remoteTag: to.tag, localAddress: from.text,
            remoteAddress: to.text, remoteTarget: Dialog.contact(index, bytes) ?? Self.requestURI(of: client.request),
            routes: Dialog.routes(index, bytes, isClient: true), contactUser: Self.user(of: id),
            localSequence: client.sequence, remoteSequence: 0, peer: client.target)
        if client.isLocated, let target = terms.targets(dialog.nextHop) { dialog.move(to: target) }
        acknowledge(place, dialog, nil, &turn)
        let sequence = dialog.nextSequence()
        let number = nextNumber()
        let bye = request(.bye, dialog, number, sequence: sequence, headers: Self.line(.reason, cause.reason))
        follow(
            .bye, bye, number, sequence: sequence, leg: client.leg, place: nil, .bye, to: dialog.peer, hasOffer: false,
            &turn)
    }

    static func requestURI(of request: [UInt8]) -> [UInt8] {
        var index = MessageIndex()
        guard index.admit(request.span) == .accept else { return [] }
        return request.span.array(index.requestURI)
    }

    // MARK: ACK from either end

    mutating func receiveACK(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, _ sequence: UInt32,
        _ turn: inout Turn
    ) {
        let print = fingerprint(index, bytes)
        let tag = Dialog.address(.to, index, bytes)?.tag ?? []
        if let place = servers.firstIndex(where: { $0.method == .invite && $0.fingerprint == print }) {
            guard case .invite(var transaction) = servers[place].machine, transaction.state == .completed else {
                return
            }
            _ = transaction.receiveAcknowledgement(at: turn.now)
            servers[place].machine = .invite(transaction)
            return
        }
        guard
            let place = servers.firstIndex(where: { server in
                server.method == .invite && server.sequence == sequence && server.repetition != nil
                    && server.place.flatMap { leg(at: $0) }?.dialog.localTag == tag
            }), let where_ = servers[place].place
        else { return }
        servers[place].repetition = nil
        passACK(index, bytes, arrival, server: servers[place].number, from: where_, &turn)
        payBye(where_, &turn)
    }

    /// Where the other side's 2xx held the offer, its ACK carries the answer.
    private mutating func passACK(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, server number: UInt32,
        from place: Place, _ turn: inout Turn
    ) {
        guard
            let client = clients.firstIndex(where: { client in
                client.method == .invite && client.acknowledgements.isEmpty && client.hasAnswered
                    && client.place == Place(pair: place.pair, side: place.side.other)
            }), let pair = pair(place.pair)
        else { return }
        let other = pairs[pair][place.side.other]
        var body = MessageBody(index, bytes, instead: arrival.body)
        var refusal: MediaRefusal?
        do throws(MediaRefusal) {
            body = try body?.filtered(pairs[pair][place.side].media, other.media)
        } catch {
            (body, refusal) = (nil, error)
        }
        if let body { pairs[pair][place.side.other].description = body.bytes }
        acknowledge(client, other.dialog, body, &turn)
        if let refusal { end(.media(refusal), &turn) }
    }

    /// A BYE that waited for an ACK.
    mutating func payBye(_ place: Place, _ turn: inout Turn) {
        guard let pair = pair(place.pair), pairs[pair][place.side].owesBye else { return }
        pairs[pair][place.side].owesBye = false
        hangUp(place, cause ?? .ordered(487), &turn)
    }
}
