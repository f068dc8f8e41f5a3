import SIPMessage

/// Provisional responses of who is called, and PRACK (RFC 3262).
extension Call {
    mutating func receiveProvisional(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, client place: Int, _ number: UInt8,
        _ turn: inout Turn
    ) {
        let client = clients[place]
        if client.isUnwanted { return sendCancel(place, cause ?? .elsewhere, &turn) }
        guard let attempt = attempt(number), attempts[attempt].cause == nil else { return }
        attempts[attempt].phase = max(attempts[attempt].phase, .trying)
        guard index.status > 100 else { return }
        let status = UInt16(index.status)
        let body = MessageBody(index, bytes, instead: arrival.body)
        note(attempt, status, hasMedia: body != nil, &turn)
        guard let tag = Dialog.address(.to, index, bytes)?.tag, !tag.isEmpty,
            let pair = earlyPair(attempt, tag, index, bytes, &turn)
        else { return relay(status, tag: caller.dialog.localTag, nil, &turn) }
        let passed = try? body?.filtered(pairs[pair].callee.media, pairs[pair].caller.media)
        guard let sequence = Self.reliableSequence(index, bytes) else {
            return relayUnconfirmed(status, pair, passed, &turn)
        }
        let before = pairs[pair].callee.reliableSequence
        guard before == 0 || sequence == before &+ 1 else { return }
        if let passed { pairs[pair].early = passed }
        if invitation?.supportsReliable ?? false {
            // The next one is only due when this one is confirmed; until then its copies come again.
            guard pairs[pair].reliable == nil else { return }
            pairs[pair].callee.reliableSequence = sequence
            sendReliable(status, pair, passed, calleeSequence: sequence, client.sequence, &turn)
        } else {
            pairs[pair].callee.reliableSequence = sequence
            confirm(pair, sequence, client.sequence, &turn)
            relay(status, tag: pairs[pair].caller.dialog.localTag, passed, &turn)
        }
    }

    private mutating func note(_ attempt: Int, _ status: UInt16, hasMedia: Bool, _ turn: inout Turn) {
        let phase: LegPhase = hasMedia ? .earlyMedia : .ringing
        if attempts[attempt].phase < .ringing {
            if let ringing = attempts[attempt].leg.ringing { attempts[attempt].ringingBy = turn.now + ringing }
            turn.effects.append(.report(.ringing(leg: attempts[attempt].number, status: status)))
        }
        attempts[attempt].phase = max(attempts[attempt].phase, phase)
    }

