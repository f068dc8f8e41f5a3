package import SIPMessage

/// The caller's INVITE.
extension Call {
    /// Our extensions: what a Require may ask for.
    static let extensions: OptionTags = [.reliable, .timer, .fromChange, .noReferSubscription]

    /// Begins a call with an INVITE, or carries a MESSAGE, without a tag in its To, which `MessageIndex.check` has let through and whose sender the
    /// owner knows. One that cannot be carried out is refused by the call itself; it is `ending` then.
    package static func begin(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, id: UInt64, terms: CallTerms,
        incoming: IncomingLeg, at now: Int64
    ) -> (call: Call, effects: [Effect])? {
        guard index.isRequest, index.method == .invite || index.method == .message,
            let from = Dialog.address(.from, index, bytes),
            let to = Dialog.address(.to, index, bytes), to.tag.isEmpty, let callID = index.first(.callID),
            callID.count <= 512, let line = index.first(.cSeq), let cSeq = CSeqValue(bytes, line)
        else { return nil }
        let dialog = Dialog(
            callID: bytes.array(callID), localTag: CallName.tag(id, 0, terms.key), remoteTag: from.tag,
            localAddress: to.text, remoteAddress: from.text, remoteTarget: Dialog.contact(index, bytes) ?? [],
            routes: Dialog.routes(index, bytes, isClient: false), contactUser: incoming.contactUser, localSequence: 0,
            remoteSequence: cSeq.number, peer: Target(address: arrival.source, serverName: ""))
        var call = Call(id: id, method: index.method, terms: terms, incoming: incoming, dialog: dialog, at: now)
        var turn = Turn(now: now)
        call.begin(index, bytes, arrival, cSeq.number, &turn)
        return (call, turn.effects)
    }

    init(
        id: UInt64, method: Method = .invite, terms: CallTerms, incoming: IncomingLeg, dialog: Dialog, at now: Int64
    ) {
        self.id = id
        self.method = method
        self.terms = terms
        self.incoming = incoming
        caller = Leg(
            id: 0, dialog: dialog, media: incoming.media, timerTerms: incoming.timer, isLocated: incoming.isLocated,
            credentials: nil)
        if caller.dialog.contactUser.isEmpty { caller.dialog.contactUser = Self.user(of: id) }
        routeBy = now + terms.policy.routing
        answerBy = now + (method == .invite ? terms.policy.ringing : terms.policy.timers.lifetime)
    }

    static func user(of id: UInt64) -> [UInt8] {
        var text = ShortText()
        text.append(hexWord: id)
        return text.array
    }

    private mutating func begin(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, _ sequence: UInt32,
        _ turn: inout Turn
    ) {
        caller.allowsUpdate = Self.allows("update", index, bytes)
        var server = newServer(index, bytes, arrival, method, sequence, place: nil)
        server.hasOffer = !index.body.isEmpty
        servers.append(server)
        invitation = readInvitation(index, bytes, arrival)
        if let refusal = refusal(index, bytes) {
            return end(.ordered(refusal.status), &turn, headers: refusal.headers)
        }
        if method == .invite {
            respond(server.number, 100, &turn)
            caller.followNextHop(terms, &turn)
        }
        turn.effects.append(.route(after: nil))
    }

    /// What RFC 3261 sections 8.2 and 16.3 have us refuse before anybody is asked.
    private func refusal(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>
    ) -> (status: UInt16, headers: [UInt8])? {
        if case .refuse(let status, _) = index.checkForwarding(bytes) { return (status, []) }
        if isLoop(index, bytes) { return (482, []) }
        if case .refuse = index.checkExtensions(Self.extensions, bytes) {
            var writer = MessageWriter(capacity: 128)
            writer.unsupported(Self.extensions, in: index, bytes)
            return (420, writer.array)
        }
        guard method == .invite else { return nil }
        guard !caller.dialog.remoteTarget.isEmpty else { return (400, []) }
        if !index.body.isEmpty {
            if case .refuse = index.checkContent("application/sdp", bytes),
                incoming.media != .open || !isMultipart(index, bytes)
            {
                return (415, Self.line(.accept, "application/sdp"))
            }
        }
        if invitation?.timer == .tooSmall { return (422, Self.line(.minSE, String(incoming.timer.minimum))) }
        return nil
    }

