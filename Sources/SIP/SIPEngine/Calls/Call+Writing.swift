import SIPMessage

/// What is written towards either side.
extension Call {
    static let allowed: StaticString = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, MESSAGE, REFER"

    static func line(_ name: HeaderName, _ value: String) -> [UInt8] { line(name, Array(value.utf8)) }

    static func line(_ name: HeaderName, _ value: [UInt8]) -> [UInt8] {
        var writer = MessageWriter(capacity: 128)
        writer.header(name, value)
        return writer.array
    }

    /// Our Contact towards a target.
    func contactLine(_ dialog: Dialog) -> [UInt8] {
        let address = dialog.peer.address
        var writer = MessageWriter(capacity: 128)
        writer.append("Contact: <sip:")
        writer.append(dialog.contactUser)
        writer.append("@")
        writer.append(terms.names(address))
        writer.append(address.transport.uriParameter)
        writer.append(">\r\n")
        return writer.array
    }

    /// What messages that make or change a session say of us.
    var abilities: [UInt8] {
        var writer = MessageWriter(capacity: 128)
        writer.header(.allow, Self.allowed)
        return writer.array
    }

    static func line(_ expires: SessionExpires) -> [UInt8] {
        let role =
            switch expires.refresher {
            case .uac: ";refresher=uac"
            case .uas: ";refresher=uas"
            case nil: ""
            }
        return line(.sessionExpires, "\(expires.interval)\(role)")
    }

    /// Everything up to the headers that belong to the method.
    private func start(
        _ method: Method, _ dialog: Dialog, _ number: UInt32, sequence: UInt32, maxForwards: Int
    ) -> [UInt8] {
        var writer = MessageWriter(capacity: 1024)
        let (uri, route) = Dialog.path(to: dialog.remoteTarget, over: dialog.routes)
        writer.append(method.text)
        writer.append(byte: 0x20)
        writer.append(uri)
        writer.append(" SIP/2.0\r\n")
        writer.append(viaLine(number, dialog.peer))
        writer.header(.maxForwards, decimal: maxForwards)
        if !route.isEmpty { writer.header(.route, route) }
        writer.beginHeader(.from)
        writer.append(dialog.localAddress)
        writer.append(";tag=")
        writer.append(dialog.localTag)
        writer.endLine()
        writer.beginHeader(.to)
        writer.append(dialog.remoteAddress)
        if !dialog.remoteTag.isEmpty {
            writer.append(";tag=")
            writer.append(dialog.remoteTag)
        }
        writer.endLine()
        writer.header(.callID, dialog.callID)
        writer.beginHeader(.cSeq)
        writer.append(decimal: Int(sequence))
        writer.append(byte: 0x20)
        writer.append(method.text)
        writer.endLine()
        return writer.array
    }

    func viaLine(_ number: UInt32, _ target: Target) -> [UInt8] {
        var writer = MessageWriter(capacity: 128)
        let branch = CallName.branch(id, number, loopMark: loopMark, terms.key)
        writer.appendVia(to: target, from: terms.names(target.address), branch: branch.span)
        return writer.array
    }

    /// A request; `headers` are whole lines.
    func request(
        _ method: Method, _ dialog: Dialog, _ number: UInt32, sequence: UInt32, maxForwards: Int? = nil,
        headers: [UInt8] = [], body: MessageBody? = nil
    ) -> [UInt8] {
        var writer = MessageWriter(capacity: 1024)
        let hops = maxForwards ?? terms.policy.maxForwards
        writer.append(start(method, dialog, number, sequence: sequence, maxForwards: hops))
        writer.append(headers)
        if !terms.userAgent.isEmpty, method != .ack { writer.header(.userAgent, terms.userAgent) }
        writer.finish(body)
        return writer.array
    }

    /// CANCEL of a request, or ACK of its failure: what they take from it (RFC 3261 sections 9.1 and 17.1.1.3). The To of
    /// an ACK is the response's.
    static func derived(_ method: Method, from request: [UInt8], to: [UInt8]?, headers: [UInt8] = []) -> [UInt8] {
        let bytes = request.span
        var index = MessageIndex()
        guard index.admit(bytes) == .accept, let line = index.first(.cSeq), let cSeq = CSeqValue(bytes, line) else {
            return []
        }
        var writer = MessageWriter(capacity: 1024)
        writer.append(method.text)
        writer.append(byte: 0x20)
        writer.append(bytes, index.requestURI)
        writer.append(" SIP/2.0\r\n")
        for name in [HeaderName.via, .maxForwards, .route, .from] { writer.copy(name, from: index, bytes) }
        if let to { writer.header(.to, to) } else { writer.copy(.to, from: index, bytes) }
        writer.copy(.callID, from: index, bytes)
        writer.beginHeader(.cSeq)
        writer.append(decimal: Int(cSeq.number))
        writer.append(byte: 0x20)
        writer.append(method.text)
        writer.endLine()
        writer.append(headers)
        writer.finish()
        return writer.array
    }

