import SIPMessage

/// One registration of ours at somebody else's server: it never gives up, never hurries, and never has two requests
/// under way (RFC 3261 section 10.2).
///
/// A machine without clock, socket or random source: the inputs say what happened, the effects what is to be done.
/// It keeps no message: what is sent again is made again from the same numbers. Times are milliseconds since 1970 on a
/// clock that runs on the uptime.
package struct Registration: Sendable {
    /// Names the registration in branches; unique in the process.
    package let id: UInt64
    let terms: RegistrationTerms
    package internal(set) var settings: RegistrationSettings
    /// Adopted as soon as the binding of the present ones is given up.
    var pending: RegistrationSettings?

    package internal(set) var state = RegistrationState.unregistered
    package internal(set) var history = RegistrationHistory()
    /// Of the last try: the registrar's, 408 for no answer, 503 for a failure below SIP; 0 before the first.
    package internal(set) var code: UInt16 = 0
    var intent = Intent.rest
    var phase = Phase.resting
    var purpose = Purpose.register

    var callIDHigh: UInt64
    var callIDLow: UInt64
    var sequence: SequenceNumbers
    var wwwChallenge: DigestChallenge?
    var proxyChallenge: DigestChallenge?

    /// The lease: when it ends (0 without one), and the contact that it is for as we sent it.
    var leaseEnd: Int64 = 0
    var granted: UInt32 = 0
    var leaseContact: [UInt8] = []
    /// A contact of ours that the registrar may still list beside the present one.
    var leftover: [UInt8] = []
    /// Until when the registrar may list a contact of ours, answered or not.
    var boundUntil: Int64 = 0
    var listedContact: [UInt8] = []
    var serviceRoute: [UInt8] = []
    var lastSuccess: Int64 = 0
    var refreshAt: Int64 = 0

    var targets: [Target] = []
    /// The target that took the registration, and the one in use.
    var held: Int8 = -1
    var current: Int8 = -1
    /// Of the present try, one bit a target.
    var tried: UInt8 = 0
    /// Counts lookups, so that a late answer to an earlier one is told.
    var lookup: UInt32 = 0
    /// Where a 3xx sent us; empty without. It stands for the Request-URI too unless it names a proxy (305).
    var redirect: [UInt8] = []
    var redirectsToProxy = false

    /// When the phase began, and what it waits for: the next retransmission, or the next try.
    package internal(set) var since: Int64 = 0
    var wakeAt: Int64 = 0
    var interval: Int64 = 0
    /// Until when a departure may take; 0 without limit.
    var leaveBy: Int64 = 0
    var budget = Budget()
    var retryAfter: Int64 = 0
    /// Seconds; what a 423 taught us.
    var minimumExpires: UInt32 = 0
    var attempts: UInt32 = 0
    /// Failures of one kind in a row, which the waits grow with.
    var streak: UInt32 = 0
    package internal(set) var reason: [UInt8] = []

    /// `resuming` is what the last run stored, already on this run's clock; `epoch` is the owner's, 0 without a cluster.
    package init(
        id: UInt64, settings: RegistrationSettings, terms: RegistrationTerms, resuming lease: RegistrationLease? = nil,
        epoch: UInt32 = 0
    ) {
        self.id = id
        self.settings = settings
        self.terms = terms
        if let lease, let sequence = SequenceNumbers(above: lease.sequenceCeiling, epoch: epoch) {
            (callIDHigh, callIDLow, self.sequence) = (lease.callIDHigh, lease.callIDLow, sequence)
        } else {
            let count = UInt64(lease?.sequenceCeiling ?? 0)
            callIDHigh = terms.key.word(.callID, id, count)
            callIDLow = terms.key.word(.callIDTail, id, count)
            sequence = SequenceNumbers(epoch: epoch)
        }
        guard let lease, lease.granted > 0, lease.identity == settings.identity else { return }
        (leaseEnd, boundUntil, granted) = (lease.expiresAt, lease.expiresAt, lease.granted)
        (leaseContact, serviceRoute, refreshAt) = (lease.contact, lease.serviceRoute, lease.refreshAt)
        lastSuccess = lease.registeredAt
        if let target = lease.target { (targets, held) = ([target], 0) }
    }

    enum Intent: UInt8 {
        case rest, register, freeze, remove
    }

    enum Phase: UInt8 {
        /// Nothing to do until an input says so.
        case resting
        case waiting, resolving, queued, transacting
        case ended
    }

    enum Purpose: UInt8 {
        case register
        /// Gives up the binding.
        case depart
        /// Gives up a contact that the present one has replaced.
        case tidy
    }

    /// What one try has done so far, so that no registrar can keep it going.
    struct Budget: Sendable {
        var challenges: UInt8 = 0
        var redirections: UInt8 = 0
        var briefIntervals: UInt8 = 0
        /// The challenge in use was made within this try: refused again, it is the credential that is wrong.
        var wwwIsFresh = false
        var proxyIsFresh = false
    }
}

extension Registration {
    package enum Input: Sendable {
        /// It is wanted: at the start, after a thaw, when its user signs in.
        case start
        /// The settings as they are now; the same ones do nothing.
        case settings(RegistrationSettings)
        /// It is not wanted: the binding is given up.
        case leave(Departure)
        /// The process stops: the lease is kept and nothing is sent any more.
        case stop
        /// An operator wants a try at once.
        case retry
        /// What a lookup found, best first; empty is a failure, with what people are told of it.
        case targets([Target], lookup: UInt32, reason: String = "Name Not Resolved")
        case permitted
        /// A send failed, a connection ended, or nobody is let through to that address now.
        case transportFailed(SourceAddress, reason: String = "Transport Failed")
        case deadline
        /// The clock was set by so many milliseconds.
        case clockMoved(by: Int64)
    }

