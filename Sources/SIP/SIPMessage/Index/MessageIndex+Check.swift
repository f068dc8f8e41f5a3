extension MessageIndex {
    /// The sanity check before anything acts on a message that was read without a fault (RFC 3261 sections 8.1.1, 8.2,
    /// 16.3 and 18.3): what every request owes, whatever it asks for. A response is accepted or dropped.
    package func check(_ bytes: Span<UInt8>) -> Verdict {
        if let fault = commonFault(bytes) { return verdict(for: fault) }
        if let fault = isRequest ? requestFault(bytes) : responseFault(bytes) { return verdict(for: fault) }
        return .accept
    }

    /// Reads and checks in one go.
    package mutating func admit(_ bytes: Span<UInt8>) -> Verdict {
        do throws(MessageFault) {
            try read(bytes)
        } catch {
            return verdict(for: error)
        }
        return check(bytes)
    }

    private static let mandatory = HeaderName.to.bit | HeaderName.from.bit | HeaderName.callID.bit | HeaderName.cSeq.bit
    private static let single =
        mandatory | HeaderName.maxForwards.bit | HeaderName.contentLength.bit | HeaderName.contentType.bit
        | HeaderName.expires.bit | HeaderName.minExpires.bit | HeaderName.userAgent.bit
        | HeaderName.event.bit | HeaderName.referTo.bit | HeaderName.replaces.bit | HeaderName.sessionExpires.bit

    private func commonFault(_ bytes: Span<UInt8>) -> MessageFault? {
        guard has(.via) else { return .missingVia }
        guard seen & Self.mandatory == Self.mandatory else { return .missingHeader }
        guard repeated & Self.single == 0 else { return .repeatedHeader }
        guard let cSeqRange = first(.cSeq), let cSeq = CSeqValue(bytes, cSeqRange) else { return .badCSeq }
        if isRequest, !bytes.holds(cSeq.method, bytes, methodRange) { return .methodMismatch }
        guard let callID = first(.callID), Self.isCallID(bytes, callID) else { return .badCallID }
        guard Self.addressScheme(bytes, first(.from)) != nil else { return .badFrom }
        guard let to = Self.addressScheme(bytes, first(.to)) else { return .badTo }
        if method == .register, to != .sip, to != .sips { return .addressOfRecordScheme }
        return nil
    }

    private func requestFault(_ bytes: Span<UInt8>) -> MessageFault? {
        guard line(.via, from: 0) != nil else { return .badVia }
        var vias = HeaderValues(.via)
        while let value = vias.next(self, bytes) {
            guard ViaValue(bytes, value) != nil else { return .badVia }
        }
        guard let uri = SIPURI(bytes, requestURI) else { return .badRequestURI }
        if uri.scheme == .other, !uri.isService(bytes) { return .unsupportedScheme }
        guard uri.headers.isEmpty else { return .headersInRequestURI }
        if let hops = first(.maxForwards), decimal(bytes, hops) == nil { return .badMaxForwards }
        if let fault = addressesFault(bytes, .contact, .badContact) { return fault }
        return addressesFault(bytes, .route, .badRoute)
    }

    private func responseFault(_ bytes: Span<UInt8>) -> MessageFault? {
        var vias = HeaderValues(.via)
        guard let first = vias.next(self, bytes), vias.next(self, bytes) == nil, ViaValue(bytes, first) != nil else {
            return .strayResponse
        }
        return nil
    }

    /// Every value is an address with a URI, or the `*` of a REGISTER.
    private func addressesFault(_ bytes: Span<UInt8>, _ name: HeaderName, _ fault: MessageFault) -> MessageFault? {
        guard has(name) else { return nil }
        var values = HeaderValues(name)
        while let value = values.next(self, bytes) {
            if name == .contact, bytes.holds(value, "*") { continue }
            guard Self.addressScheme(bytes, value) != nil else { return fault }
        }
        return nil
    }

    /// The scheme of an address; nil where the address or its URI is malformed.
    private static func addressScheme(_ bytes: Span<UInt8>, _ value: ByteRange?) -> SIPURI.Scheme? {
        guard let value, let address = NameAddress(bytes, value) else { return nil }
        return SIPURI(bytes, address.uri)?.scheme
    }

    /// Visible ASCII: more than `callid` allows, and nothing that could end a line.
    private static func isCallID(_ bytes: Span<UInt8>, _ value: ByteRange) -> Bool {
        guard !value.isEmpty, bytes.contains(value) else { return false }
        for offset in value.range where bytes.byte(offset) &- 0x21 > 0x7E - 0x21 { return false }
        return true
    }
}