    /// The same request once more as a new one: another branch and CSeq, and some lines in place of those with the same names.
    func renewed(
        _ request: [UInt8], _ number: UInt32, sequence: UInt32, target: Target, without names: [HeaderName],
        adding headers: [UInt8]
    ) -> [UInt8] {
        let bytes = request.span
        var index = MessageIndex()
        guard index.admit(bytes) == .accept else { return request }
        var writer = MessageWriter(capacity: request.count + 512)
        writer.append(bytes, index.methodRange)
        writer.append(byte: 0x20)
        writer.append(bytes, index.requestURI)
        writer.append(" SIP/2.0\r\n")
        writer.append(viaLine(number, target))
        for line in 0..<index.headerCount {
            let header = index.header(line)
            switch header.name {
            case .via, .contentLength: continue
            case .cSeq:
                writer.beginHeader(.cSeq)
                writer.append(decimal: Int(sequence))
                writer.append(byte: 0x20)
                writer.append(bytes, index.methodRange)
                writer.endLine()
            default:
                guard !names.contains(header.name) else { continue }
                writer.append(bytes, header.nameRange)
                writer.append(": ")
                writer.append(bytes, header.value)
                writer.endLine()
            }
        }
        writer.append(headers)
        writer.finish(body: bytes.extracting(index.body.range))
        return writer.array
    }

    // MARK: Sending

    /// Sends a response on an exchange, unless a final one was sent before.
    mutating func respond(
        _ number: UInt32, _ status: UInt16, tag: [UInt8]? = nil, headers: [UInt8] = [], body: MessageBody? = nil,
        _ turn: inout Turn
    ) {
        guard let place = server(number), servers[place].respond(status: Int(status), at: turn.now) else { return }
        var lines = headers
        if !terms.userAgent.isEmpty, status >= 200 { lines += Self.line(.server, terms.userAgent) }
        let bytes = servers[place].head.response(status, tag: tag ?? caller.dialog.localTag, headers: lines, body: body)
        servers[place].response = bytes
        if servers[place].method == .invite, 200..<300 ~= status {
            servers[place].repetition = AnswerRepetition(timers: terms.policy.timers, isCapped: true, at: turn.now)
        }
        send(response: place, &turn)
    }

    /// Sends the last response of an exchange once more.
    func send(response place: Int, _ turn: inout Turn) {
        let server = servers[place]
        guard !server.response.isEmpty else { return }
        let number = server.place.flatMap { leg(at: $0)?.id } ?? 0
        turn.effects.append(.send(server.response, server.replies, leg: number))
    }

    func leg(at place: Place) -> Leg? { pair(place.pair).map { pairs[$0][place.side] } }

    /// Sends a request that is written here and follows it.
    @discardableResult
    mutating func sendRequest(
        _ method: Method, at place: Place, _ purpose: ClientExchange.Purpose, headers: [UInt8] = [],
        body: MessageBody? = nil, maxForwards: Int? = nil, _ turn: inout Turn
    ) -> UInt32? {
        guard let pair = pair(place.pair) else { return nil }
        let number = nextNumber()
        let sequence = pairs[pair][place.side].dialog.nextSequence()
        let leg = pairs[pair][place.side]
        let bytes = request(
            method, leg.dialog, number, sequence: sequence, maxForwards: maxForwards, headers: headers, body: body)
        follow(
            method, bytes, number, sequence: sequence, leg: leg.id, place: place, purpose, to: leg.dialog.peer,
            hasOffer: body != nil, &turn)
        return number
    }

    mutating func follow(
        _ method: Method, _ bytes: [UInt8], _ number: UInt32, sequence: UInt32, leg: UInt8, place: Place?,
        _ purpose: ClientExchange.Purpose, to target: Target, hasOffer: Bool, _ turn: inout Turn
    ) {
        let isReliable = target.address.transport != .udp
        let timers = terms.policy.timers
        let machine: ClientExchange.Machine =
            method == .invite
            ? .invite(InviteClientTransaction(isReliable: isReliable, timers: timers, at: turn.now))
            : .other(ClientTransaction(isReliable: isReliable, timers: timers, at: turn.now))
        clients.append(
            ClientExchange(
                number: number, method: method, sequence: sequence, leg: leg, place: place, purpose: purpose,
                machine: machine, request: bytes, target: target, hasOffer: hasOffer))
        turn.effects.append(.send(bytes, target, leg: leg))
    }
}
