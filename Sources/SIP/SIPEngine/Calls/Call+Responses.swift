import SIPMessage

/// Responses to requests of ours.
extension Call {
    mutating func receiveResponse(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, _ turn: inout Turn
    ) {
        guard let place = answered(index, bytes) else { return }
        let steps = clients[place].receive(status: index.status, at: turn.now)
        let client = clients[place]
        if steps.contains(.acknowledge), let to = index.first(.to) {
            let ack = Self.derived(.ack, from: client.request, to: bytes.array(to))
            turn.effects.append(.send(ack, client.target, leg: client.leg))
        }
        guard steps.contains(.deliver) else { return }
        if index.status >= 300, renew(place, index, bytes, &turn) { return }
        switch client.purpose {
        case .invitation(let number):
            switch index.status {
            case 100..<200:
                if method == .invite { receiveProvisional(index, bytes, arrival, client: place, number, &turn) }
            case 200..<300 where method != .invite: receiveTaken(UInt16(index.status), number, &turn)
            case 200..<300: receiveAnswer(index, bytes, arrival, client: place, number, &turn)
            default:
                guard !client.isUnwanted else { return }
                if index.status < 400, let contact = Dialog.contact(index, bytes) {
                    turn.effects.append(.moved(leg: number, to: contact))
                }
                fail(number, .answered(UInt16(index.status)), &turn)
            }
        case .relay(let server): passBack(index, bytes, arrival, client: place, server: server, &turn)
        case .refresh, .reinvite: finishRefresh(index, bytes, client: place, &turn)
        case .quiet, .bye, .prack, .notify: break
        }
    }

