import SIPEngine
import SIPMessage
import TestSupport
import Testing

@Suite("Calls: within the dialog") struct CallDialogTests {
    @Test(
        "either end's request reaches the other, and its answer comes back",
        arguments: ["INFO", "MESSAGE", "UPDATE", "INVITE"], [true, false])
    func relayed(method: String, fromCaller: Bool) throws {
        var line = CallLine()
        try line.connect()
        let (near, far): (UInt8, UInt8) = fromCaller ? (0, 1) : (1, 0)
        let before = line.sent.count
        let type = method == "INFO" ? ["Content-Type: application/dtmf-relay"] : []
        let body = method == "INFO" ? "Signal=1\r\n" : SIPText.offer
        if fromCaller {
            try line.deliver(line.callerRequest(method, cseq: 2, type, body: body), from: 1)
        } else {
            try line.deliver(line.calleeRequest(method, cseq: 1, type, body: body), from: 2)
        }
        let passed = try line.last(method, leg: far)
        #expect(
            passed.body == body
                && passed.header("Content-Type") == (type.isEmpty ? "application/sdp" : "application/dtmf-relay"))
        try line.deliver(
            passed.response("200 OK", headers: ["Contact: <sip:x@192.0.2.7>"], body: SIPText.answer),
            from: fromCaller ? 2 : 1)
        #expect(try line.last("200", leg: near).body == SIPText.answer)
        #expect(line.starts(leg: far, since: before) == (method == "INVITE" ? ["INVITE", "ACK"] : [method]))
    }

    @Test(
        "what is none of the dialog's is refused",
        arguments: [
            ("SUBSCRIBE", "405"), ("PUBLISH", "405"), ("PRACK", "481"), ("OPTIONS", "200"),
        ])
    func refused(method: String, status: String) throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.calleeRequest(method, cseq: 1), from: 2)
        #expect(line.starts(leg: 1).last == status)
    }

    @Test(
        "out of order, unknown extension, no hops left",
        arguments: [
            (1, [], 70, "500"), (5, ["Require: foo"], 70, "420"), (5, [], 0, "483"),
        ] as [(Int, [String], Int, String)])
    func checks(cseq: Int, headers: [String], hops: Int, status: String) throws {
        var line = CallLine()
        try line.connect()
        let text = try line.callerRequest("INFO", cseq: cseq, headers)
        try line.deliver(text.replacing("Max-Forwards: 70", with: "Max-Forwards: \(hops)"), from: 1)
        #expect(line.starts(leg: 0).last == status)
    }

    @Test("re-INVITEs that cross are refused with a 491, a second one with a 500")
    func glare() throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.callerRequest("INVITE", cseq: 2, body: SIPText.offer), from: 1)
        try line.deliver(line.calleeRequest("INVITE", cseq: 1, body: SIPText.offer), from: 2)
        #expect(line.starts(leg: 1).last == "491")
        try line.deliver(line.callerRequest("INVITE", cseq: 3, body: SIPText.offer), from: 1)
        #expect(line.starts(leg: 0).last == "500")
        #expect(try line.last("500").header("Retry-After") != nil)
        // The far end says 491 as well, and the call goes on.
        try line.deliver(try line.last("INVITE", leg: 1).response("491 Request Pending"), from: 2)
        #expect(line.starts(leg: 0).last == "491" && line.ended == nil)
    }

    /// RFC 5057 section 5.1, and RFC 3261 section 12.2.1.2.
    @Test(
        "some failures end the dialog",
        arguments: [
            ("INVITE", "488 Not Acceptable", false), ("INVITE", "481 Gone", true), ("INVITE", "408 Timeout", true),
            ("INFO", "481 Gone", true), ("INFO", "408 Timeout", false), ("INFO", "415 What", false),
            ("INVITE", "404 Not Found", true),
            ("INVITE", "500 Error", false), ("MESSAGE", "604 Nowhere", true), ("INVITE", "486 Busy", false),
        ])
    func fates(method: String, status: String, isOver: Bool) throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.callerRequest(method, cseq: 2, body: method == "INVITE" ? SIPText.offer : ""), from: 1)
        try line.deliver(try line.last(method, leg: 1).response(status), from: 2)
        #expect((line.ended != nil) == isOver)
        #expect(line.starts(leg: 0).contains("BYE") == isOver)
        #expect(line.starts(leg: 0).contains(String(status.prefix(3))))
    }

    @Test("an offer in the answer is answered in the ACK, end to end")
    func lateOffer() throws {
        var line = CallLine()
        try line.ring(CallLine.invite(body: ""))
        try line.answerCallee()
        #expect(line.starts(leg: 1) == ["INVITE"], "nothing to acknowledge with yet")
        try line.answerCallee()
        #expect(line.starts(leg: 1) == ["INVITE"])
        try line.deliver(line.callerRequest("ACK", cseq: 1, body: SIPText.offer), from: 1)
        #expect(try line.last("ACK", leg: 1).body == SIPText.offer)
        try line.answerCallee()
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "ACK"])
    }

    @Test("an ACK that does not come: the answer again and again, then BYE to both")
    func lostACK() throws {
        var line = CallLine()
        try line.ring()
        try line.answerCallee()
        line.pass(seconds: 31.9)
        #expect(line.starts(leg: 0).filter { $0 == "200" }.count == 11 && line.ended == nil)
        line.pass(seconds: 0.2)
        #expect(line.ended == .notAcknowledged)
        #expect(line.starts(leg: 0).last == "BYE" && line.starts(leg: 1).last == "BYE")
    }

    @Test("a BYE waits for the ACK (RFC 3261 section 15)")
    func earlyBye() throws {
        var line = CallLine()
        try line.ring()
        try line.answerCallee()
        try line.deliver(line.calleeRequest("BYE", cseq: 1), from: 2)
        #expect(line.starts(leg: 1).last == "200" && !line.starts(leg: 0).contains("BYE"))
        try line.acknowledge()
        #expect(line.starts(leg: 0).last == "BYE")
    }

    @Test("BYEs that cross, and one that nobody answers")
    func byes() throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.callerRequest("BYE", cseq: 2), from: 1)
        try line.deliver(line.calleeRequest("BYE", cseq: 1), from: 2)
        #expect(line.starts(leg: 1).suffix(2) == ["BYE", "200"])
        line.pass(seconds: 31)
        #expect(line.starts(leg: 1).filter { $0 == "BYE" }.count == 10, "it was not answered")
        line.pass(seconds: 10)
        #expect(line.releases == 1)
    }

    @Test("a call is no longer than calls may be")
    func length() throws {
        var line = CallLine(terms: .test { $0.length = 60_000 })
        try line.connect()
        line.pass(seconds: 60)
        #expect(line.ended == .tooLong && line.starts(leg: 0).last == "BYE" && line.starts(leg: 1).last == "BYE")
    }

    // MARK: RFC 4028

    @Test(
        "who refreshes, as the server says it",
        arguments: [
            ("Supported: timer|Session-Expires: 1800;refresher=uas", 0, "1800;refresher=uas", false),
            ("Supported: timer|Session-Expires: 1800", 0, "1800;refresher=uac", true),
            ("Supported: timer|Session-Expires: 3600;refresher=uac", 600, "600;refresher=uac", true),
            ("Supported: timer|Session-Expires: 3600;refresher=uac|Min-SE: 900", 600, "900;refresher=uac", true),
            ("Session-Expires: 1800", 0, "1800;refresher=uas", false),
            ("Supported: timer", 600, "600;refresher=uac", true),
            ("X-A: b", 600, nil, false), ("Supported: timer", 0, nil, false),
        ] as [(String, UInt32, String?, Bool)])
    func serverTimer(headers: String, wish: UInt32, expires: String?, isRequired: Bool) throws {
        var line = CallLine(incoming: IncomingLeg(timer: SessionTimerTerms(wish: wish)))
        try line.connect(CallLine.invite(headers.split(separator: "|").map(String.init)))
        let answer = try line.last("200")
        #expect(answer.header("Session-Expires") == expires)
        #expect((answer.header("Require") == "timer") == isRequired)
    }

    @Test(
        "who refreshes, as the client learns it: an UPDATE, a re-INVITE or a BYE in time",
        arguments: [
            (["Session-Expires: 1800;refresher=uac", "Allow: INVITE, UPDATE"], 900, "UPDATE"),
            (["Session-Expires: 1800;refresher=uac"], 900, "INVITE"), (["Session-Expires: 1800"], 900, "INVITE"),
            (["Session-Expires: 1800;refresher=uas"], 1768, "BYE"), (["Session-Expires: 90;refresher=uas"], 60, "BYE"),
        ] as [([String], Double, String)])
    func clientTimer(headers: [String], seconds: Double, method: String) throws {
        var line = CallLine()
        try line.connect(
            CallLine.invite(), .test(2) { $0.timer = SessionTimerTerms(wish: 1800) }, answer: headers)
        #expect(try line.last("INVITE", leg: 1).header("Session-Expires") == "1800")
        let before = line.sent.count
        line.pass(seconds: seconds - 1)
        #expect(line.starts(leg: 1, since: before).isEmpty)
        line.pass(seconds: 1)
        #expect(line.starts(leg: 1, since: before).first == method)
        guard method != "BYE" else { return }
        // Answered, it goes on for as long again; not answered, it ends.
        let request = try line.last(method, leg: 1)
        #expect(request.header("Session-Expires") == "1800;refresher=uac")
        try line.deliver(
            request.response(
                "200 OK", headers: ["Contact: <sip:b@192.0.2.2>"], body: method == "INVITE" ? SIPText.answer : ""),
            from: 2)
        line.pass(seconds: 899)
        #expect(line.ended == nil)
        line.pass(seconds: 40)
        #expect(line.ended == .sessionOver)
        #expect(line.starts(leg: 0).last == "BYE" && line.starts(leg: 1).contains("BYE"))
    }

    @Test("who does not know session timers has none")
    func withoutTimer() throws {
        var line = CallLine(incoming: IncomingLeg(timer: SessionTimerTerms(wish: 1800)))
        try line.connect(CallLine.invite(), .test(2) { $0.timer = SessionTimerTerms(wish: 1800) })
        let before = line.sent.count
        line.pass(seconds: 10_000)
        #expect(line.sent.count == before && line.ended == nil)
    }

    @Test("a 422 is answered with a longer interval, once")
    func tooSmall() throws {
        var line = CallLine()
        try line.ring(CallLine.invite(), .test(2) { $0.timer = SessionTimerTerms(wish: 100) })
        try line.deliver(
            try line.last("INVITE", leg: 1).response("422 Too Small", tag: "b", headers: ["Min-SE: 600"]), from: 2)
        let again = try line.last("INVITE", leg: 1)
        #expect(again.header("Session-Expires") == "600" && again.header("Min-SE") == "600" && again.cseq == 2)
        try line.deliver(again.response("422 Too Small", tag: "b", headers: ["Min-SE: 700"]), from: 2)
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "INVITE", "ACK"])
    }

    @Test("an UPDATE without an offer refreshes this side alone")
    func refreshed() throws {
        var line = CallLine(incoming: IncomingLeg(timer: SessionTimerTerms(wish: 600)))
        try line.connect(CallLine.invite(["Supported: timer"]))
        line.pass(seconds: 500)
        try line.deliver(
            line.callerRequest("UPDATE", cseq: 2, ["Supported: timer", "Session-Expires: 600;refresher=uac"]), from: 1)
        #expect(try line.last("200").header("Session-Expires") == "600;refresher=uac")
        #expect(!line.starts(leg: 1).contains("UPDATE"))
        line.pass(seconds: 500)
        #expect(line.ended == nil)
        line.pass(seconds: 100)
        #expect(line.ended == .sessionOver)
    }

    // MARK: Where requests go

    @Test(
        "a Contact in figures that is where the other side is known to be keeps the verified name, another does not",
        arguments: [(5061, "pbx.example.com"), (5071, "192.0.2.2")] as [(UInt16, String)])
    func located(port: UInt16, name: String) throws {
        func target(_ port: UInt16, _ name: String) -> Target {
            Target(address: SourceAddress(ipv4: 0xC000_0202, port: port, transport: .tls), serverName: name)
        }
        var line = CallLine()
        try line.connect(CallLine.invite(), .test(2) { $0.targets = [target(5061, "pbx.example.com")] })
        line.give(.located(leg: 1, uri: Array("sip:bob@192.0.2.2:5070".utf8), target(port, "192.0.2.2")))
        try line.deliver(line.callerRequest("BYE", cseq: 2), from: 1)
        #expect(line.sent.last { $0.message.method == "BYE" }?.target == target(port, name))
    }

    /// RFC 3261 sections 12.1.2 and 13.2.2.4: a 2xx without a word before it says where its ACK goes.
    @Test(
        "the first ACK goes where the Contact or Record-Route says, and by name or over a NAT where the INVITE went",
        arguments: [
            (true, ["Contact: <sip:bob@192.0.2.7:5070>"], 7), (false, ["Contact: <sip:bob@192.0.2.7:5070>"], 2),
            (true, ["Contact: <sip:bob@pbx.test>"], 2),
            (true, ["Contact: <sip:bob@pbx.test>", "Record-Route: <sip:192.0.2.8;lr>"], 8),
        ] as [(Bool, [String], UInt32)])
    func firstACK(isLocated: Bool, headers: [String], place: UInt32) throws {
        let targets = ["sip:bob@192.0.2.7:5070": 7, "sip:192.0.2.8;lr": 8].mapValues {
            Target(address: .test($0), serverName: SourceAddress.test($0).host)
        }
        var line = CallLine(terms: .test(targets: targets))
        try line.ring(CallLine.invite(), .test(2) { $0.isLocated = isLocated })
        let invite = try line.last("INVITE", leg: 1)
        try line.deliver(invite.response("200 OK", tag: "b", headers: headers, body: SIPText.answer), from: 2)
        // A second branch of a proxy answers, too: it is ended where it is.
        try line.deliver(invite.response("200 OK", tag: "c", headers: headers, body: SIPText.answer), from: 2)
        let told = line.sent.filter { $0.leg == 1 && ["ACK", "BYE"].contains($0.message.method) }
        #expect(told.map(\.message.method) == ["ACK", "ACK", "BYE"])
        #expect(told.allSatisfy { $0.target.address == .test(place) }, "\(told.map(\.target))")
        let isNamed = headers == ["Contact: <sip:bob@pbx.test>"]
        #expect((line.located.last == "1 sip:bob@pbx.test") == isNamed)
    }

    @Test("a phone that moves within the call is reached where it is", arguments: ["INVITE", "UPDATE"])
    func moved(method: String) throws {
        var line = CallLine()
        try line.connect()
        let moved = try line.callerRequest(method, cseq: 2, body: SIPText.offer)
        try line.deliver(moved.replacing("sip:alice@192.0.2.1", with: "sip:alice@192.0.2.9"), from: 9)
        try line.deliver(
            line.last(method, leg: 1).response(
                "200 OK", headers: ["Contact: <sip:bob@192.0.2.2:5070>"],
                body: SIPText.answer), from: 2)
        #expect(line.located.last == "0 sip:alice@192.0.2.9")
        #expect(line.record?.caller.dialog.peer.address == .test(9))
        if method == "INVITE" { try line.deliver(line.callerRequest("ACK", cseq: 2), from: 9) }
        try line.deliver(line.calleeRequest("BYE", cseq: 1), from: 2)
        let bye = try #require(line.sent.last { $0.leg == 0 && $0.message.method == "BYE" })
        #expect(bye.target.address == .test(9) && bye.message.uri == "sip:alice@192.0.2.9")
    }

    @Test(
        "nobody moves who was located by name, who would leave TLS, who asks for something else, or without the tags",
        arguments: [
            (Target(address: .test(7), serverName: "trunk.test"), "INVITE"),
            (
                Target(address: SourceAddress(ipv4: 0xC000_0201, port: 40_001, transport: .tls), serverName: ""),
                "UPDATE"
            ),
            (Target(address: .test(1), serverName: ""), "INFO"),
        ])
    func staysThere(peer: Target, method: String) throws {
        var line = CallLine()
        try line.connect()
        line.give(.located(leg: 0, uri: Array("sip:alice@192.0.2.1".utf8), peer))
        try line.deliver(line.callerRequest(method, cseq: 2, body: SIPText.offer), from: 9)
        let forged = try line.callerRequest("UPDATE", cseq: 3).replacing(";tag=a", with: ";tag=x")
        try line.deliver(forged, from: 9)
        #expect(line.starts(leg: 0).last == "481")
        try line.deliver(line.calleeRequest("BYE", cseq: 1), from: 2)
        #expect(line.sent.last { $0.leg == 0 && $0.message.method == "BYE" }?.target == peer)
    }

    // MARK: RFC 3262

    @Test(
        "reliable responses: end to end, or confirmed here for a caller that does not know them",
        arguments: [true, false])
    func reliable(callerKnows: Bool) throws {
        var line = CallLine()
        try line.ring(CallLine.invite(callerKnows ? ["Supported: 100rel"] : []))
        let invite = try line.last("INVITE", leg: 1)
        #expect(invite.header("Supported") == "100rel, timer")
        let early = invite.response(
            "183 Session Progress", tag: "b", headers: ["Require: 100rel", "RSeq: 41", "Contact: <sip:bob@192.0.2.2>"],
            body: SIPText.answer)
        try line.deliver(early, from: 2)
        let passed = try line.last("183")
        #expect(passed.body == SIPText.answer && (passed.header("RSeq") == "1") == callerKnows)
        guard callerKnows else {
            #expect(try line.last("PRACK", leg: 1).header("RAck") == "41 1 INVITE")
            try line.deliver(early, from: 2)
            #expect(line.starts(leg: 0) == ["100", "183"], "a copy is none")
            return
        }
        line.pass(seconds: 0.5)
        #expect(line.starts(leg: 0) == ["100", "183", "183"])
        try line.answerCallee()
        #expect(!line.starts(leg: 0).contains("200"), "no answer before the PRACK (RFC 3262 section 3)")
        try line.deliver(line.callerRequest("PRACK", cseq: 2, ["RAck: 1 1 INVITE"]), from: 1)
        #expect(try line.last("PRACK", leg: 1).header("RAck") == "41 1 INVITE")
        #expect(try line.last("200").cseqMethod == "INVITE")
        try line.deliver(try line.last("PRACK", leg: 1).response("200 OK"), from: 2)
        #expect(try line.last("200").cseqMethod == "PRACK")
        try line.deliver(line.callerRequest("PRACK", cseq: 3, ["RAck: 9 1 INVITE"]), from: 1)
        #expect(line.starts(leg: 0).last == "481")
    }

    @Test("a caller that requires them gets them from us")
    func required() throws {
        var line = CallLine()
        try line.ring(CallLine.invite(["Require: 100rel"]))
        try line.deliver(try line.last("INVITE", leg: 1).response("180 Ringing", tag: "b"), from: 2)
        #expect(try line.last("180").header("Require") == "100rel")
        line.pass(seconds: 31.9)
        #expect(line.starts(leg: 0).filter { $0 == "180" }.count == 7)
        line.pass(seconds: 0.2)
        #expect(line.starts(leg: 0).contains("504"), "never confirmed")
    }
}
