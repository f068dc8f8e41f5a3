import SIPMessage

/// The request under way, made from the machine's numbers: the same bytes each time until they change.
extension Registration {
    private var requestURI: [UInt8] { redirect.isEmpty || redirectsToProxy ? settings.registrar : redirect }

    /// Nil where a challenge must be answered and there is no password.
    func request(to target: Target) -> [UInt8]? {
        var writer = MessageWriter(capacity: 1024)
        let uri = requestURI
        writer.begin(.register, uri, to: target, from: terms.names(target.address), branch)
        if !settings.outboundProxy.isEmpty { writeRoute(to: &writer) }
        writeDialog(to: &writer)
        writeContact(for: target, to: &writer)
        writer.header(.supported, "path")
        if !terms.userAgent.isEmpty { writer.header(.userAgent, terms.userAgent) }
        guard writeAnswers(uri, to: &writer) else { return nil }
        writer.finish()
        return writer.array
    }

    private func writeRoute(to writer: inout MessageWriter) {
        let proxy = settings.outboundProxy
        writer.beginHeader(.route)
        writer.append(byte: UInt8(ascii: "<"))
        writer.append(proxy)
        let bytes = proxy.span
        let isLoose =
            SIPURI(bytes, ByteRange(0, proxy.count)).flatMap { parameter("lr", in: $0.parameters, bytes) } != nil
        if !isLoose { writer.append(";lr") }
        writer.append(">\r\n")
    }

    private func writeDialog(to writer: inout MessageWriter) {
        writer.append("From: <")
        writer.append(settings.addressOfRecord)
        writer.append(">;tag=")
        var text = ShortText()
        text.append(hexWord: terms.key.word(.tag, id, callIDHigh))
        text.withSpan { writer.append($0) }
        writer.append("\r\nTo: <")
        writer.append(settings.addressOfRecord)
        writer.append(">\r\nCall-ID: ")
        var callID = ShortText()
        callID.append(hexWord: callIDHigh)
        callID.append(hexWord: callIDLow)
        callID.withSpan { writer.append($0) }
        writer.append("\r\nCSeq: ")
        writer.append(decimal: Int(sequence.last))
        writer.append(" REGISTER\r\n")
    }

    private func writeContact(for target: Target, to writer: inout MessageWriter) {
        let expires = purpose == .register ? Int(askedExpires) : 0
        let uri =
            switch purpose {
            case .register: contact(for: target)
            case .depart: leaseContact.isEmpty ? contact(for: target) : leaseContact
            case .tidy: leftover
            }
        writer.append("Contact: <")
        writer.append(uri)
        writer.append(byte: UInt8(ascii: ">"))
        // Without the instance where a contact goes: a registrar that goes by it would drop the present one as well.
        if !settings.instance.isEmpty, purpose != .tidy {
            writer.append(";+sip.instance=\"<")
            writer.append(settings.instance)
            writer.append(">\"")
        }
        writer.append(";expires=")
        writer.append(decimal: expires)
        writer.endLine()
        writer.header(.expires, decimal: expires)
    }

    private func writeAnswers(_ uri: [UInt8], to writer: inout MessageWriter) -> Bool {
        for (name, challenge) in [(HeaderName.authorization, wwwChallenge), (.proxyAuthorization, proxyChallenge)] {
            guard let challenge else { continue }
            guard
                challenge.answer(
                    name, to: &writer, user: settings.authenticationUser, method: .register, uri: uri,
                    ha1: settings.ha1)
            else { return false }
        }
        return true
    }

    /// The URI that calls find us by when they come from that target's network; empty where we do not listen for it.
    func contact(for target: Target) -> [UInt8] {
        let sentBy = terms.names(target.address)
        guard !sentBy.isEmpty else { return [] }
        var writer = MessageWriter(capacity: 128)
        writer.append(settings.addressOfRecord.starts(with: Array("sips:".utf8)) ? "sips:" : "sip:")
        writer.append(settings.contactUser)
        writer.append(byte: UInt8(ascii: "@"))
        writer.append(sentBy)
        writer.append(target.address.transport.uriParameter)
        if settings.usesLine {
            writer.append(";line=")
            writer.append(settings.contactUser)
        }
        return writer.array
    }
}
