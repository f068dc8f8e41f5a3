import SIPMessage
import Testing

@Suite("Message index and check")
struct MessageIndexTests {
    static let lines = [
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "Max-Forwards: 70", "To: <sip:a@example.com>",
        "From: <sip:a@example.com>;tag=1", "Call-ID: c@192.0.2.1", "CSeq: 1 REGISTER",
    ]

    private func seen(
        _ start: String = "REGISTER sip:example.com SIP/2.0", _ lines: [String] = lines, body: String = ""
    )
        -> Seen
    {
        Seen(Array((([start] + lines).joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    @Test("a plain REGISTER is accepted")
    func plain() {
        #expect(seen().verdict == .accept)
        #expect(seen().method == .register)
    }

    @Test(
        "what is not SIP is dropped",
        arguments: [
            ("", MessageFault.empty), ("\r\n\r\n", .empty), ("\r\n", .empty), ("\0\0\0\0", .notSIP),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", .notSIP), ("hello\r\n", .notSIP),
            ("\u{16}\u{3}\u{1}\r\n\r\n", .notSIP),
            ("OPTIONS sip:a SIP/2.0", .notSIP), ("SIP/2.0 200 OK\r\n\r\n", .missingVia),
        ])
    func notSIP(text: String, fault: MessageFault) {
        #expect(Seen(Array(text.utf8)).verdict == .drop(fault))
    }

    @Test("line ends in front of the start line are passed over")
    func leadingLineEnds() {
        let text = "\r\n\r\nREGISTER sip:example.com SIP/2.0\r\n" + Self.lines.joined(separator: "\r\n") + "\r\n\r\n"
        #expect(Seen(Array(text.utf8)).verdict == .accept)
    }

    @Test("a missing line is refused, without Via dropped", arguments: 0..<6)
    func missing(line: Int) {
        var lines = Self.lines
        let removed = lines.remove(at: line)
        let verdict = seen("REGISTER sip:example.com SIP/2.0", lines).verdict
        switch removed.prefix(3) {
        case "Via": #expect(verdict == .drop(.missingVia))
        case "Max": #expect(verdict == .accept)
        default: #expect(verdict == .refuse(status: 400, reason: .missingHeader))
        }
    }

    @Test(
        "a bad line is refused for its reason",
        arguments: [
            ("CSeq: 1", MessageFault.badCSeq), ("CSeq: -1 REGISTER", .badCSeq), ("CSeq: 2147483648 REGISTER", .badCSeq),
            ("CSeq: 1 register", .methodMismatch), ("Call-ID: a b", .badCallID), ("Call-ID:", .badCallID),
            ("To: tel", .badTo), ("To: <tel:+15551234>", .addressOfRecordScheme), ("From: <sip:>;tag=1", .badFrom),
            ("Max-Forwards: many", .badMaxForwards), ("Via: SIP/2.0/UDP", .badVia), ("Via: SIP/3.0/UDP a", .badVia),
            ("Via: ", .badVia), ("Via: SIP/2.0/UDP a:0", .badVia), ("Via: SIP/2.0/UDP a:65536", .badVia),
            ("Via: SIP/2.0/UDP a;branch=\"z", .badVia),
        ])
    func badLine(line: String, fault: MessageFault) {
        let name = line.prefix { $0 != ":" }
        let lines = Self.lines.filter { !$0.hasPrefix(name + ":") } + [line]
        #expect(seen("REGISTER sip:example.com SIP/2.0", lines).verdict == .refuse(status: 400, reason: fault))
    }

    @Test(
        "lines that no other element reads alike are refused",
        arguments: [
            "X: a\nVia: b", "X: a\rVia: b", "no colon", ": empty", "Bad Name: x", "\u{7F}: x", "Max\rForwards: 70",
            "Content\rLength: 0", "P-Asserted\rIdentity: <sip:a@b>", "P-Preferred\rIdentity: x",
        ])
    func smuggledLine(line: String) {
        let verdict = seen("REGISTER sip:example.com SIP/2.0", Self.lines + [line]).verdict
        #expect(verdict == .refuse(status: 400, reason: .badHeaderLine))
    }

    @Test("an ACK and a response are never answered")
    func neverAnswered() {
        let ack = seen(
            "ACK sip:a@example.com SIP/2.0", Self.lines.map { $0 == "CSeq: 1 REGISTER" ? "CSeq: 2 BYE" : $0 })
        #expect(ack.verdict == .drop(.methodMismatch))
        let response = seen("SIP/2.0 200 OK", Self.lines + ["Content-Length: 5"])
        #expect(response.verdict == .drop(.bodyCut))
        #expect(seen("SIP/2.0 200 OK").verdict == .accept)
        #expect(seen("SIP/2.0 99 No").verdict == .drop(.badStartLine))
        #expect(seen("SIP/2.0 700 No").verdict == .drop(.badStartLine))
        #expect(seen("SIP/2.0 200").verdict == .accept)
    }

    @Test("64 lines are read, the 65th is a fault")
    func manyLines() {
        let room = MessageIndex.capacity - Self.lines.count
        let filled = Self.lines + (0..<room).map { "X-\($0): \($0)" }
        let seen64 = seen("REGISTER sip:example.com SIP/2.0", filled)
        #expect(seen64.verdict == .accept)
        #expect(seen64.lines.count == 64)
        let seen65 = seen("REGISTER sip:example.com SIP/2.0", filled + ["X: 65"])
        #expect(seen65.verdict == .refuse(status: 513, reason: .tooManyHeaders))
    }

    @Test("a message of 65,535 bytes is read, a longer one not")
    func longest() {
        let head = "REGISTER sip:example.com SIP/2.0\r\n" + Self.lines.joined(separator: "\r\n") + "\r\n\r\n"
        let full = head + String(repeating: "x", count: 65_535 - head.utf8.count)
        #expect(Seen(Array(full.utf8)).body.count == 65_535 - head.utf8.count)
        #expect(Seen(Array((full + "x").utf8)).verdict == .drop(.tooLong))
    }

    @Test("an index forgets the message before")
    func reuse() throws {
        var index = MessageIndex()
        let long = try fixture("rfc4475", "longreq")
        let short = Array("OPTIONS sip:a SIP/2.0\r\nTo: sip:a\r\n\r\n".utf8)
        #expect(index.admit(long.span) == .accept)
        #expect(index.admit(short.span) == .drop(.missingVia))
        let counts = (index.headerCount, index.count(of: .via), index.count(of: .to), index.body.count)
        #expect(counts == (1, 0, 1, 0))
    }

    @Test("extensions: Require within what is supported")
    func extensions() {
        func verdict(_ require: String, _ supported: OptionTags) -> (Verdict, String) {
            let bytes = Array(
                ("REGISTER sip:example.com SIP/2.0\r\n" + Self.lines.joined(separator: "\r\n")
                    + "\r\nRequire: \(require)\r\n\r\n").utf8)
            var index = MessageIndex()
            #expect(index.admit(bytes.span) == .accept)
            var writer = MessageWriter()
            writer.unsupported(supported, in: index, bytes.span)
            return (index.checkExtensions(supported, bytes.span), String(decoding: writer.array, as: UTF8.self))
        }
        let refused = Verdict.refuse(status: 420, reason: .unsupportedExtension)
        #expect(verdict("path, OUTBOUND", [.path, .outbound]) == (.accept, ""))
        #expect(verdict("path, gin", [.path]) == (refused, "Unsupported: gin\r\n"))
        #expect(verdict("sec-agree , x,path", [.path]) == (refused, "Unsupported: sec-agree, x\r\n"))
    }
}
