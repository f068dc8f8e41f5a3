import SIPMessage

/// The legs towards who is called: forked and in sequence.
extension Call {
    /// Legs of one call towards who is called; more are not tried.
    package static let mostAttempts: UInt8 = 200

    mutating func take(_ legs: [OutgoingLeg], _ turn: inout Turn) {
        attempts.removeAll { $0.cause != nil }
        guard !legs.isEmpty else { return giveUp(&turn) }
        phase = .trying
        for number in start(legs, &turn) {
            guard phase == .trying, let place = attempt(number), attempts[place].cause == nil else { continue }
            invite(place, &turn)
        }
        conclude(&turn)
    }

    /// Notes the legs as attempts and says so; their INVITEs are still to be sent.
    mutating func start(_ legs: [OutgoingLeg], _ turn: inout Turn) -> [UInt8] {
        var numbers: [UInt8] = []
        if legs.contains(where: \.isAgain) {
            failure = nil
            transfer?.failure = nil
        }
        for leg in legs {
            guard attemptsMade < Self.mostAttempts, let name = nextName() else { break }
            attemptsMade += 1
            attempts.append(
                Attempt(
                    number: attemptsMade, leg: leg, name: name, tryingBy: tryingBy(from: turn.now)))
            numbers.append(attemptsMade)
            turn.effects.append(.report(.trying(leg: attemptsMade)))
        }
        return numbers
    }

    /// Only an INVITE is answered with a 100 at once.
    private func tryingBy(from now: Int64) -> Int64 { method == .invite ? now + terms.policy.trying : .max }

    /// The dialog that an attempt asks for: nobody has answered yet.
    func dialog(of attempt: Attempt) -> Dialog {
        let leg = attempt.leg
        return Dialog(
            callID: CallName.callID(id, attempt.name, terms.key), localTag: CallName.tag(id, attempt.name, terms.key),
            remoteTag: [], localAddress: leg.from, remoteAddress: leg.to, remoteTarget: leg.requestURI,
            routes: leg.routes, contactUser: leg.contactUser.isEmpty ? Self.user(of: id) : leg.contactUser,
            localSequence: 1, remoteSequence: 0, peer: leg.targets[attempt.target])
    }

    /// Sends the INVITE, or the MESSAGE, of an attempt to its present target.
    mutating func invite(_ place: Int, _ turn: inout Turn) {
        let attempt = attempts[place]
        let leg = attempt.leg
        guard leg.isWritable else { return fail(attempt.number, .unwritable, &turn) }
        if let refusal = leg.refusal { return fail(attempt.number, .media(refusal), &turn) }
        var body: MessageBody?
        do throws(MediaRefusal) {
            if method != .invite {
                body = invitation?.body
            } else if let offer = leg.offer {
                body = try MessageBody(sdp: offer).filtered(.open, leg.isRelayed ? .open : leg.media)
            } else {
                body = try (transferOffer ?? invitation?.body)?.filtered(caller.media, leg.media)
            }
        } catch {
            return fail(attempt.number, .media(error), &turn)
        }
        let number = nextNumber()
        let dialog = dialog(of: attempt)
        let session = method == .invite ? sessionHeaders(leg, dialog, hasOffer: body != nil) : []
        let bytes = request(
            method, dialog, number, sequence: 1, maxForwards: invitation?.maxForwards,
            headers: session + identityHeaders(leg), body: body)
        follow(
            method, bytes, number, sequence: 1, leg: attempt.number, place: nil, .invitation(attempt.number),
            to: dialog.peer, hasOffer: body != nil, &turn)
        clients[clients.count - 1].isLocated = leg.isLocated
    }

    private func sessionHeaders(_ leg: OutgoingLeg, _ dialog: Dialog, hasOffer: Bool) -> [UInt8] {
        var writer = MessageWriter(capacity: 512)
        writer.append(contactLine(dialog))
        writer.append(abilities)
        // A reliable response with an offer in it can only be confirmed by the caller itself.
        let isReliable = hasOffer || invitation?.supportsReliable ?? false
        writer.header(.supported, isReliable ? "100rel, timer" : "timer")
        if leg.timer.wish > 0 {
            writer.header(.sessionExpires, decimal: Int(max(leg.timer.wish, leg.timer.minimum)))
            writer.header(.minSE, decimal: Int(leg.timer.minimum))
        }
        return writer.array
    }

