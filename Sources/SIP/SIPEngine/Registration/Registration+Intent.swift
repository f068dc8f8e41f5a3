/// What the owner wants of a registration.
extension Registration {
    mutating func start(_ turn: inout Turn) {
        guard intent != .register else { return }
        let wasResting = phase == .resting
        intent = .register
        // One that is on its way out goes first: its end starts this one.
        guard wasResting else {
            if purpose != .depart, pending == nil { leaveBy = 0 }
            return
        }
        guard holdsLease(at: turn.now) else { return begin(.register, &turn) }
        // Only a lease that was resumed is live here, and no clock makes it longer than it was granted.
        let longest = turn.now + Int64(granted) * 1000
        leaseEnd = min(leaseEnd, longest)
        boundUntil = leaseEnd
        (code, reason) = (200, [])
        note(.registered, &turn)
        let isReachable = heldTarget.map { contact(for: $0) == leaseContact } ?? false
        wait(until: isReachable ? min(max(refreshAt, turn.now), longest) : turn.now)
    }

    mutating func adopt(_ new: RegistrationSettings, _ turn: inout Turn) {
        guard !new.isSame(as: pending ?? settings) else { return }
        pending = new
        if phase == .resting { return adoptPending() }
        interrupt(&turn)
    }

    mutating func leave(_ departure: Departure, _ turn: inout Turn) {
        let new: Intent =
            switch departure {
            case .rest: .rest
            case .freeze: .freeze
            case .remove: .remove
            }
        guard intent != .remove else { return }
        intent = new
        // Already on the way out, or nothing to leave: only what it is called afterwards is another.
        if purpose == .depart, phase != .resting, phase != .waiting { return }
        interrupt(&turn)
    }

    mutating func stop(_ turn: inout Turn) {
        if phase == .queued { turn.effects.append(.withdraw) }
        phase = .resting
        intent = .rest
        leaveBy = 0
        lookup &+= 1
        adoptPending()
        turn.effects.append(.store(lease))
    }

    mutating func retry(_ turn: inout Turn) {
        guard phase == .waiting, intent == .register else { return }
        streak = 0
        begin(.register, &turn)
    }

    /// Makes room for what is wanted now. A request under way gets a moment to be answered, since the next must not
    /// be sent before (RFC 3261 section 10.2); everything else ends at once.
    private mutating func interrupt(_ turn: inout Turn) {
        if phase == .transacting {
            // From the first wish on: who keeps changing his mind does not put it off.
            if purpose != .depart, leaveBy == 0 { leaveBy = turn.now + terms.policy.changeLimit }
            return
        }
        if phase == .queued { turn.effects.append(.withdraw) }
        depart(&turn)
    }

    /// Whether something else than the present registration is wanted.
    var isUnsettled: Bool { pending != nil || intent != .register }

    /// Gives up what the registrar may list, where it is to be given up, and goes on to what is wanted.
    mutating func depart(_ turn: inout Turn) {
        leaveBy = 0
        let isKept = intent == .register && pending.map { $0.hasSameBinding(as: settings) } ?? true
        // A REGISTER that was never answered may have bound us: worth a try where we leave, no delay where we move.
        let isBound = intent == .register ? holdsLease(at: turn.now) : boundUntil > turn.now
        guard !isKept, isBound else { return settle(&turn) }
        if intent != .register { note(.unregistering, &turn) }
        begin(.depart, &turn)
    }

    /// The registrar lists nothing of ours any more, or nothing that can be helped.
    mutating func finishDeparture(_ turn: inout Turn) {
        dropLease()
        settle(&turn)
    }

    /// Goes on to what is wanted, now that nothing is in the way.
    private mutating func settle(_ turn: inout Turn) {
        leaveBy = 0
        adoptPending()
        guard intent != .register else { return begin(.register, &turn) }
        phase = .resting
        dropLease()
        (attempts, streak, code, reason) = (0, 0, 0, [])
        switch intent {
        case .freeze: note(.frozen, &turn)
        case .rest, .register: note(.unregistered, &turn)
        case .remove:
            note(.removed, &turn)
            phase = .ended
            return turn.effects.append(.ended)
        }
        turn.effects.append(.store(lease))
    }

    /// Takes the new settings and forgets what was learnt under the old ones.
    private mutating func adoptPending() {
        guard let new = pending else { return }
        pending = nil
        if !new.hasSameBinding(as: settings) { dropLease() }
        if !new.hasSameRoute(as: settings) { (targets, held, current, redirect) = ([], -1, -1, []) }
        (wwwChallenge, proxyChallenge, minimumExpires, attempts, streak) = (nil, nil, 0, 0, 0)
        settings = new
    }

    private mutating func dropLease() {
        (leaseEnd, boundUntil, granted, refreshAt) = (0, 0, 0, 0)
        (leaseContact, leftover, listedContact, serviceRoute) = ([], [], [], [])
    }
}
