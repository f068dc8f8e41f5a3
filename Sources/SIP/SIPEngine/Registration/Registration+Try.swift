/// One try: a lookup, then the targets one after the other, each with the pacer's permit.
extension Registration {
    mutating func begin(_ purpose: Purpose, _ turn: inout Turn) {
        self.purpose = purpose
        budget = Budget()
        retryAfter = 0
        if purpose == .register, state == .unregistered || state == .frozen || state == .unregistering {
            (code, reason) = (0, [])
            note(.registering, &turn)
        }
        lookUp(&turn)
    }

    /// Asks for the targets of the next hop: where a 3xx sent us, else the outbound proxy, else the registrar.
    func nextHop() -> [UInt8] {
        if !redirect.isEmpty { return redirect }
        return settings.outboundProxy.isEmpty ? settings.registrar : settings.outboundProxy
    }

    mutating func lookUp(_ turn: inout Turn) {
        tried = 0
        current = -1
        lookup &+= 1
        phase = .resolving
        since = turn.now
        turn.effects.append(.resolve(nextHop(), lookup: lookup))
    }

    mutating func resolved(_ found: [Target], _ number: UInt32, _ reason: String, _ turn: inout Turn) {
        guard phase == .resolving, number == lookup else { return }
        if !found.isEmpty {
            let last = heldTarget
            targets =
                found.count <= min(terms.policy.targets, 8) ? found : Array(found.prefix(min(terms.policy.targets, 8)))
            held = Int8(last.flatMap { targets.firstIndex(of: $0) } ?? -1)
            if let last, held < 0, holdsLease(at: turn.now) { hold(last) }
        }
        // Names that cannot be looked up now do not make the addresses wrong that were found before.
        guard !targets.isEmpty else { return fail(503, reason, &turn) }
        tryNext(&turn)
    }

    /// Keeps the way over a lease at a target that is named no more, and is not asked this time.
    private mutating func hold(_ target: Target) {
        if targets.count == 8 { targets.removeLast() }
        held = Int8(targets.count)
        tried |= 1 << UInt8(held)
        targets.append(target)
    }

    /// The target that took the registration, then the others in their order.
    mutating func tryNext(_ turn: inout Turn) {
        let order = (held >= 0 ? [Int(held)] : []) + Array(targets.indices)
        for place in order where tried & (1 << UInt8(place)) == 0 {
            tried |= 1 << UInt8(place)
            guard !contact(for: targets[place]).isEmpty else { continue }
            current = Int8(place)
            // Another server need not know the nonces of the last one.
            (budget.challenges, budget.wwwIsFresh, budget.proxyIsFresh) = (0, false, false)
            phase = .queued
            let due = holdsLease(at: turn.now) ? leaseEnd : turn.now + terms.policy.firstGrace
            return turn.effects.append(.queue(targets[place], due: due))
        }
        if current < 0 { (code, reason) = (503, Array("No Listener For Any Target".utf8)) }
        exhaust(&turn)
    }

    /// A failure of this target that may pass.
    mutating func fail(_ code: UInt16, _ reason: String, _ turn: inout Turn) {
        if purpose == .register { (self.code, self.reason) = (code, Array(reason.utf8)) }
        failTarget(&turn)
    }

    mutating func failTarget(_ turn: inout Turn) {
        guard !isUnsettled || purpose == .depart else { return depart(&turn) }
        if targets.isEmpty { exhaust(&turn) } else { tryNext(&turn) }
    }

    /// No target is left: waits, longer each time.
    private mutating func exhaust(_ turn: inout Turn) {
        let policy = terms.policy
        switch purpose {
        case .depart: return finishDeparture(&turn)
        case .tidy: return finishTidying(&turn)
        case .register: break
        }
        redirect = []
        if state == .rejected { streak = 0 }
        count()
        let isHeld = holdsLease(at: turn.now)
        note(isHeld ? .registered : .retrying, &turn)
        // Retry-After wins, whether it is sooner or later, but nobody makes us hurry.
        let delay = backoff(policy.retryBase, policy.retryLimit)
        wait(until: retryAfter > 0 ? max(turn.now + policy.retryBase, retryAfter) : turn.now + delay)
        conclude(&turn)
    }

    /// The registrar will not have it: what is wrong must be changed, and until then it is asked rarely.
    mutating func reject(_ turn: inout Turn) {
        switch purpose {
        case .depart: return finishDeparture(&turn)
        case .tidy: return finishTidying(&turn)
        case .register: break
        }
        redirect = []
        (wwwChallenge, proxyChallenge) = (nil, nil)
        if state != .rejected { streak = 0 }
        count()
        note(.rejected, &turn)
        let delay = backoff(terms.policy.rejectedBase, terms.policy.rejectedLimit)
        wait(until: max(turn.now + delay, retryAfter))
        conclude(&turn)
    }

    /// The leftover contact is gone, or will run out by itself.
    mutating func finishTidying(_ turn: inout Turn) {
        leftover = []
        wait(until: refreshAt)
        conclude(&turn)
    }

    mutating func wait(until time: Int64) {
        phase = .waiting
        wakeAt = time
    }

    /// After the end of a try: what was asked for meanwhile goes first.
    mutating func conclude(_ turn: inout Turn) {
        if isUnsettled { depart(&turn) }
    }

    private mutating func count() {
        if attempts < .max { attempts += 1 }
        if streak < .max { streak += 1 }
    }

    /// `base` doubled for each failure in a row, at most `limit`; a random 50 to 100 % of it (as RFC 5626 section 4.5).
    private func backoff(_ base: Int64, _ limit: Int64) -> Int64 {
        let longest = min(limit, base << Int64(min(streak &- 1, 30)))
        return terms.key.number(in: longest / 2...longest, .backoff, id, UInt64(sequence.last) << 32 | UInt64(attempts))
    }
}
