import SIPMessage

/// The ends of a call.
extension Call {
    /// Ends the call at both ends, however far it is; the first cause stays.
    mutating func end(_ cause: CallCause, _ turn: inout Turn, headers: [UInt8] = []) {
        guard isLive else { return }
        self.cause = cause
        phase = .ending
        endBy = turn.now + 4 * terms.policy.timers.lifetime
        let warning = cause.warning.map { Self.line(.warning, $0) } ?? []
        let isUnanswered = refuseOpen(cause, headers + warning, &turn)
        for attempt in attempts where attempt.cause == nil {
            let isConfirmed = pairs.contains { $0.isConfirmed && $0.attempt == attempt.number }
            guard !isConfirmed else { continue }
            turn.effects.append(.report(.legEnded(leg: attempt.number, cause: cause, phase: attempt.phase)))
        }
        for place in clients.indices {
            guard case .invitation = clients[place].purpose, clients[place].isOpen else { continue }
            clients[place].isUnwanted = true
            if clients[place].isProceeding { sendCancel(place, cause, &turn) }
        }
        pairs.removeAll { !$0.isConfirmed }
        for place in pairs.indices {
            pairs[place].reliable = nil
            if isUnanswered { pairs[place].caller.isOver = true }
            for side in Side.allCases where pairs[place][side].id != 0 {
                turn.effects.append(
                    .report(.legEnded(leg: pairs[place][side].id, cause: cause, phase: .ringing)))
            }
            let number = pairs[place].number
            for side in Side.allCases { hangUp(Place(pair: number, side: side), cause, &turn) }
        }
        (invitation, transfer) = (nil, nil)
        turn.effects.append(.report(.ended(cause)))
    }

    /// Answers everything that waits for an answer; whether the INVITE that began the call did.
    private mutating func refuseOpen(_ cause: CallCause, _ headers: [UInt8], _ turn: inout Turn) -> Bool {
        var isUnanswered = false
        for server in servers where server.isOpen {
            if server.method == method, server.place == nil {
                isUnanswered = true
                respond(server.number, cause.status, headers: headers, &turn)
            } else if server.method != .cancel, server.method != .bye {
                respond(server.number, server.method == .invite ? 487 : 481, &turn)
            }
        }
        return isUnanswered
    }

    /// BYE to one end: not before its ACK is here or is given up (RFC 3261 section 15), nor before ours is sent.
    mutating func hangUp(_ place: Place, _ cause: CallCause, _ turn: inout Turn) {
        guard let pair = pair(place.pair), !pairs[pair][place.side].isOver else { return }
        if servers.contains(where: { $0.place == place && $0.repetition != nil }) {
            pairs[pair][place.side].owesBye = true
            return
        }
        for client in clients.indices
        where clients[client].place == place && clients[client].hasAnswered && clients[client].method == .invite
            && clients[client].acknowledgements.isEmpty
        {
            acknowledge(client, pairs[pair][place.side].dialog, nil, &turn)
        }
        pairs[pair][place.side].isOver = true
        sendRequest(.bye, at: place, .bye, headers: Self.line(.reason, cause.reason), &turn)
    }

    mutating func receiveBye(_ place: Place, _ number: UInt32, _ turn: inout Turn) {
        guard let pair = pair(place.pair) else { return }
        respond(number, 200, &turn)
        guard pairs[pair].isConfirmed || place.side == .caller, !letReferrerGo(place, &turn) else { return }
        pairs[pair][place.side].isOver = true
        // Who says goodbye does not say ACK any more.
        for server in servers.indices where servers[server].place == place { servers[server].repetition = nil }
        end(pairs[pair].isConfirmed ? .hungUp(byCaller: place.side == .caller) : .cancelled, &turn)
    }