    /// RSeq of a response that Requires 100rel.
    private static func reliableSequence(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> UInt32? {
        guard index.optionTags(in: .require, bytes).contains(.reliable), let value = index.first(.rseq) else {
            return nil
        }
        return decimal(bytes, value)
    }

    private mutating func relayUnconfirmed(
        _ status: UInt16, _ pair: Int, _ body: MessageBody?, _ turn: inout Turn
    ) {
        guard invitation?.requiresReliable ?? false else {
            return relay(status, tag: pairs[pair].caller.dialog.localTag, body, &turn)
        }
        guard pairs[pair].reliable == nil else { return }
        sendReliable(status, pair, body, calleeSequence: nil, 0, &turn)
    }

    private mutating func relay(_ status: UInt16, tag: [UInt8], _ body: MessageBody?, _ turn: inout Turn) {
        guard let first = firstInvite else { return }
        respond(
            servers[first].number, status, tag: tag, headers: contactLine(caller.dialog) + abilities, body: body, &turn)
    }

    private mutating func sendReliable(
        _ status: UInt16, _ pair: Int, _ body: MessageBody?, calleeSequence: UInt32?, _ calleeInvite: UInt32,
        _ turn: inout Turn
    ) {
        guard let first = firstInvite else { return }
        pairs[pair].caller.reliableSequence += 1
        let sequence = pairs[pair].caller.reliableSequence
        let headers =
            contactLine(caller.dialog) + abilities + Self.line(.require, "100rel") + Self.line(.rseq, String(sequence))
        respond(
            servers[first].number, status, tag: pairs[pair].caller.dialog.localTag, headers: headers, body: body, &turn)
        pairs[pair].reliable = ReliableResponse(
            sequence: sequence, bytes: servers[first].response,
            repetition: AnswerRepetition(timers: terms.policy.timers, isCapped: false, at: turn.now),
            calleeSequence: calleeSequence, calleeInvite: calleeInvite, hasDescription: body != nil)
    }

    /// PRACK of our own, where the caller does not know reliable responses.
    private mutating func confirm(_ pair: Int, _ sequence: UInt32, _ invite: UInt32, _ turn: inout Turn) {
        let place = Place(pair: pairs[pair].number, side: .callee)
        sendRequest(.prack, at: place, .prack, headers: Self.line(.rack, "\(sequence) \(invite) INVITE"), &turn)
    }

    /// The pair of an early dialog, which the first response with its tag makes.
    mutating func earlyPair(
        _ attempt: Int, _ tag: [UInt8], _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) -> Int? {
        let number = attempts[attempt].number
        if let known = pairs.firstIndex(where: { $0.attempt == number && $0.callee.dialog.remoteTag == tag }) {
            refreshCallee(known, index, bytes, &turn)
            return known
        }
        guard index.status >= 200 || pairs.count(where: { $0.attempt == number }) < terms.policy.dialogs,
            let name = nextName()
        else { return nil }
        let leg = attempts[attempt].leg
        var callee = Leg(
            id: number, dialog: dialog(of: attempts[attempt]), media: leg.isRelayed ? .open : leg.media,
            timerTerms: leg.timer, isLocated: leg.isLocated,
            credentials: leg.credentials)
        callee.dialog.remoteTag = tag
        callee.dialog.localSequence = clients.filter { $0.purpose == .invitation(number) }.map(\.sequence).max() ?? 1
        var caller = caller
        caller.dialog.localTag = CallName.tag(id, name, terms.key)
        if leg.isRelayed { caller.media = .open }
        pairs.append(Pair(number: name, attempt: number, caller: caller, callee: callee))
        refreshCallee(pairs.count - 1, index, bytes, &turn)
        return pairs.count - 1
    }

    /// Takes route set and target from a response to the INVITE (RFC 3261 sections 12.1.2 and 13.2.2.4).
    private mutating func refreshCallee(
        _ pair: Int, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) {
        let before = pairs[pair].callee.dialog.nextHop
        let routes = Dialog.routes(index, bytes, isClient: true)
        if index.has(.contact) { pairs[pair].callee.dialog.routes = routes }
        _ = pairs[pair].callee.dialog.refreshTarget(index, bytes)
        if index.has(.allow) { pairs[pair].callee.allowsUpdate = Self.allows("update", index, bytes) }
        if pairs[pair].callee.dialog.nextHop != before { pairs[pair].callee.followNextHop(terms, &turn) }
    }

    /// The caller's PRACK: confirmed here, and passed on where the callee waits for it.
    mutating func receivePRACK(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, server number: UInt32, _ pair: Int,
        _ turn: inout Turn
    ) {
        guard let value = index.first(.rack), let acknowledged = Self.acknowledged(value, bytes),
            acknowledged.request == caller.dialog.remoteSequence
        else { return respond(number, 481, &turn) }
        guard let reliable = pairs[pair].reliable, acknowledged.response == reliable.sequence else {
            // It crossed the 2xx, which nothing had to wait for (RFC 3262 section 3).
            let isCrossing =
                pairs[pair].isConfirmed && 1...pairs[pair].caller.reliableSequence ~= acknowledged.response
            return respond(number, isCrossing ? 200 : 481, &turn)
        }
        pairs[pair].reliable = nil
        if let sequence = reliable.calleeSequence, let server = server(number) {
            let body = MessageBody(index, bytes, instead: arrival.body)
            relay(
                server, at: pair, to: .callee, body,
                headers: Self.line(.rack, "\(sequence) \(reliable.calleeInvite) INVITE"), &turn)
        } else {
            respond(number, 200, &turn)
        }
        if let answer = pairs[pair].answer {
            pairs[pair].answer = nil
            answerCaller(pair, answer, &turn)
        }
    }

    /// `response-num CSeq-num Method` (RFC 3262 section 7.2).
    private static func acknowledged(_ value: ByteRange, _ bytes: Span<UInt8>) -> (response: UInt32, request: UInt32)? {
        let words = bytes.array(value).split { $0 == 0x20 || $0 == 0x09 }.map { Array($0) }
        guard words.count == 3, words[2] == Array("INVITE".utf8) else { return nil }
        let (response, request) = (words[0], words[1])
        guard let response = decimal(response.span, ByteRange(0, response.count)),
            let request = decimal(request.span, ByteRange(0, request.count))
        else { return nil }
        return (response, request)
    }

    /// A reliable response was not confirmed in time: the INVITE is refused (RFC 3262 section 3).
    mutating func repeatReliable(_ pair: Int, _ turn: inout Turn) {
        guard var reliable = pairs[pair].reliable else { return }
        let steps = reliable.repetition.receiveDeadline(at: turn.now)
        pairs[pair].reliable = reliable
        if steps.contains(.resend), let first = firstInvite {
            turn.effects.append(.send(reliable.bytes, servers[first].replies, leg: 0))
        }
        if steps.contains(.timeOut) {
            pairs[pair].reliable = nil
            end(.ordered(504), &turn)
        }
    }
}
