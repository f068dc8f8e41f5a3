package import SIPMessage

/// The non-INVITE client transaction (RFC 3261 section 17.1.2), one at a time.
extension Registration {
    /// Sends a new request to the present target: a new CSeq and with it a new branch.
    mutating func beginTransaction(_ turn: inout Turn) {
        guard let target = currentTarget else { return }
        if sequence.isSpent { renewCallID() }
        _ = sequence.next()
        wwwChallenge?.use()
        proxyChallenge?.use()
        phase = .transacting
        since = turn.now
        interval = terms.policy.t1
        wakeAt = target.address.transport == .udp ? turn.now + interval : .max
        switch purpose {
        case .register: boundUntil = max(boundUntil, turn.now + Int64(askedExpires) * 1000)
        case .depart:
            if leaveBy == 0 {
                let limit = intent == .register ? terms.policy.changeLimit : terms.policy.departureLimit
                leaveBy = turn.now + limit
            }
        case .tidy: break
        }
        if sequence.reserveMore() { turn.effects.append(.store(lease)) }
        send(to: target, &turn)
    }

    private mutating func send(to target: Target, _ turn: inout Turn) {
        guard let request = request(to: target) else {
            if purpose == .register { (code, reason) = (401, Array("No Password".utf8)) }
            return reject(&turn)
        }
        turn.effects.append(.send(request, target))
    }

    /// Seconds.
    var askedExpires: UInt32 { max(settings.expires, minimumExpires) }

    private mutating func renewCallID() {
        callIDHigh = terms.key.word(.callID, id, callIDHigh)
        callIDLow = terms.key.word(.callIDTail, id, callIDLow)
        sequence = SequenceNumbers(epoch: 0)
    }

    mutating func reachDeadline(_ turn: inout Turn) {
        if state == .registered, !holdsLease(at: turn.now) {
            reason = Array("Lease Ended".utf8)
            note(.retrying, &turn)
        }
        if leaveBy > 0, turn.now >= leaveBy {
            if phase == .queued { turn.effects.append(.withdraw) }
            return purpose == .depart ? finishDeparture(&turn) : abandon(&turn)
        }
        switch phase {
        case .resting, .ended: break
        case .waiting: if turn.now >= wakeAt { begin(.register, &turn) }
        case .resolving:
            if turn.now >= since + terms.policy.resolutionTimeout { resolved([], lookup, "Name Not Resolved", &turn) }
        case .queued:
            if purpose == .depart, turn.now >= boundUntil {
                turn.effects.append(.withdraw)
                finishDeparture(&turn)
            }
        case .transacting: reachTransactionDeadline(&turn)
        }
    }

    private mutating func reachTransactionDeadline(_ turn: inout Turn) {
        if turn.now >= since + terms.policy.transactionTimeout { return fail(408, "No Answer", &turn) }
        guard turn.now >= wakeAt, let target = currentTarget else { return }
        interval = min(interval * 2, terms.policy.t2)
        wakeAt = turn.now + interval
        send(to: target, &turn)
    }

    /// Whether the request under way has waited for its answer as long as one may (Timer F).
    package func isUnanswered(at now: Int64) -> Bool {
        phase == .transacting && now >= since + terms.policy.transactionTimeout
    }

    /// Whether it waits for a better moment to try that address again.
    package func isPutOff(by address: SourceAddress, at now: Int64) -> Bool {
        phase == .waiting && attempts > 0 && state != .rejected && retryAfter <= now
            && targets.contains { $0.address == address }
    }

    /// Something else is wanted, and the request under way had its moment.
    private mutating func abandon(_ turn: inout Turn) {
        if purpose == .register { (code, reason) = (408, Array("No Answer".utf8)) }
        depart(&turn)
    }

    mutating func transportFailed(_ address: SourceAddress, _ reason: String, _ turn: inout Turn) {
        if phase == .transacting || phase == .queued, currentTarget?.address == address {
            if phase == .queued { turn.effects.append(.withdraw) }
            return fail(503, reason, &turn)
        }
        // The connection that calls would come in on is gone (RFC 5626 section 4.2.1), but who closes after every
        // answer must not make us register without end.
        guard phase == .waiting, state == .registered, heldTarget?.address == address else { return }
        let spread = terms.key.number(in: 0...2000, .flow, id, UInt64(sequence.last))
        wakeAt = min(wakeAt, max(turn.now, lastSuccess + terms.policy.flowInterval) + spread)
    }

    /// Takes a response; one that does not belong to the request under way is ignored.
    package mutating func receive(
        response index: borrowing MessageIndex, _ bytes: Span<UInt8>, at now: Int64
    ) -> [Effect] {
        guard answersRequest(index, bytes) else { return [] }
        var turn = Turn(now: now)
        guard index.status >= 200 else {
            // Timer E goes on with T2 (section 17.1.2.2).
            interval = terms.policy.t2
            return []
        }
        finish(index, bytes, &turn)
        return turn.effects
    }

    /// Whether it is a response to the request under way: by the branch of the top Via and the method in CSeq (section
    /// 17.1.3), and the CSeq number for good measure.
    package func answersRequest(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        guard phase == .transacting, let line = index.first(.cSeq), let cSeq = CSeqValue(bytes, line),
            cSeq.number == sequence.last, bytes.holds(cSeq.method, "REGISTER")
        else { return false }
        return branch.isAnswered(by: index, bytes)
    }

    var branch: Branch {
        Branch(.registration, id: id, proof: terms.key.word(.branch, id, callIDLow &+ UInt64(sequence.last)))
    }
}