    package enum Departure: Sendable {
        case rest, freeze, remove
    }

    package enum Effect: Sendable, Equatable {
        /// Find targets for this URI (RFC 3263) and answer with `targets` and the same number.
        case resolve([UInt8], lookup: UInt32)
        /// Answer with `permitted` when the pacer allows a request there; who has the earliest `due` goes first.
        case queue(Target, due: Int64)
        /// The permit is not wanted any more.
        case withdraw
        case send([UInt8], Target)
        /// Keep this for the next start; before a `send` of the same turn, write it first.
        case store(RegistrationLease)
        /// How it stands has changed: state, code and reason.
        case changed(RegistrationState, code: UInt16, reason: [UInt8])
        /// Removed, and nothing is left to do.
        case ended
    }

    /// What one input leads to.
    struct Turn {
        let now: Int64
        var effects: [Effect] = []
    }

    /// Takes what happened; the effects are to be carried out in order. `deadline` may have changed.
    package mutating func receive(_ input: Input, at now: Int64) -> [Effect] {
        var turn = Turn(now: now)
        guard phase != .ended else { return [] }
        switch input {
        case .start: start(&turn)
        case .settings(let new): adopt(new, &turn)
        case .leave(let departure): leave(departure, &turn)
        case .stop: stop(&turn)
        case .retry: retry(&turn)
        case .targets(let found, let number, let reason): resolved(found, number, reason, &turn)
        case .permitted: if phase == .queued { beginTransaction(&turn) }
        case .transportFailed(let address, let reason): transportFailed(address, reason, &turn)
        case .deadline: reachDeadline(&turn)
        case .clockMoved(let distance): moveClock(by: distance)
        }
        return turn.effects
    }

    /// When `deadline` is to be received; nil while there is nothing to wait for.
    package var deadline: Int64? {
        var earliest = Int64.max
        switch phase {
        case .ended, .resting: return nil
        case .waiting: earliest = wakeAt
        case .resolving: earliest = since + terms.policy.resolutionTimeout
        case .queued: break
        case .transacting: earliest = min(wakeAt, since + terms.policy.transactionTimeout)
        }
        if leaveBy > 0 { earliest = min(earliest, leaveBy) }
        if state == .registered { earliest = min(earliest, leaseEnd) }
        if phase == .queued, purpose == .depart { earliest = min(earliest, boundUntil) }
        return earliest == .max ? nil : earliest
    }

    /// A lookup, a wait for the pacer or a transaction is under way.
    package var isInProgress: Bool { phase == .resolving || phase == .queued || phase == .transacting }
    package var isQueued: Bool { phase == .queued }
    package var isTransacting: Bool { phase == .transacting }
    /// Whether a registrar may list us, as far as is known here.
    package var isBound: Bool { boundUntil > 0 || state == .unregistering }

    package var status: RegistrationStatus {
        let isWaiting = phase == .waiting
        return RegistrationStatus(
            state: state, isInProgress: isInProgress, code: code,
            reason: String(decoding: reason, as: UTF8.self), lastSuccess: lastSuccess > 0 ? lastSuccess : nil,
            granted: leaseEnd > 0 ? granted : nil, expiresAt: leaseEnd > 0 ? leaseEnd : nil,
            nextActionAt: isWaiting ? wakeAt : nil, attempts: attempts, target: currentTarget ?? heldTarget,
            contact: leaseEnd > 0
                ? String(decoding: listedContact.isEmpty ? leaseContact : listedContact, as: UTF8.self) : nil,
            serviceRoute: serviceRoute)
    }

    /// What the next start needs.
    package var lease: RegistrationLease {
        RegistrationLease(
            callIDHigh: callIDHigh, callIDLow: callIDLow, sequenceCeiling: sequence.ceiling,
            identity: settings.identity, granted: leaseEnd > 0 ? granted : 0, expiresAt: leaseEnd,
            refreshAt: refreshAt, registeredAt: lastSuccess, contact: leaseContact, serviceRoute: serviceRoute,
            target: heldTarget)
    }

    package var currentTarget: Target? { targets.indices.contains(Int(current)) ? targets[Int(current)] : nil }
    /// Where the registration is held, or was last.
    package var heldTarget: Target? { targets.indices.contains(Int(held)) ? targets[Int(held)] : nil }

    func holdsLease(at now: Int64) -> Bool { leaseEnd > now }

    /// Notes how things stand; says so where it is new.
    mutating func note(_ new: RegistrationState, _ turn: inout Turn) {
        state = new
        if history.note(new, code, at: turn.now) {
            turn.effects.append(.changed(new, code: code, reason: reason))
        }
    }

    private mutating func moveClock(by distance: Int64) {
        since += distance
        wakeAt += distance
        refreshAt += distance
        if leaseEnd > 0 { leaseEnd += distance }
        if boundUntil > 0 { boundUntil += distance }
        if leaveBy > 0 { leaveBy += distance }
        if lastSuccess > 0 { lastSuccess += distance }
        if retryAfter > 0 { retryAfter += distance }
    }
}
