import SIPEngine
import SIPMessage
import TestSupport
import Testing

@Suite("Calls: set-up") struct CallSetupTests {
    @Test("from INVITE to BYE, each message once")
    func wholeCall() throws {
        var line = CallLine()
        try line.ring()
        #expect(line.starts(leg: 0) == ["100"])
        #expect(line.starts(leg: 1) == ["INVITE"])
        let invite = try line.last("INVITE", leg: 1)
        #expect(invite.start == "INVITE sip:bob@192.0.2.2 SIP/2.0")
        #expect(invite.header("Max-Forwards") == "69" && invite.body == SIPText.offer)
        #expect(invite.header("From")?.hasPrefix("\"Alice\" <sip:alice@demarc.test>;tag=") ?? false)
        try line.deliver(
            invite.response("180 Ringing", tag: "b", headers: ["Contact: <sip:bob@192.0.2.2:5070>"]), from: 2)
        #expect(try line.last("180").toTag.count == 36)
        try line.answerCallee()
        #expect(try line.last("ACK", leg: 1).uri == "sip:bob@192.0.2.2:5070")
        let answer = try line.last("200")
        let early = try line.last("180")
        #expect(answer.body == SIPText.answer && answer.toTag == early.toTag)
        try line.acknowledge()
        try line.deliver(line.callerRequest("BYE", cseq: 2), from: 1)
        #expect(line.starts(leg: 0) == ["100", "180", "200", "200"])
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "BYE"])
        #expect(!line.isErased, "the callee may not know yet")
        try line.deliver(try line.last("BYE", leg: 1).response("200 OK"), from: 2)
        #expect(line.isErased && line.releases == 0, "a start after a crash has nothing to say")
        line.pass(seconds: 40)
        #expect(line.releases == 1)
        #expect(line.starts(leg: 0).count == 4 && line.starts(leg: 1).count == 3, "nothing is sent twice")
        #expect(
            line.events == [
                .trying(leg: 1), .ringing(leg: 1, status: 180), .answered(leg: 1),
                .legEnded(leg: 1, cause: .hungUp(byCaller: true), phase: .ringing), .ended(.hungUp(byCaller: true)),
            ])
    }

    @Test(
        "what cannot be carried out is refused at once",
        arguments: [
            (CallLine.invite(hops: 0), "483"), (CallLine.invite(["Require: foo"]), "420"),
            (CallLine.invite(["Content-Type: text/plain"]), "415"),
            (CallLine.invite(["Supported: timer", "Session-Expires: 60"]), "422"),
        ])
    func refusals(invite: String, status: String) throws {
        var line = CallLine()
        try line.begin(invite)
        #expect(line.starts(leg: 0) == [status])
        #expect(line.routes.isEmpty, "nobody is asked")
        try line.deliver(line.callerRequest("ACK", cseq: 1, branch: "z9hG4bKa1"), from: 1)
        line.pass(seconds: 40)
        #expect(line.releases == 1)
    }

    @Test(
        "responses over UDP go to the port of the Via, or to the source's where rport asks for it (RFC 3581 section 4)",
        arguments: [("192.0.2.1", 5060), ("192.0.2.1:5080", 5080), ("192.0.2.1:5080;rport", 50_001)]
            as [(String, UInt16)])
    func replyPort(sentBy: String, port: UInt16) throws {
        var line = CallLine()
        let (host, parameter) = (sentBy.replacing(";rport", with: ""), sentBy.hasSuffix(";rport") ? ";rport" : "")
        let invite = CallLine.invite(["Require: 100rel"]).replacing(
            "192.0.2.1;branch=z9hG4bKa1;rport", with: "\(host);branch=z9hG4bKa1\(parameter)")
        try line.begin(invite, port: 50_001)
        line.give(.legs([.test(2)]))
        // Requests to a trunk go where its Contact says; answers, their copies too, do not.
        let contact = Target(address: .test(7), serverName: "trunk.test")
        line.give(.located(leg: 0, uri: Array("sip:alice@192.0.2.1".utf8), contact))
        try line.deliver(try line.last("INVITE", leg: 1).response("180 Ringing", tag: "b"), from: 2)
        line.pass(seconds: 0.5)
        try line.deliver(line.callerRequest("PRACK", cseq: 2, ["RAck: 1 1 INVITE"]), from: 1)
        try line.answerCallee()
        let answers = line.sent.filter { $0.leg == 0 && $0.message.cseqMethod == "INVITE" }
        #expect(answers.map(\.message.status) == [100, 180, 180, 200])
        #expect(answers.allSatisfy { $0.target == Target(address: .test(1, port: port), serverName: "") })
    }

    @Test("a request that comes back to us is told by our own Via")
    func loop() throws {
        var line = CallLine()
        try line.ring()
        let via = try #require(try line.last("INVITE", leg: 1).header("Via"))
        var other = CallLine()
        try other.begin(
            CallLine.invite(["Via: \(via)"], uri: "sip:bob@demarc.test").replacing("call-1", with: "call-2"))
        #expect(other.starts(leg: 0) == ["482"])
        // A spiral, for another target, is none.
        var spiral = CallLine()
        try spiral.begin(
            CallLine.invite(["Via: \(via)"], uri: "sip:carol@demarc.test").replacing("call-1", with: "call-2"))
        #expect(spiral.starts(leg: 0) == ["100"])
    }

    @Test("the same INVITE by another way is merged, by the same way a copy")
    func merged() throws {
        var line = CallLine()
        try line.ring()
        try line.deliver(CallLine.invite(), from: 1)
        #expect(line.starts(leg: 0) == ["100", "100"] && line.starts(leg: 1) == ["INVITE"])
        try line.deliver(CallLine.invite(branch: "z9hG4bKother"), from: 3)
        #expect(line.starts(leg: 0) == ["100", "100", "482"])
    }

    @Test(
        "the next target is tried by cause and phase",
        arguments: [
            (["503 Service Unavailable"], true), (["404 Not Found"], false), (["486 Busy Here"], false),
            (["403 Forbidden"], true), (["180 Ringing", "503 Service Unavailable"], true),
            (["180 Ringing", "480 Temporarily Unavailable"], false), (["600 Busy Everywhere"], false), ([], true),
            (["302 Moved Temporarily"], true), (["180 Ringing", "302 Moved Temporarily"], true),
        ] as [([String], Bool)])
    func failover(responses: [String], triesNext: Bool) throws {
        var line = CallLine()
        try line.ring()
        for response in responses {
            try line.deliver(try line.last("INVITE", leg: 1).response(response, tag: "b"), from: 2)
        }
        if responses.isEmpty { line.pass(seconds: 4) }
        #expect(line.routes.count == (triesNext ? 2 : 1))
        guard triesNext else {
            #expect(line.starts(leg: 0).last == responses.last.map { String($0.prefix(3)) })
            return
        }
        line.give(.legs([.test(3)]))
        #expect(line.starts(leg: 2) == ["INVITE"])
        let calls = (try line.last("INVITE", leg: 1).callID, try line.last("INVITE", leg: 2).callID)
        #expect(calls.0 != calls.1)
        try line.deliver(try line.last("INVITE", leg: 2).response("404 Not Found", tag: "c"), from: 3)
        #expect(line.starts(leg: 0).last == "404")
        #expect(line.starts(leg: 2).last == "ACK")
    }

    @Test(
        "the next contact of who is called is tried after anything but a 6xx",
        arguments: [("486 Busy Here", true), ("480 Temporarily Unavailable", true), ("603 Decline", false)])
    func nextContact(response: String, triesNext: Bool) throws {
        var line = CallLine()
        try line.begin()
        var first = OutgoingLeg.test(2)
        first.hasNext = true
        line.give(.legs([first]))
        for answer in ["180 Ringing", response] {
            try line.deliver(try line.last("INVITE", leg: 1).response(answer, tag: "b"), from: 2)
        }
        #expect(line.routes.count == (triesNext ? 2 : 1))
        guard triesNext else { return }
        line.give(.legs([.test(3)]))
        try line.deliver(try line.last("INVITE", leg: 2).response("404 Not Found", tag: "c"), from: 3)
        #expect(line.starts(leg: 0).last == (response.hasPrefix("486") ? "486" : "404"))
    }

    @Test("where else to call is told to the owner before it is asked, whatever the others refuse with")
    func moved() throws {
        var line = CallLine()
        try line.begin()
        line.give(.legs([.test(2), .test(3)]))
        try line.deliver(
            line.last("INVITE", leg: 1).response(
                "302 Moved Temporarily", tag: "b", headers: ["Contact: <sip:carol@demarc.test>;q=0.5"]), from: 2)
        #expect(line.moves == ["1 sip:carol@demarc.test"] && line.routes.count == 1)
        try line.deliver(line.last("INVITE", leg: 2).response("486 Busy Here", tag: "c"), from: 3)
        #expect(line.routes.count == 2)
        line.give(.legs([]))
        #expect(line.starts(leg: 0).last == "486")
    }

    @Test(
        "of several failures the best is told",
        arguments: [
            (["503", "486"], "486"), (["404", "480"], "404"), (["500", "404"], "404"), (["486", "603"], "603"),
            (["302", "302"], "480"),
        ] as [([String], String)])
    func best(statuses: [String], told: String) throws {
        var line = CallLine()
        try line.begin()
        line.give(.legs([.test(2), .test(3)]))
        for (place, status) in statuses.enumerated() {
            let leg = UInt8(place + 1)
            try line.deliver(
                try line.last("INVITE", leg: leg).response("\(status) No", tag: "t"), from: UInt32(place + 2))
        }
        if line.routes.count > 1 { line.give(.legs([])) }
        #expect(line.starts(leg: 0).last == told)
    }

    @Test("the first of several answers wins; the others are acknowledged and ended")
    func forked() throws {
        var line = CallLine()
        try line.begin()
        line.give(.legs([.test(2), .test(3)]))
        let second = try line.last("INVITE", leg: 2)
        try line.deliver(second.response("180 Ringing", tag: "c", headers: ["Contact: <sip:c@192.0.2.3>"]), from: 3)
        try line.answerCallee()
        #expect(line.starts(leg: 2) == ["INVITE", "CANCEL"])
        // It answered before the CANCEL came; and a fork behind the first leg answered as well.
        try line.deliver(
            second.response("200 OK", tag: "c", headers: ["Contact: <sip:c@192.0.2.3>"], body: SIPText.answer), from: 3)
        #expect(line.starts(leg: 2) == ["INVITE", "CANCEL", "ACK", "BYE"])
        try line.answerCallee(tag: "b2")
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "ACK", "BYE"])
        #expect(try line.last("BYE", leg: 1).toTag == "b2")
        #expect(line.starts(leg: 0) == ["100", "180", "200"])
        try line.answerCallee()
        #expect(
            line.starts(leg: 1) == ["INVITE", "ACK", "ACK", "BYE", "ACK"], "a copy of the answer gets its ACK again")
        #expect(try line.last("ACK", leg: 1).toTag == "b")
    }

    @Test("CANCEL before, while and after the answer", arguments: [0, 1, 2])
    func cancel(moment: Int) throws {
        var line = CallLine()
        try line.ring()
        let invite = try line.last("INVITE", leg: 1)
        if moment > 0 { try line.deliver(invite.response("180 Ringing", tag: "b"), from: 2) }
        if moment == 2 { try line.answerCallee() }
        let cancel = CallLine.invite(body: "").replacing("INVITE sip", with: "CANCEL sip").replacing(
            "1 INVITE", with: "1 CANCEL")
        try line.deliver(cancel, from: 1)
        guard moment < 2 else {
            #expect(line.starts(leg: 0) == ["100", "180", "200", "200"], "the answer stands")
            return
        }
        #expect(line.starts(leg: 0).suffix(2) == ["200", "487"])
        if moment == 0 {
            #expect(line.starts(leg: 1) == ["INVITE"], "no CANCEL before there was any answer (RFC 3261 section 9.1)")
            try line.deliver(invite.response("100 Trying"), from: 2)
        }
        #expect(line.starts(leg: 1) == ["INVITE", "CANCEL"])
        #expect(try line.last("CANCEL", leg: 1).branch == invite.branch)
        try line.deliver(try line.last("CANCEL", leg: 1).response("200 OK"), from: 2)
        try line.deliver(invite.response("487 Request Terminated", tag: "b"), from: 2)
        #expect(line.starts(leg: 1) == ["INVITE", "CANCEL", "ACK"])
        #expect(line.ended == .cancelled)
    }

    @Test("a carrier's challenge is answered, once", arguments: ["401", "407"])
    func challenge(status: String) throws {
        var line = CallLine()
        try line.ring(
            CallLine.invite(),
            .test(2) {
                $0.credentials = .init(user: Array("u".utf8)) { algorithm, realm in
                    digestHA1(algorithm, user: Array("u".utf8).span, realm: realm.span, password: Array("p".utf8).span)
                }
            })
        let name = status == "401" ? "WWW-Authenticate" : "Proxy-Authenticate"
        let challenge = ["\(name): Digest realm=\"c\", nonce=\"n\", qop=\"auth\""]
        try line.deliver(
            try line.last("INVITE", leg: 1).response("\(status) No", tag: "b", headers: challenge), from: 2)
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "INVITE"])
        let again = try line.last("INVITE", leg: 1)
        #expect(again.cseq == 2 && again.header(status == "401" ? "Authorization" : "Proxy-Authorization") != nil)
        try line.deliver(again.response("\(status) No", tag: "b", headers: challenge), from: 2)
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "INVITE", "ACK"])
        #expect(line.routes.count == 2)
        line.give(.legs([]))
        #expect(line.starts(leg: 0).last == "503", "our credential there is not the caller's business")
    }

    @Test("identity is what the leg says; STIR, Diversion and History-Info pass")
    func identity() throws {
        var line = CallLine()
        let headers = [
            "P-Asserted-Identity: <sip:mallory@x>", "Remote-Party-ID: <sip:m@x>", "Privacy: id",
            "Identity: eyJ;info=<x>",
            "Diversion: <sip:d@x>", "History-Info: <sip:h@x>;index=1", "X-Other: y",
        ]
        try line.ring(
            CallLine.invite(headers),
            .test(2) { $0.assertedIdentity = Array("<sip:+15551234567@demarc.test>".utf8) })
        let invite = try line.last("INVITE", leg: 1)
        #expect(invite.headers("P-Asserted-Identity") == ["<sip:+15551234567@demarc.test>"])
        for name in ["Remote-Party-ID", "Privacy", "X-Other"] { #expect(invite.header(name) == nil) }
        for name in ["Identity", "Diversion", "History-Info"] { #expect(invite.headers(name).count == 1, "\(name)") }
    }

    @Test("media is filtered both ways, and what is none is a 488")
    func media() throws {
        var line = CallLine()
        try line.ring(
            CallLine.invite(), .test(2) { $0.media = MediaFilter(codecs: [SDPCodec("PCMU")].compactMap { $0 }) })
        #expect(try line.last("INVITE", leg: 1).body.contains("m=audio 4000 RTP/AVP 0\r\n"))
        var secure = CallLine()
        try secure.begin()
        secure.give(.legs([.test(2) { $0.media = MediaFilter(encryption: .required) }]))
        #expect(secure.starts(leg: 1).isEmpty)
        #expect(secure.routes == [nil, .media(.notEncrypted)])
        secure.give(.legs([]))
        #expect(secure.starts(leg: 0).last == "488")
    }

    @Test("it rings no longer than it may, and waits no longer for its owner")
    func limits() throws {
        var line = CallLine()
        try line.ring()
        try line.deliver(try line.last("INVITE", leg: 1).response("180 Ringing", tag: "b"), from: 2)
        line.pass(seconds: 179)
        #expect(line.ended == nil)
        line.pass(seconds: 1)
        #expect(line.ended == .unanswered && line.starts(leg: 1) == ["INVITE", "CANCEL"])
        #expect(line.starts(leg: 0) == ["100", "180", "480"])
        var slow = CallLine()
        try slow.begin()
        slow.pass(seconds: 10)
        #expect(slow.starts(leg: 0).contains("500"))
    }

    @Test("a MESSAGE outside of a dialog finds who takes it, one target after the other")
    func message() throws {
        var line = CallLine()
        let text = CallLine.invite(["Content-Type: text/plain"], body: "hello").replacing("INVITE", with: "MESSAGE")
        try line.begin(text.replacing("Contact: <sip:alice@192.0.2.1>\r\n", with: ""))
        #expect(line.starts(leg: 0).isEmpty && line.routes.count == 1)
        line.give(.legs([.test(2)]))
        let message = try line.last("MESSAGE", leg: 1)
        #expect(
            message.body == "hello" && message.header("Content-Type") == "text/plain"
                && message.header("Contact") == nil)
        line.pass(seconds: 0.5)
        #expect(line.starts(leg: 1) == ["MESSAGE", "MESSAGE"])
        try line.deliver(message.response("503 Service Unavailable", tag: "b"), from: 2)
        line.give(.legs([.test(3), .test(4)]))
        try line.deliver(try line.last("MESSAGE", leg: 2).response("202 Accepted", tag: "c"), from: 3)
        #expect(line.starts(leg: 0) == ["202"])
        try line.deliver(try line.last("MESSAGE", leg: 3).response("200 OK", tag: "d"), from: 4)
        line.pass(seconds: 60)
        #expect(line.starts(leg: 0) == ["202"] && line.releases == 1 && line.ended == .answered(202))
        #expect(line.starts(leg: 3).allSatisfy { $0 == "MESSAGE" }, "nothing is cancelled or ended")
    }
}
