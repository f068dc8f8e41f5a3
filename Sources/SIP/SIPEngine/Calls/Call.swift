package import SIPMessage

/// One call: a dialog with who called and one with who is called, joined message by message (RFC 7092 section 3.1.3).
///
/// A machine without clock, socket or random source: the inputs say what happened, the effects what is to be done. It
/// knows nothing of users, carriers or money: who may call whom, where and how is asked with `.route` and answered with
/// `.legs` or `.refuse`. Times are milliseconds on a clock that
/// is never set.
package struct Call: Sendable {
    /// Names the call in our tags and branches: `CallName`.
    package let id: UInt64
    let terms: CallTerms
    package internal(set) var phase = Phase.routing
    /// INVITE, or MESSAGE: one message to whoever takes it (RFC 3428), over before there is a dialog.
    let method: Method
    /// Where the caller's side is treated as the owner says.
    let incoming: IncomingLeg
    var invitation: Invitation?
    /// The caller's side as every pair begins with it.
    var caller: Leg
    var attempts: [Attempt] = []
    var pairs: [Pair] = []
    var clients: [ClientExchange] = []
    var servers: [ServerExchange] = []

    /// How many requests, tags and attempts there were.
    var requests: UInt32 = 0
    var names: UInt8 = 0
    var attemptsMade: UInt8 = 0
    /// The mark of the request that began the call: in our branches.
    var loopMark: UInt32 = 0
    /// When the owner must have said where to, when it must be answered, and when it must be over.
    var routeBy: Int64
    var answerBy: Int64
    var endBy = Int64.max
    /// Why the best of the targets failed, and how far it came.
    var failure: (cause: CallCause, phase: LegPhase)?
    var cause: CallCause?
    var transfer: Transfer?
    /// Whether a start after a crash would know it.
    var isKept = false

    package enum Phase: UInt8, Sendable {
        /// The owner is asked where to.
        case routing
        case trying
        case answered
        /// What is left are byes and their answers.
        case ending
        case ended
    }

    package enum Input: Sendable {
        /// What the caller may negotiate, once the owner knows; before the first `.legs`.
        case caller(MediaFilter)
        /// The answer to `.route` or `.refer`: all of them are tried at once; none is the end of the search.
        case legs([OutgoingLeg])
        /// The answer to `.route`, or the end of the call at any other time: a status and, for a 503, seconds of Retry-After.
        case refuse(UInt16, retryAfter: UInt32 = 0)
        /// The answer to `.refer` where it is refused, with a status.
        case refuseReferral(UInt16)
        /// The answer to `.locate`: requests on that leg go there from now on.
        case located(leg: UInt8, uri: [UInt8], Target)
        /// A send on that leg failed or its connection ended.
        case transportFailed(SourceAddress)
        case deadline
    }

    package enum Effect: Sendable, Equatable {
        /// A leg is 0 for the one who called, else the number that `.trying` named.
        case send([UInt8], Target, leg: UInt8)
        /// Where to now? Answer with `.legs`, or with `.refuse` to one that is not answered. `after` is why the last ones
        /// failed; nil asks for the first.
        case route(after: CallCause?)
        /// A leg wants the other one to be called there (RFC 3515). Answer with `.legs` or `.refuseReferral`.
        case refer(leg: UInt8, to: [UInt8])
        /// Whoever is called there says where to call instead (RFC 3261 section 8.1.3.4); `.route` follows once all of the round have
        /// answered.
        case moved(leg: UInt8, to: [UInt8])
        /// Find a target for this URI and answer with `.located`; no answer leaves it where it is.
        case locate(leg: UInt8, uri: [UInt8])
        case report(Event)
        /// Keep this for the next start; before a `send` of the same turn, write it first.
        case store(CallRecord)
        /// The record is not needed any more.
        case erase
        /// All is done: forget the call.
        case released
    }

    /// What a call record is made of, each exactly once a leg or call, but for `ringing`.
    package enum Event: Sendable, Equatable {
        /// A target is tried; legs are numbered from 1 in the order of the `OutgoingLeg`s.
        case trying(leg: UInt8)
        case ringing(leg: UInt8, status: UInt16)
        case answered(leg: UInt8)
        /// The leg takes no place any more: its slot is free.
        case legEnded(leg: UInt8, cause: CallCause, phase: LegPhase)
        /// A referral was carried out, or came to nothing.
        case transferred(Bool)
        case ended(CallCause)
    }

    /// What one input leads to.
    struct Turn {
        let now: Int64
        var effects: [Effect] = []
    }

    /// Where a message came from, and what stands for its session description.
    package struct Arrival: Sendable {
        package let source: SourceAddress
        package let body: Replacement?

        /// What a media relay made of a session description.
        package enum Replacement: Sendable, Equatable {
            case description([UInt8])
            /// It cannot be passed on.
            case refused(MediaRefusal)
        }

        package init(source: SourceAddress, body: Replacement? = nil) {
            self.source = source
            self.body = body
        }
    }

    /// Takes what happened; the effects are to be carried out in order. `deadline` may have changed.
    package mutating func receive(_ input: Input, at now: Int64) -> [Effect] {
        var turn = Turn(now: now)
        switch input {
        case .caller(let media): if phase == .routing { caller.media = media }
        case .legs(let legs): if phase == .routing { take(legs, &turn) } else { tryReferral(legs, &turn) }
        case .refuse(let status, let retryAfter):
            end(.ordered(status), &turn, headers: retryAfter > 0 ? Self.line(.retryAfter, String(retryAfter)) : [])
        case .refuseReferral(let status): refuseReferral(status, &turn)
        case .located(let leg, let uri, let target): located(leg, uri, target)
        case .transportFailed(let address): transportFailed(address, &turn)
        case .deadline: reachDeadline(&turn)
        }
        settle(&turn)
        return turn.effects
    }

    /// Takes a message that `CallName` says is this call's and that passed `MessageIndex.check`; one that is not is ignored.
    package mutating func receive(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, at now: Int64
    ) -> [Effect] {
        var turn = Turn(now: now)
        if index.isRequest {
            receiveRequest(index, bytes, arrival, &turn)
        } else {
            receiveResponse(index, bytes, arrival, &turn)
        }
        settle(&turn)
        return turn.effects
    }

    /// When `deadline` is to be received; nil while there is nothing to wait for.
    package var deadline: Int64? {
        var earliest = endBy
        switch phase {
        case .routing: earliest = min(routeBy, answerBy)
        case .trying: earliest = min(earliest, answerBy)
        case .answered, .ending, .ended: break
        }
        for attempt in attempts { earliest = min(earliest, attempt.deadline) }
        for client in clients { earliest = min(earliest, client.deadline ?? .max) }
        for server in servers { earliest = min(earliest, server.deadline ?? .max) }
        for pair in pairs {
            earliest = min(earliest, pair.reliable?.repetition.deadline ?? .max)
            guard phase == .answered else { continue }
            earliest = min(earliest, pair.caller.timer.deadline ?? .max, pair.callee.timer.deadline ?? .max)
            earliest = min(earliest, pair.caller.offerAt, pair.callee.offerAt)
        }
        return earliest == .max ? nil : earliest
    }

    /// Drops what is done; says once that nothing is left to say to the ends, and once that nothing is left at all.
    private mutating func settle(_ turn: inout Turn) {
        clients.removeAll { $0.deadline == nil && !$0.isOpen }
        servers.removeAll { $0.isOver }
        if phase == .ending || phase == .ended { attempts = [] }
        // Whoever goes on sending to a call that is over does not keep it.
        if phase == .ending, turn.now >= endBy { (clients, servers, pairs) = ([], [], []) }
        guard phase == .ending, pairs.allSatisfy({ $0.caller.isOver && $0.callee.isOver }) else { return }
        // What only waits for copies, half a minute long, is no work for the next start.
        if isKept, !clients.contains(where: \.isOpen) {
            isKept = false
            turn.effects.append(.erase)
        }
        guard clients.isEmpty, servers.isEmpty else { return }
        (phase, endBy) = (.ended, .max)
        pairs = []
        turn.effects.append(.released)
    }

    var isLive: Bool { phase != .ending && phase != .ended }

    // MARK: Finding parts

    func pair(_ number: UInt8) -> Int? { pairs.firstIndex { $0.number == number } }

    /// The pair that is up.
    var confirmed: Int? { pairs.firstIndex { $0.isConfirmed } }

    /// A CANCEL has the number of its INVITE.
    func client(_ number: UInt32, _ method: Method) -> Int? {
        clients.firstIndex { $0.number == number && $0.method == method }
    }

    func server(_ number: UInt32) -> Int? { servers.firstIndex { $0.number == number } }

    func attempt(_ number: UInt8) -> Int? { attempts.firstIndex { $0.number == number } }

    /// The INVITE or MESSAGE that began the call.
    var firstInvite: Int? { servers.firstIndex { $0.method == method && $0.place == nil } }

    mutating func nextNumber() -> UInt32 {
        requests += 1
        return requests
    }

    /// A new tag of ours; nil when there were too many.
    mutating func nextName() -> UInt8? {
        guard names < 250 else { return nil }
        names += 1
        return names
    }

    private mutating func located(_ leg: UInt8, _ uri: [UInt8], _ target: Target) {
        if caller.id == leg, caller.dialog.nextHop == uri { caller.dialog.move(to: target) }
        for place in pairs.indices {
            for side in Side.allCases where pairs[place][side].id == leg && pairs[place][side].dialog.nextHop == uri {
                pairs[place][side].dialog.move(to: target)
            }
        }
    }
}