    private func identityHeaders(_ leg: OutgoingLeg) -> [UInt8] {
        var writer = MessageWriter(capacity: 256)
        if !leg.assertedIdentity.isEmpty { writer.header(.pAssertedIdentity, leg.assertedIdentity) }
        if !leg.privacy.isEmpty { writer.header(.privacy, leg.privacy) }
        if !leg.remotePartyID.isEmpty { writer.header(.remotePartyID, leg.remotePartyID) }
        if !leg.replaces.isEmpty { writer.header(.replaces, leg.replaces) }
        if let passed = invitation?.passed { writer.append(passed) }
        return writer.array
    }

    // MARK: Failing

    /// An attempt is over: its leg's next target, or the end of the leg.
    mutating func fail(_ number: UInt8, _ cause: CallCause, _ turn: inout Turn) {
        guard let place = attempt(number), attempts[place].cause == nil else { return }
        if Self.isOfTarget(cause), attempts[place].phase <= .trying,
            attempts[place].target + 1 < attempts[place].leg.targets.count, let name = nextName()
        {
            attempts[place].target += 1
            (attempts[place].name, attempts[place].phase) = (name, .silent)
            attempts[place].tryingBy = tryingBy(from: turn.now)
            return invite(place, &turn)
        }
        attempts[place].cause = cause
        let phase = attempts[place].phase
        pairs.removeAll { $0.attempt == number && !$0.isConfirmed }
        turn.effects.append(.report(.legEnded(leg: number, cause: cause, phase: phase)))
        if failure.map({ Failover.isBetter(cause, than: $0.cause) }) ?? true { failure = (cause, phase) }
        if isTransferring(number) { return failTransfer(&turn) }
        guard self.phase == .trying else { return }
        if case .answered(let status) = cause, status >= 600 {
            return end(cause, &turn)
        }
        conclude(&turn)
    }

    /// Whether the same leg may be reached at another address (RFC 3263 section 4.3).
    private static func isOfTarget(_ cause: CallCause) -> Bool {
        switch cause {
        case .silent, .unreachable, .answered(503): true
        default: false
        }
    }

    /// Where every attempt of the round is over: the next target, or the end.
    mutating func conclude(_ turn: inout Turn) {
        guard phase == .trying, attempts.allSatisfy({ $0.cause != nil }) else { return }
        var round: (cause: CallCause, phase: LegPhase)?
        for attempt in attempts {
            guard let cause = attempt.cause else { continue }
            if round.map({ Failover.isBetter(cause, than: $0.cause) }) ?? true { round = (cause, attempt.phase) }
        }
        let furthest = attempts.map(\.phase).max() ?? .silent
        guard let round,
            attempts.contains(where: { $0.leg.hasNext || $0.hasMoved })
                || Failover.triesNext(after: round.cause, in: furthest)
        else { return giveUp(&turn) }
        phase = .routing
        routeBy = turn.now + terms.policy.routing
        turn.effects.append(.route(after: round.cause))
    }

    private mutating func giveUp(_ turn: inout Turn) {
        end(failure?.cause ?? .ordered(480), &turn)
    }

    /// Nobody waits for this attempt any more.
    mutating func cancel(_ number: UInt8, _ cause: CallCause, _ turn: inout Turn) {
        for place in clients.indices where clients[place].purpose == .invitation(number) && clients[place].isOpen {
            abandon(place, cause, &turn)
        }
    }

    /// CANCEL as soon as it may be sent (RFC 3261 section 9.1).
    private mutating func abandon(_ place: Int, _ cause: CallCause, _ turn: inout Turn) {
        clients[place].isUnwanted = true
        if clients[place].isProceeding { sendCancel(place, cause, &turn) }
    }

    mutating func sendCancel(_ place: Int, _ cause: CallCause, _ turn: inout Turn) {
        let client = clients[place]
        guard !client.isCancelled, client.isOpen else { return }
        clients[place].isCancelled = true
        clients[place].expire(by: turn.now + terms.policy.timers.lifetime)
        let bytes = Self.derived(.cancel, from: client.request, to: nil, headers: Self.line(.reason, cause.reason))
        follow(
            .cancel, bytes, client.number, sequence: client.sequence, leg: client.leg, place: client.place, .quiet,
            to: client.target, hasOffer: false, &turn)
    }

    mutating func transportFailed(_ address: SourceAddress, _ turn: inout Turn) {
        for client in clients where client.target.address == address && client.isOpen {
            guard let place = self.client(client.number, client.method), clients[place].isOpen else { continue }
            let failed = clients.remove(at: place)
            timedOut(failed, status: 503, &turn)
        }
    }
}
