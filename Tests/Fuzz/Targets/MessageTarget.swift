import SIPMessage

/// One whole SIP message: every place lies where it belongs, and the answer to a request can itself be read.
enum MessageTarget {
    static let headers = HeaderName.allCases.filter { $0 != .other }.map { "\($0.text)" }

    static func check(_ array: [UInt8]) throws(Violation) {
        let bytes = array.span
        var index = MessageIndex()
        let verdict = index.admit(bytes)
        try checkPlaces(index, bytes.count)
        _ = index.check(bytes)
        _ = index.checkForwarding(bytes)
        _ = index.checkExtensions([], bytes)
        _ = index.checkContent("application/sdp", bytes)
        _ = index.checkAcceptsSDP(bytes)
        for name in HeaderName.allCases {
            var values = HeaderValues(name)
            var last = 0
            while let value = values.next(index, bytes) {
                try hold(Int(value.start) >= last && value.end <= bytes.count, "values of \(name) stand in order")
                last = value.end
                try checkValue(bytes, value)
            }
        }
        if let uri = SIPURI(bytes, index.requestURI) { _ = uri.isEquivalent(bytes, to: uri, bytes) }
        try checkAnswer(to: index, bytes, isAccepted: verdict == .accept && index.isRequest)
    }

    private static func checkPlaces(_ index: borrowing MessageIndex, _ count: Int) throws(Violation) {
        var last = 0
        for line in 0..<index.headerCount {
            let header = index.header(line)
            try hold(Int(header.nameRange.start) >= last, "header lines stand in order")
            try hold(header.nameRange.end <= Int(header.value.start), "a value stands behind its name")
            last = header.value.end
        }
        try hold(last <= count && index.headerCount <= MessageIndex.capacity, "headers stand in the message")
        for range in [index.methodRange, index.requestURI, index.reasonPhrase, index.body] {
            try hold(range.end <= count, "start line and body stand in the message")
        }
    }

    /// Everything that reads one value finds its parts inside it.
    private static func checkValue(_ bytes: Span<UInt8>, _ value: ByteRange) throws(Violation) {
        var parts: [ByteRange] = []
        _ = decimal(bytes, value)
        try hold(bytes.unquoted(value).count <= Int(value.count), "unquoting does not add")
        if let sequence = CSeqValue(bytes, value) { parts.append(sequence.method) }
        if let via = ViaValue(bytes, value) {
            parts += [via.transport, via.host, via.parameters, via.branch, via.rport]
            parts += [via.received, via.maddr].compactMap(\.self)
            _ = via.hasMagicBranch(bytes)
        }
        if let contact = ContactFields(bytes, value) {
            parts += [contact.displayName, contact.uri, contact.instance, contact.parameters]
        }
        if let digest = DigestFields(bytes, value) { parts += DigestTarget.ranges(digest).compactMap(\.self) }
        if let address = NameAddress(bytes, value) {
            parts += [address.displayName, address.uri, address.parameters, address.tag(bytes) ?? .empty]
            if let uri = SIPURI(bytes, address.uri) {
                try hold(bytes.unescaped(uri.user).count <= Int(uri.user.count), "unescaping does not add")
                _ = isIPv6(bytes, uri.bareHost(bytes))
                _ = uri.isEquivalent(bytes, to: uri, bytes)
            }
        }
        for part in parts where !part.isEmpty {
            try hold(part.start >= value.start && part.end <= value.end, "the parts of a value stand inside it")
        }
    }

    private static func checkAnswer(
        to index: borrowing MessageIndex, _ bytes: Span<UInt8>, isAccepted: Bool
    ) throws(Violation) {
        var writer = MessageWriter()
        let address: InlineArray<9, UInt8> = [0x31, 0x39, 0x32, 0x2E, 0x30, 0x2E, 0x32, 0x2E, 0x31]
        let tag: InlineArray<2, UInt8> = [0x61, 0x62]
        writer.startResponse(400, to: index, bytes, address: address.span, port: 5060, toTag: tag.span)
        writer.copy(.recordRoute, from: index, bytes)
        writer.finish()
        guard isAccepted else { return }
        let written = writer.array
        // A request of the greatest length has an answer that is longer; it is not sent as a datagram either.
        guard written.count <= Int(UInt16.max) else { return }
        var answer = MessageIndex()
        do {
            try answer.read(written.span)
        } catch {
            throw Violation(description: "the answer to a request that is accepted can be read: \(error)")
        }
        try hold(!answer.isRequest && answer.status == 400, "an answer is a response")
        try hold(answer.count(of: .via) == index.count(of: .via), "every Via comes back")
        for name in [HeaderName.from, .callID, .cSeq] {
            let (own, sent) = (answer.first(name) ?? .empty, index.first(name) ?? .empty)
            try hold(written.span.holds(own, bytes, sent), "\(name.text) comes back as it was")
        }
        guard let range = answer.first(.to), let to = NameAddress(written.span, range) else {
            throw Violation(description: "To comes back")
        }
        var parameters = Parameters(to.parameters)
        while parameters.next(written.span) != nil {}
        // Behind a parameter that cannot be read there may stand anything, our tag too.
        try hold(parameters.isMalformed || to.tag(written.span) != nil, "To has a tag")
    }
}