    /// By branch, method and CSeq (RFC 3261 section 17.1.3).
    func answered(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Int? {
        var vias = HeaderValues(.via)
        guard let value = vias.next(index, bytes), let via = ViaValue(bytes, value),
            let number = CallName.request(ofBranch: via.branch, bytes), let line = index.first(.cSeq),
            let cSeq = CSeqValue(bytes, line),
            bytes.array(via.branch) == CallName.branch(id, number, loopMark: loopMark, terms.key)
        else { return nil }
        return clients.firstIndex {
            $0.number == number && $0.sequence == cSeq.number && bytes.holds(cSeq.method, $0.method.text)
        }
    }

    // MARK: Made anew

    /// Answers a challenge with the leg's credentials, or takes the interval that a 422 wants; whether it did.
    private mutating func renew(
        _ place: Int, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) -> Bool {
        let client = clients[place]
        guard !client.isUnwanted, client.renewals < terms.policy.challenges, isLive || client.purpose == .bye else {
            return false
        }
        switch index.status {
        case 401, 407: return answerChallenge(place, index, bytes, &turn)
        case 422: return lengthen(place, index, bytes, &turn)
        default: return false
        }
    }

    private func credentials(for client: ClientExchange) -> OutgoingLeg.Credentials? {
        if case .invitation(let number) = client.purpose {
            return attempt(number).flatMap { attempts[$0].leg.credentials }
        }
        return client.place.flatMap { leg(at: $0) }?.credentials
    }

    private mutating func answerChallenge(
        _ place: Int, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) -> Bool {
        let client = clients[place]
        guard let credentials = credentials(for: client) else { return false }
        let asksProxy = index.status == 407
        let clientNonce = terms.key.word(.clientNonce, id, UInt64(client.number))
        guard
            var challenge = DigestChallenge.best(
                asksProxy ? .proxyAuthenticate : .wwwAuthenticate, in: index, bytes, clientNonce: clientNonce),
            // The second answer to a nonce that is not stale would be as wrong as the first.
            client.renewals == 0 || challenge.isStale || !Self.hasAnswer(client.request)
        else { return false }
        challenge.use()
        var writer = MessageWriter(capacity: 512)
        guard
            challenge.answer(
                asksProxy ? .proxyAuthorization : .authorization, to: &writer, user: credentials.user,
                method: client.method, uri: Self.requestURI(of: client.request), body: Self.body(of: client.request),
                ha1: credentials.ha1)
        else { return false }
        let name = asksProxy ? HeaderName.proxyAuthorization : .authorization
        sendAnew(place, without: [name], adding: writer.array, &turn)
        return true
    }

    private static func hasAnswer(_ request: [UInt8]) -> Bool {
        var index = MessageIndex()
        guard index.admit(request.span) == .accept else { return false }
        return index.has(.authorization) || index.has(.proxyAuthorization)
    }

    /// RFC 4028 section 7.4.
    private mutating func lengthen(
        _ place: Int, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) -> Bool {
        guard let wanted = index.first(.minSE).flatMap({ bytes.leadingSeconds($0) }), 90...86_400 ~= wanted,
            clients[place].renewals == 0
        else { return false }
        if case .relay = clients[place].purpose { return false }
        let lines = Self.line(.sessionExpires, String(wanted)) + Self.line(.minSE, String(wanted))
        sendAnew(place, without: [.sessionExpires, .minSE], adding: lines, &turn)
        return true
    }

    private mutating func sendAnew(
        _ place: Int, without names: [HeaderName], adding headers: [UInt8], _ turn: inout Turn
    ) {
        let old = clients[place]
        let number = nextNumber()
        var sequence = old.sequence + 1
        if let at = old.place, let pair = pair(at.pair) { sequence = pairs[pair][at.side].dialog.nextSequence() }
        let bytes = renewed(
            old.request, number, sequence: sequence, target: old.target, without: names, adding: headers)
        clients[place].purpose = .quiet
        follow(
            old.method, bytes, number, sequence: sequence, leg: old.leg, place: old.place, old.purpose, to: old.target,
            hasOffer: old.hasOffer, &turn)
        clients[clients.count - 1].renewals = old.renewals + 1
    }

    // MARK: Passed on

    /// A response goes back to who asked.
    private mutating func passBack(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, client place: Int,
        server number: UInt32, _ turn: inout Turn
    ) {
        let client = clients[place]
        if index.status < 200, client.isUnwanted { return sendCancel(place, .cancelled, &turn) }
        guard index.status > 100, let at = client.place, let pair = pair(at.pair), let server = server(number) else {
            return
        }
        if index.status >= 300 { return passFailure(index, bytes, client, server, &turn) }
        var body = MessageBody(index, bytes, instead: arrival.body)
        do throws(MediaRefusal) {
            body = try body?.filtered(pairs[pair][at.side].media, pairs[pair][at.side.other].media)
        } catch {
            if client.method == .invite, index.status >= 200 {
                acknowledge(place, pairs[pair][at.side].dialog, nil, &turn)
            }
            respond(number, 488, &turn)
            return
        }
        guard index.status >= 200 else {
            if client.method == .invite { respond(number, UInt16(index.status), body: body, &turn) }
            return
        }
        passSuccess(index, bytes, client: place, server: server, pair, body, &turn)
    }

    private mutating func passSuccess(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, client place: Int, server: Int, _ pair: Int,
        _ body: MessageBody?, _ turn: inout Turn
    ) {
        let client = clients[place]
        guard let at = client.place else { return }
        if client.method == .invite, client.hasAnswered {
            // A copy: it was passed on, and its ACK goes on when it comes or goes again.
            if let known = client.acknowledgements.first {
                turn.effects.append(.send(known.bytes, known.target, leg: client.leg))
            }
            return
        }
        clients[place].hasAnswered = true
        var headers: [UInt8] = []
        if client.method == .invite || client.method == .update {
            refreshed(index, bytes, at, pair, &turn)
            headers = answerHeaders(servers[server], pair, at.side.other, &turn)
            if client.hasOffer { pairs[pair][at.side].description = Self.body(of: client.request) }
            if let body { pairs[pair][at.side.other].description = body.bytes }
        }
        if client.method == .invite, client.hasOffer {
            acknowledge(place, pairs[pair][at.side].dialog, nil, &turn)
        }
        respond(servers[server].number, UInt16(index.status), headers: headers, body: body, &turn)
    }

    private mutating func passFailure(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ client: ClientExchange, _ server: Int,
        _ turn: inout Turn
    ) {
        let status = UInt16(index.status)
        var writer = MessageWriter(capacity: 128)
        for name in [HeaderName.retryAfter, .warning, .reason, .accept] { writer.copy(name, from: index, bytes) }
        respond(servers[server].number, CallCause.answered(status).status, headers: writer.array, &turn)
        if DialogFate.isOver(index.status, for: client.method) { lose(client.place, status, &turn) }
    }

    /// The dialog is gone at that end; it gets a BYE all the same, since a 481 may have been for want of a 2xx that was
    /// late. For as long as our 2xx there is not acknowledged, that is what it is for.
    mutating func lose(_ place: Place?, _ status: UInt16, _ turn: inout Turn) {
        guard let place, let pair = pair(place.pair), pairs[pair].isConfirmed,
            !servers.contains(where: { $0.place == place && $0.repetition != nil })
        else { return }
        end(.lost(status), &turn)
    }

    /// Contact, and the timer as this end wants it.
    mutating func answerHeaders(_ server: ServerExchange, _ pair: Int, _ side: Side, _ turn: inout Turn) -> [UInt8] {
        var headers = contactLine(pairs[pair][side].dialog) + abilities + Self.line(.supported, "100rel, timer")
        guard case .timer(let expires, let isRequired) = server.timer else { return headers }
        headers += Self.line(expires) + (isRequired ? Self.line(.require, "timer") : [])
        pairs[pair][side].timer.restart(interval: expires.interval, isOurs: expires.refresher == .uas, at: turn.now)
        return headers
    }

    /// A 2xx to an INVITE or UPDATE: target, timer (RFC 3261 section 12.2.1.2, RFC 4028 section 7.2).
    private mutating func refreshed(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ at: Place, _ pair: Int, _ turn: inout Turn
    ) {
        refreshTarget(index, bytes, at, &turn)
        let present = pairs[pair][at.side].timer.interval
        let outcome = pairs[pair][at.side].timerTerms.outcome(SessionExpires(index, bytes), present: present)
        pairs[pair][at.side].timer.restart(interval: outcome.interval, isOurs: outcome.isOurs, at: turn.now)
    }

    /// - Parameter source: of a request; a phone that was given another address within the call is there.
    ///
    /// No credentials are asked for: who knows both tags and the Call-ID is the end that was told them, and ours is a keyed
    /// hash of 64 bits. Who has read them off the wire could end the call, or have its media sent elsewhere, as well.
    mutating func refreshTarget(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ at: Place, from source: SourceAddress? = nil,
        _ turn: inout Turn
    ) {
        guard let pair = pair(at.pair) else { return }
        if index.has(.allow) { pairs[pair][at.side].allowsUpdate = Self.allows("update", index, bytes) }
        let before = pairs[pair][at.side].dialog.nextHop
        let isElsewhere = source.map { pairs[pair][at.side].dialog.follow($0) } ?? false
        guard pairs[pair][at.side].dialog.refreshTarget(index, bytes) || isElsewhere else { return }
        if pairs[pair][at.side].dialog.nextHop != before || isElsewhere {
            pairs[pair][at.side].followNextHop(terms, &turn)
        }
        if pairs[pair].isConfirmed { keep(&turn) }
    }

    // MARK: Refreshes of our own

    private mutating func finishRefresh(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, client place: Int, _ turn: inout Turn
    ) {
        let client = clients[place]
        guard index.status >= 200, let at = client.place, let pair = pair(at.pair) else { return }
        if index.status < 300 {
            if let known = client.acknowledgements.first {
                turn.effects.append(.send(known.bytes, known.target, leg: client.leg))
                return
            }
            refreshed(index, bytes, at, pair, &turn)
            if client.method == .invite { acknowledge(place, pairs[pair][at.side].dialog, nil, &turn) }
            if client.purpose == .reinvite { pairs[pair][at.side].description = Self.body(of: client.request) }
        } else if client.purpose == .reinvite, isPassing(index), pairs[pair][at.side].reoffers < terms.policy.reoffers {
            pairs[pair][at.side].reoffers += 1
            pairs[pair][at.side].owedOffer = MessageBody(sdp: Self.body(of: client.request))
            pairs[pair][at.side].offerAt =
                turn.now + terms.key.number(in: 2100...4000, .callSource, id, UInt64(client.number))
        } else if DialogFate.isOver(index.status, for: client.method) || client.purpose == .reinvite {
            lose(at, UInt16(index.status), &turn)
        } else {
            let wait = terms.key.number(in: 2100...4000, .callSource, id, UInt64(client.number))
            pairs[pair][at.side].timer.refreshAgain(at: turn.now + wait)
        }
    }

    /// The other end's own offer crossed ours, or is not done yet (RFC 3261 section 14.1).
    private func isPassing(_ index: borrowing MessageIndex) -> Bool {
        index.status == 491 || index.status == 500 && index.has(.retryAfter)
    }

    /// An offer that met another one is made again.
    mutating func offerAgain(_ place: Place, _ turn: inout Turn) {
        guard let pair = pair(place.pair) else { return }
        let leg = pairs[pair][place.side]
        guard leg.offerAt <= turn.now else { return }
        guard !isNegotiating(place) else { return pairs[pair][place.side].offerAt = turn.now + 2000 }
        (pairs[pair][place.side].owedOffer, pairs[pair][place.side].offerAt) = (nil, .max)
        guard let offer = leg.owedOffer, !leg.isOver else { return }
        let headers = contactLine(leg.dialog) + abilities + timerHeaders(leg)
        sendRequest(.invite, at: place, .reinvite, headers: headers, body: offer, &turn)
    }

    mutating func refresh(_ place: Place, _ turn: inout Turn) {
        guard let pair = pair(place.pair) else { return }
        let leg = pairs[pair][place.side]
        guard !leg.isOver, !isNegotiating(place) else {
            pairs[pair][place.side].timer.refreshAgain(at: turn.now + 2000)
            return
        }
        let headers = contactLine(leg.dialog) + abilities + timerHeaders(leg)
        if leg.allowsUpdate {
            sendRequest(.update, at: place, .refresh, headers: headers, &turn)
        } else {
            let body = leg.description.isEmpty ? nil : MessageBody(sdp: leg.description)
            guard let body else { return }
            sendRequest(.invite, at: place, .refresh, headers: headers, body: body, &turn)
        }
    }

    /// Session-Expires of a request within a session that has a timer (RFC 4028 section 7.4). Nothing reliable is asked for:
    /// provisional responses within a session pass as they are.
    func timerHeaders(_ leg: Leg) -> [UInt8] {
        let supported = Self.line(.supported, "timer")
        guard leg.timer.interval > 0 else { return supported }
        let expires = SessionExpires(interval: leg.timer.interval, refresher: leg.timer.isOurs ? .uac : .uas)
        return supported + Self.line(expires) + Self.line(.minSE, String(leg.timerTerms.minimum))
    }

    /// An offer towards that end is not answered yet.
    func isNegotiating(_ place: Place) -> Bool {
        clients.contains { $0.place == place && ($0.method == .invite || $0.method == .update) && $0.isNegotiating }
    }
}
