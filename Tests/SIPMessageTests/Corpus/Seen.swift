import SIPMessage

/// What was read of one message, copied out, so that a test can look at it: spans cannot go through `#expect`.
struct Seen {
    var verdict = Verdict.accept
    var forwarding = Verdict.accept
    var extensions = Verdict.accept
    var content = Verdict.accept
    var accept = Verdict.accept
    var isRequest = false
    var method = Method.other
    var methodText = ""
    var requestURI = ""
    var status = 0
    var reason = ""
    var body: [UInt8] = []
    /// Name as written, value without the space around it.
    var lines: [(name: String, value: String)] = []
    private var valuesByName: [HeaderName: [String]] = [:]
    /// A 400 to it, from 192.0.2.9 port 4711, with the tag `T`.
    var answer = ""
    /// The `Unsupported` line of a 420 from an element without any extension.
    var unsupported = ""

    init(_ bytes: [UInt8]) {
        var index = MessageIndex()
        let span = bytes.span
        verdict = index.admit(span)
        forwarding = index.checkForwarding(span)
        extensions = index.checkExtensions([], span)
        content = index.checkContent("application/sdp", span)
        accept = index.checkAcceptsSDP(span)
        isRequest = index.isRequest
        method = index.method
        methodText = Self.text(span, index.methodRange)
        requestURI = Self.text(span, index.requestURI)
        status = index.status
        reason = Self.text(span, index.reasonPhrase)
        body = span.array(index.body)
        for line in 0..<index.headerCount {
            let header = index.header(line)
            lines.append((Self.text(span, header.nameRange), Self.text(span, header.value)))
        }
        for name in HeaderName.allCases {
            var walk = HeaderValues(name)
            while let value = walk.next(index, span) { valuesByName[name, default: []].append(Self.text(span, value)) }
        }
        var writer = MessageWriter()
        let address = Array("192.0.2.9".utf8)
        let tag = Array("T".utf8)
        writer.startResponse(400, to: index, span, address: address.span, port: 4711, toTag: tag.span)
        writer.finish()
        answer = String(decoding: writer.array, as: UTF8.self)
        writer.reset()
        writer.unsupported([], in: index, span)
        unsupported = String(decoding: writer.array, as: UTF8.self)
    }

    func values(_ name: HeaderName) -> [String] { valuesByName[name] ?? [] }

    /// The value of the first line with that name as written.
    func line(_ name: String) -> String? { lines.first { $0.name == name }?.value }

    static func text(_ bytes: Span<UInt8>, _ range: ByteRange) -> String {
        String(decoding: bytes.array(range), as: UTF8.self)
    }
}

/// An address read out of a text.
struct SeenAddress {
    var display = ""
    var uri = ""
    var parameters: [String: String] = [:]

    init?(_ text: String?) {
        guard let (bytes, whole) = text.map(wire) else { return nil }
        guard let address = NameAddress(bytes.span, whole) else { return nil }
        display = String(decoding: bytes.span.unquoted(address.displayName), as: UTF8.self)
        uri = Seen.text(bytes.span, address.uri)
        parameters = seenParameters(bytes, address.parameters)
    }
}

/// A URI read out of a text, user and parameters unescaped.
struct SeenURI {
    var scheme = SIPURI.Scheme.other
    var user = ""
    var password = ""
    var host = ""
    var port: UInt16?
    var parameters: [String: String] = [:]
    var headers = ""

    init?(_ text: String?) {
        guard let (bytes, whole) = text.map(wire) else { return nil }
        guard let uri = SIPURI(bytes.span, whole) else { return nil }
        scheme = uri.scheme
        user = String(decoding: bytes.span.unescaped(uri.user), as: UTF8.self)
        password = Seen.text(bytes.span, uri.password)
        host = Seen.text(bytes.span, uri.host)
        port = uri.port
        parameters = seenParameters(bytes, uri.parameters)
        headers = Seen.text(bytes.span, uri.headers)
    }
}

/// One Via value read out of a text.
struct SeenVia {
    var transport = ""
    var host = ""
    var port: UInt16?
    var branch = ""
    var isMagic = false
    var hasRport = false
    var received: String?

    init?(_ text: String?) {
        guard let (bytes, whole) = text.map(wire) else { return nil }
        guard let via = ViaValue(bytes.span, whole) else { return nil }
        transport = Seen.text(bytes.span, via.transport)
        host = Seen.text(bytes.span, via.host)
        port = via.port
        branch = Seen.text(bytes.span, via.branch)
        isMagic = via.hasMagicBranch(bytes.span)
        hasRport = via.hasRport
        received = via.received.map { Seen.text(bytes.span, $0) }
    }
}

/// A text as bytes and the range of all of them.
func wire(_ text: String) -> (bytes: [UInt8], whole: ByteRange) {
    let bytes = Array(text.utf8)
    return (bytes, ByteRange(0, bytes.count))
}

/// Names in small letters; names and values unescaped. A malformed list shows as the name `malformed`.
func seenParameters(_ bytes: [UInt8], _ range: ByteRange) -> [String: String] {
    var result: [String: String] = [:]
    var walk = Parameters(range)
    while let parameter = walk.next(bytes.span) {
        let name = String(decoding: bytes.span.unescaped(parameter.name), as: UTF8.self).lowercased()
        result[name] = String(decoding: bytes.span.unescaped(parameter.value), as: UTF8.self)
    }
    if walk.isMalformed { result["malformed"] = "" }
    return result
}
