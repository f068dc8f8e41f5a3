import SIPMessage

/// A body and its type.
struct MessageBody: Sendable, Equatable {
    /// The value of Content-Type.
    let type: [UInt8]
    let bytes: [UInt8]
    /// Why it cannot be passed on, where that is known already.
    var refusal: MediaRefusal?

    init(type: [UInt8], bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }

    init(sdp bytes: [UInt8]) { self.init(type: Array("application/sdp".utf8), bytes: bytes) }

    /// Nil without one. `other` stands for the message's own, as a media relay makes it.
    init?(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, instead other: Call.Arrival.Replacement?) {
        guard !index.body.isEmpty, let type = index.first(.contentType) else { return nil }
        self.type = bytes.array(type)
        switch other {
        case nil: self.bytes = bytes.array(index.body)
        case .description(let replaced): self.bytes = replaced
        case .refused(let reason): (self.bytes, refusal) = ([], reason)
        }
    }

    var isSDP: Bool {
        let name = Array("application/sdp".utf8)
        return type.count >= name.count && zip(type, name).allSatisfy { folded($0) == $1 }
            && (type.count == name.count || type[name.count] == UInt8(ascii: ";") || type[name.count] == 0x20)
    }

    /// As both filters allow it; what is no session description passes where there is nothing to filter.
    func filtered(_ first: MediaFilter, _ second: MediaFilter) throws(MediaRefusal) -> MessageBody {
        if let refusal { throw refusal }
        guard first != .open || second != .open else { return self }
        guard isSDP else {
            guard first.encryption != .required, second.encryption != .required else { throw .notEncrypted }
            return self
        }
        var bytes = bytes
        for filter in [first, second] where filter != .open {
            let description: SessionDescription
            do throws(SDPFault) { description = try SessionDescription(bytes) } catch { throw .noCodec }
            bytes = try description.filtered(by: filter)
        }
        return MessageBody(type: type, bytes: bytes)
    }
}

/// What one end of a call has: its dialog with us and everything that belongs to it.
struct Leg: Sendable {
    /// 0 for the one who called, else the number of the attempt that reached it.
    let id: UInt8
    var dialog: Dialog
    var media: MediaFilter
    let timerTerms: SessionTimerTerms
    /// Requests go where its Contact or Record-Route says.
    let isLocated: Bool
    let credentials: OutgoingLeg.Credentials?
    var timer = SessionTimer()
    /// It allows UPDATE (RFC 3311).
    var allowsUpdate = false
    /// What it was told last of the session, for a refresh by re-INVITE.
    var description: [UInt8] = []
    /// An offer of ours that met one of its own, when it is made again, and how often it was.
    var owedOffer: MessageBody?
    var offerAt = Int64.max
    var reoffers: UInt8 = 0
    /// A BYE was sent or received, or the dialog is known to be gone.
    var isOver = false
    /// A BYE is due as soon as the ACK is here (RFC 3261 section 15).
    var owesBye = false
    /// RSeq of the last reliable provisional response: to it for the caller, from it for the callee.
    var reliableSequence: UInt32 = 0

    /// The next hop has changed: where its word counts, requests go there from now on, at once where it is an address, else when
    /// it is found.
    mutating func followNextHop(_ terms: CallTerms, _ turn: inout Call.Turn) {
        guard isLocated else { return }
        if let target = terms.targets(dialog.nextHop) {
            dialog.move(to: target)
        } else {
            turn.effects.append(.locate(leg: id, uri: dialog.nextHop))
        }
    }
}

/// A dialog with the callee and its twin with the caller: one for each early dialog that forking brings, and one in
/// the end.
struct Pair: Sendable {
    let number: UInt8
    let attempt: UInt8
    var caller: Leg
    var callee: Leg
    var isConfirmed = false
    /// The description in a reliable provisional response: the answer, which the 2xx need not repeat (RFC 3262 section 5).
    var early: MessageBody?
    /// A reliable provisional response that the caller has not confirmed.
    var reliable: ReliableResponse?
    /// The callee's 2xx came while one was not confirmed (RFC 3262 section 3).
    var answer: MessageBody??

    subscript(side: Side) -> Leg {
        get { side == .caller ? caller : callee }
        set { if side == .caller { caller = newValue } else { callee = newValue } }
    }
}

enum Side: UInt8, Sendable, Equatable, CaseIterable {
    case caller, callee

    var other: Side { self == .caller ? .callee : .caller }
}

/// Which dialog a request belongs to.
struct Place: Sendable, Equatable {
    let pair: UInt8
    let side: Side
}

struct ReliableResponse: Sendable {
    let sequence: UInt32
    let bytes: [UInt8]
    var repetition: AnswerRepetition
    /// What the callee numbered it, where the PRACK is to go on to it.
    let calleeSequence: UInt32?
    let calleeInvite: UInt32
    let hasDescription: Bool
}

/// One target of the call, until it is over.
struct Attempt: Sendable {
    let number: UInt8
    let leg: OutgoingLeg
    /// The number of our tag in its present try.
    var name: UInt8
    /// Which of the leg's targets.
    var target = 0
    var phase = LegPhase.silent
    var challenges: UInt8 = 0
    var hasRaisedTimer = false
    var tryingBy: Int64
    var ringingBy = Int64.max
    var cause: CallCause?

    /// Whoever is there is somewhere else: others may reach it.
    var hasMoved: Bool { if case .answered(300..<400)? = cause { true } else { false } }

    var deadline: Int64 { cause != nil ? .max : min(phase == .silent ? tryingBy : .max, ringingBy) }
}

/// What the caller's INVITE said, until it is answered.
struct Invitation: Sendable {
    var body: MessageBody?
    /// Header lines that pass as they are.
    var passed: [UInt8] = []
    var maxForwards = 70
    var supportsReliable = false
    var requiresReliable = false
    var timer = SessionTimerTerms.Answer.none
    var loopMark: UInt32 = 0
}