    mutating func receiveCancel(_ print: UInt64, _ sequence: UInt32, _ number: UInt32, _ turn: inout Turn) {
        guard
            let invite = servers.first(where: {
                $0.method == .invite && $0.fingerprint == print && $0.sequence == sequence
            })
        else { return respond(number, 481, &turn) }
        respond(number, 200, &turn)
        guard invite.isOpen else { return }
        guard invite.place != nil else { return end(.cancelled, &turn) }
        // A re-INVITE: its end comes back from the other side.
        for place in clients.indices where clients[place].purpose == .relay(server: invite.number) {
            clients[place].isUnwanted = true
            if clients[place].isProceeding { sendCancel(place, .cancelled, &turn) }
        }
    }

    // MARK: Time

    mutating func reachDeadline(_ turn: inout Turn) {
        reachServerDeadlines(&turn)
        reachClientDeadlines(&turn)
        for attempt in attempts where attempt.deadline <= turn.now {
            let cause: CallCause = attempt.phase == .silent ? .silent : .unanswered
            cancel(attempt.number, cause, &turn)
            fail(attempt.number, cause, &turn)
        }
        for number in pairs.map(\.number) {
            guard let place = pair(number) else { continue }
            if pairs[place].reliable.map({ $0.repetition.deadline <= turn.now }) ?? false {
                repeatReliable(place, &turn)
            }
        }
        if phase == .routing, turn.now >= routeBy { end(failure?.cause ?? .ordered(500), &turn) }
        if phase == .routing || phase == .trying, turn.now >= answerBy { end(.unanswered, &turn) }
        if turn.now >= endBy { end(.tooLong, &turn) }
        if phase == .answered { reachSessionTimers(&turn) }
    }

    private mutating func reachServerDeadlines(_ turn: inout Turn) {
        for number in servers.map(\.number) {
            guard let place = server(number), let deadline = servers[place].deadline, deadline <= turn.now else {
                continue
            }
            if var repetition = servers[place].repetition {
                let steps = repetition.receiveDeadline(at: turn.now)
                servers[place].repetition = steps.contains(.end) ? nil : repetition
                if steps.contains(.resend) { send(response: place, &turn) }
                if steps.contains(.timeOut) {
                    let at = servers[place].place
                    end(.notAcknowledged, &turn)
                    if let at { payBye(at, &turn) }
                }
            }
            guard let place = server(number) else { continue }
            let steps = servers[place].receiveDeadline(at: turn.now)
            if steps.contains(.resend) { send(response: place, &turn) }
        }
    }

    private mutating func reachClientDeadlines(_ turn: inout Turn) {
        for (number, method) in clients.map({ ($0.number, $0.method) }) {
            guard let place = client(number, method), let deadline = clients[place].deadline, deadline <= turn.now
            else {
                continue
            }
            let steps = clients[place].receiveDeadline(at: turn.now)
            let client = clients[place]
            if steps.contains(.resend) { turn.effects.append(.send(client.request, client.target, leg: client.leg)) }
            if steps.contains(.end) { clients.remove(at: place) }
            if steps.contains(.timeOut) { timedOut(client, status: 408, &turn) }
        }
    }

    /// There was no answer, or the request could not be sent.
    mutating func timedOut(_ client: ClientExchange, status: UInt16, _ turn: inout Turn) {
        switch client.purpose {
        case .invitation(let number):
            if !client.isUnwanted { fail(number, status == 503 ? .unreachable : .silent, &turn) }
        case .relay(let server):
            respond(server, client.isUnwanted ? 487 : status, &turn)
            if DialogFate.isOver(408, for: client.method) { lose(client.place, 408, &turn) }
        case .refresh, .reinvite: end(.sessionOver, &turn)
        case .quiet, .bye, .prack, .notify: break
        }
    }

    private mutating func reachSessionTimers(_ turn: inout Turn) {
        guard let confirmed else { return }
        let number = pairs[confirmed].number
        for side in Side.allCases {
            guard phase == .answered, let place = pair(number) else { return }
            offerAgain(Place(pair: number, side: side), &turn)
            switch pairs[place][side].timer.receiveDeadline(at: turn.now) {
            case .nothing: break
            case .refresh: refresh(Place(pair: number, side: side), &turn)
            case .end: end(.sessionOver, &turn)
            }
        }
    }
}
