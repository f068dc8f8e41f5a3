import SIPMessage

/// Requests of either end.
extension Call {
    mutating func receiveRequest(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, _ turn: inout Turn
    ) {
        guard let line = index.first(.cSeq), let cSeq = CSeqValue(bytes, line) else { return }
        let method = index.method
        if method == .ack { return receiveACK(index, bytes, arrival, cSeq.number, &turn) }
        let print = fingerprint(index, bytes)
        if let copy = servers.first(where: {
            $0.fingerprint == print && $0.method == method && $0.sequence == cSeq.number
        }) {
            if copy.receiveCopy().contains(.resend), let place = server(copy.number) { send(response: place, &turn) }
            return
        }
        guard makeRoom(for: method) else { return }
        let place = place(of: index, bytes)
        var server = newServer(index, bytes, arrival, method, cSeq.number, place: place)
        let hops = index.first(.maxForwards).flatMap { decimal(bytes, $0) } ?? UInt32(terms.policy.maxForwards)
        server.maxForwards = min(Int(hops), terms.policy.maxForwards) - 1
        server.hasOffer = !index.body.isEmpty
        servers.append(server)
        if method == .cancel { return receiveCancel(print, cSeq.number, server.number, &turn) }
        guard let place, let pair = pair(place.pair) else {
            // The INVITE of this call by another way (RFC 3261 section 8.2.2.2), or nothing of ours.
            let isMerged = method == .invite && Dialog.address(.to, index, bytes)?.tag.isEmpty ?? false
            return respond(server.number, isMerged ? 482 : 481, &turn)
        }
        guard pairs[pair][place.side].dialog.accepts(sequence: cSeq.number) else {
            return respond(server.number, 500, headers: Self.line(.retryAfter, "1"), &turn)
        }
        if method == .bye { return receiveBye(place, server.number, &turn) }
        guard isLive, !pairs[pair][place.side].isOver else { return respond(server.number, 481, &turn) }
        guard hops > 0 else { return respond(server.number, 483, &turn) }
        if case .refuse = index.checkExtensions(Self.extensions, bytes) {
            var writer = MessageWriter(capacity: 128)
            writer.unsupported(Self.extensions, in: index, bytes)
            return respond(server.number, 420, headers: writer.array, &turn)
        }
        carry(index, bytes, arrival, server: server.number, at: place, pair, &turn)
    }

    /// Whether another request can be under way; what was answered longest ago is not known again if it comes once more.
    private mutating func makeRoom(for method: Method) -> Bool {
        let isEnding = method == .bye || method == .cancel
        guard isEnding || servers.count(where: \.isOpen) < terms.policy.exchanges else { return false }
        guard servers.count >= terms.policy.remembered else { return true }
        guard let oldest = servers.firstIndex(where: { $0.method != .invite && !$0.isOpen }) else { return false }
        servers.remove(at: oldest)
        return true
    }

    private mutating func carry(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ arrival: Arrival, server number: UInt32,
        at place: Place, _ pair: Int, _ turn: inout Turn
    ) {
        guard let server = server(number) else { return }
        let body = MessageBody(index, bytes, instead: arrival.body)
        switch index.method {
        case .invite: receiveOffer(index, bytes, body, server, at: place, pair, &turn)
        case .update: receiveUpdate(index, bytes, body, server, at: place, pair, &turn)
        case .prack:
            guard place.side == .caller else { return respond(number, 481, &turn) }
            receivePRACK(index, bytes, arrival, server: number, pair, &turn)
        case .info, .message:
            relay(server, at: pair, to: place.side.other, body, headers: Self.infoPackage(index, bytes), &turn)
        case .options:
            respond(number, 200, headers: abilities + Self.line(.accept, "application/sdp"), &turn)
        case .refer: receiveReferral(index, bytes, server: number, at: place, &turn)
        default:
            respond(number, 405, headers: abilities, &turn)
        }
    }