    private func isMultipart(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        guard let type = index.first(.contentType) else { return false }
        return bytes.array(type).map(folded).starts(with: Array("multipart/".utf8))
    }

    private mutating func readInvitation(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival
    ) -> Invitation {
        var invitation = Invitation()
        invitation.body = MessageBody(index, bytes, instead: arrival.body)
        var writer = MessageWriter(capacity: 256)
        for name in [HeaderName.identity, .diversion, .historyInfo] { writer.copy(name, from: index, bytes) }
        if index.has(.identity) { writer.copy(.date, from: index, bytes) }
        invitation.passed = writer.count <= 8192 ? writer.array : []
        let hops = index.first(.maxForwards).flatMap { decimal(bytes, $0) } ?? UInt32(terms.policy.maxForwards)
        invitation.maxForwards = min(Int(hops), terms.policy.maxForwards) - 1
        let required = index.optionTags(in: .require, bytes)
        let supported = index.optionTags(in: .supported, bytes).union(required)
        invitation.supportsReliable = supported.contains(.reliable)
        invitation.requiresReliable = required.contains(.reliable)
        invitation.timer = Self.timerAnswer(index, bytes, incoming.timer)
        let uri = bytes.array(index.requestURI)
        loopMark = UInt32(truncatingIfNeeded: terms.key.word(.callLoop, of: [uri]))
        return invitation
    }

    static func timerAnswer(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ terms: SessionTimerTerms
    ) -> SessionTimerTerms.Answer {
        let supported = index.optionTags(in: .supported, bytes).union(index.optionTags(in: .require, bytes))
        return terms.answer(
            SessionExpires(index, bytes), minimum: index.first(.minSE).flatMap { bytes.leadingSeconds($0) } ?? 0,
            supportsTimer: supported.contains(.timer))
    }

    /// A Via of ours in it that was written for the same Request-URI (RFC 3261 section 16.3 step 4).
    private func isLoop(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        var vias = HeaderValues(.via)
        while let value = vias.next(index, bytes) {
            guard let via = ViaValue(bytes, value) else { continue }
            if CallName.loopMark(ofBranch: via.branch, bytes) == loopMark { return true }
        }
        return false
    }

    /// Whether Allow lists the method; `method` is written in small letters.
    static func allows(_ method: StaticString, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        var values = HeaderValues(.allow)
        while let value = values.next(index, bytes) {
            if bytes.folds(value, method) { return true }
        }
        return false
    }

    mutating func newServer(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, _ method: Method,
        _ sequence: UInt32, place: Place?
    ) -> ServerExchange {
        let isReliable = arrival.source.transport != .udp
        let timers = terms.policy.timers
        return ServerExchange(
            number: nextNumber(), method: method, sequence: sequence, fingerprint: fingerprint(index, bytes),
            place: place, head: ResponseHead(index, bytes, from: arrival.source), source: arrival.source,
            replies: Target(address: arrival.source.forReplies(to: index, bytes), serverName: ""),
            machine: method == .invite
                ? .invite(InviteServerTransaction(isReliable: isReliable, timers: timers))
                : .other(ServerTransaction(isReliable: isReliable, timers: timers)))
    }

    /// What an INVITE, its copies, its CANCEL and the ACK to its failure have in common (RFC 3261 section 17.2.3).
    func fingerprint(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> UInt64 {
        var vias = HeaderValues(.via)
        guard let value = vias.next(index, bytes), let via = ViaValue(bytes, value) else { return 0 }
        let port = (via.port ?? 0).bigEndianBytes
        return terms.key.word(.callSource, of: [bytes.array(via.branch), bytes.array(via.host), port])
    }
}