    /// Info-Package (RFC 6086), which has no name of its own here.
    private static func infoPackage(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> [UInt8] {
        var writer = MessageWriter(capacity: 128)
        for line in 0..<index.headerCount {
            let header = index.header(line)
            guard header.name == .other, bytes.folds(header.nameRange, "info-package") else { continue }
            writer.append("Info-Package: ")
            writer.append(bytes, header.value)
            writer.endLine()
        }
        writer.copy(.contentDisposition, from: index, bytes)
        return writer.array
    }

    /// The dialog by both tags.
    func place(of index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Place? {
        guard let local = Dialog.address(.to, index, bytes)?.tag, let remote = Dialog.address(.from, index, bytes)?.tag,
            !local.isEmpty
        else { return nil }
        for pair in pairs {
            for side in Side.allCases {
                let dialog = pair[side].dialog
                if dialog.localTag == local, dialog.remoteTag == remote { return Place(pair: pair.number, side: side) }
            }
        }
        return nil
    }

    // MARK: Offers

    /// A re-INVITE (RFC 3261 section 14.2).
    private mutating func receiveOffer(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ body: MessageBody?, _ server: Int, at place: Place,
        _ pair: Int, _ turn: inout Turn
    ) {
        let number = servers[server].number
        if hasOpenOffer(of: place, besides: number) { return refuseForNow(number, 500, &turn) }
        guard pairs[pair].isConfirmed, !isInGlare(place) else { return respond(number, 491, &turn) }
        guard takeTimer(index, bytes, server, at: place, pair, &turn) else { return }
        respond(number, 100, &turn)
        refreshTarget(index, bytes, place, from: servers[server].source, &turn)
        passOffer(server, at: place, pair, body, &turn)
    }

    /// UPDATE (RFC 3311 section 5.2); one without an offer refreshes the session and ends here.
    private mutating func receiveUpdate(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ body: MessageBody?, _ server: Int, at place: Place,
        _ pair: Int, _ turn: inout Turn
    ) {
        let number = servers[server].number
        if body != nil {
            if hasOpenOffer(of: place, besides: number) { return refuseForNow(number, 500, &turn) }
            if isInGlare(place) { return respond(number, 491, &turn) }
        }
        guard takeTimer(index, bytes, server, at: place, pair, &turn) else { return }
        refreshTarget(index, bytes, place, from: servers[server].source, &turn)
        guard body != nil else {
            let headers = answerHeaders(servers[server], pair, place.side, &turn)
            return respond(number, 200, headers: headers, &turn)
        }
        passOffer(server, at: place, pair, body, &turn)
    }

    private mutating func passOffer(
        _ server: Int, at place: Place, _ pair: Int, _ body: MessageBody?, _ turn: inout Turn
    ) {
        let other = pairs[pair][place.side.other]
        let headers = contactLine(other.dialog) + abilities + timerHeaders(other)
        relay(server, at: pair, to: place.side.other, body, headers: headers, &turn)
    }

    private func isInGlare(_ place: Place) -> Bool {
        isNegotiating(place) || isNegotiating(Place(pair: place.pair, side: place.side.other))
    }

    /// An offer of that end is not answered yet.
    private func hasOpenOffer(of place: Place, besides number: UInt32) -> Bool {
        servers.contains {
            $0.place == place && $0.number != number && $0.isOpen
                && ($0.method == .invite || $0.method == .update && $0.hasOffer)
        }
    }

    /// With a Retry-After of up to ten seconds (RFC 3261 section 14.2).
    private mutating func refuseForNow(_ number: UInt32, _ status: UInt16, _ turn: inout Turn) {
        let seconds = terms.key.number(in: 0...10, .callSource, id, UInt64(number))
        respond(number, status, headers: Self.line(.retryAfter, String(seconds)), &turn)
    }

    /// Notes what the 2xx will say of the session timer; false where it was refused with a 422.
    private mutating func takeTimer(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ server: Int, at place: Place, _ pair: Int,
        _ turn: inout Turn
    ) -> Bool {
        let terms = pairs[pair][place.side].timerTerms
        servers[server].timer = Self.timerAnswer(index, bytes, terms)
        guard servers[server].timer == .tooSmall else { return true }
        respond(servers[server].number, 422, headers: Self.line(.minSE, String(terms.minimum)), &turn)
        return false
    }

    // MARK: Passing on

    /// Sends the same request to the other end; its answer comes back by `passBack`.
    mutating func relay(
        _ server: Int, at pair: Int, to side: Side, _ body: MessageBody?, headers: [UInt8], _ turn: inout Turn
    ) {
        let exchange = servers[server]
        let place = Place(pair: pairs[pair].number, side: side)
        guard !pairs[pair][side].isOver else { return respond(exchange.number, 481, &turn) }
        guard clients.count(where: { $0.place == place && $0.isOpen }) < terms.policy.exchanges else {
            return refuseForNow(exchange.number, 500, &turn)
        }
        let passed: MessageBody?
        do throws(MediaRefusal) {
            let isOffer = exchange.method == .invite || exchange.method == .update || exchange.method == .prack
            passed = isOffer ? try body?.filtered(pairs[pair][side.other].media, pairs[pair][side].media) : body
        } catch {
            return respond(exchange.number, 488, &turn)
        }
        sendRequest(
            exchange.method, at: place, .relay(server: exchange.number),
            headers: headers, body: passed, maxForwards: exchange.maxForwards, &turn)
    }
}
