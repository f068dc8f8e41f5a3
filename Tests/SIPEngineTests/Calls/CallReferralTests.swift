import SIPEngine
import SIPMessage
import TestSupport
import Testing

/// Referrals: who is in a call is handed over to somebody else (RFC 3515, RFC 5589).
@Suite("Calls: referrals") struct CallReferralTests {
    @Test("a referral is refused, or carried out as a new leg for who is handed over", arguments: [true, false])
    func referral(isAllowed: Bool) throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.calleeRequest("REFER", cseq: 1, ["Refer-To: <sip:carol@demarc.test>"]), from: 2)
        #expect(line.referrals == ["sip:carol@demarc.test"])
        guard isAllowed else {
            line.give(.refuseReferral(403))
            #expect(line.starts(leg: 1).last == "403" && line.ended == nil)
            return
        }
        line.give(.legs([.test(3, user: "carol")]))
        #expect(line.starts(leg: 1).suffix(2) == ["202", "NOTIFY"])
        let invite = try line.last("INVITE", leg: 2)
        #expect(invite.body == SIPText.offer, "the session of who is handed over")
        try line.deliver(
            invite.response(
                "200 OK", tag: "c", headers: ["Contact: <sip:carol@192.0.2.3>"],
                body: SIPText.answer.replacing("o=b 9", with: "o=c 5")), from: 3)
        #expect(line.starts(leg: 2) == ["INVITE", "ACK"])
        #expect(line.starts(leg: 1).suffix(2) == ["NOTIFY", "BYE"])
        #expect(try line.last("NOTIFY", leg: 1).body == "SIP/2.0 200 OK\r\n")
        let again = try line.last("INVITE")
        #expect(again.body.contains("o=b 9 2 IN IP4"), "the session goes on with the next version")
        try line.deliver(
            again.response("200 OK", headers: ["Contact: <sip:alice@192.0.2.1>"], body: SIPText.offer), from: 1)
        #expect(line.starts(leg: 0).last == "ACK")
        try line.deliver(line.callerRequest("BYE", cseq: 2), from: 1)
        #expect(line.starts(leg: 2).last == "BYE")
    }

    @Test("a referral that fails leaves the call as it was")
    func failedReferral() throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.callerRequest("REFER", cseq: 2, ["Refer-To: <sip:carol@demarc.test>"]), from: 1)
        line.give(.legs([.test(3)]))
        try line.deliver(try line.last("INVITE", leg: 2).response("486 Busy", tag: "c"), from: 3)
        #expect(try line.last("NOTIFY").body == "SIP/2.0 486 Busy Here\r\n")
        #expect(line.ended == nil && line.events.last == .transferred(false))
        try line.deliver(line.calleeRequest("BYE", cseq: 1), from: 2)
        #expect(line.starts(leg: 0).last == "BYE")
    }

    @Test("a referral tries one target after the other, as a call does")
    func referralFailsOver() throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.callerRequest("REFER", cseq: 2, ["Refer-To: <sip:carol@demarc.test>"]), from: 1)
        line.give(.legs([.test(3)]))
        try line.deliver(try line.last("INVITE", leg: 2).response("503 Busy", tag: "c"), from: 3)
        #expect(line.routes.last == .some(.answered(503)))
        line.give(.legs([.test(4)]))
        try line.deliver(try line.last("INVITE", leg: 3).response("480 Away", tag: "d"), from: 4)
        line.give(.legs([]))
        #expect(line.starts(leg: 0).filter { $0 == "NOTIFY" }.count == 2)
        #expect(try line.last("NOTIFY").body == "SIP/2.0 480 Temporarily Unavailable\r\n")
        #expect(line.ended == nil)
        // None at all is a refusal of the referral.
        try line.deliver(line.callerRequest("REFER", cseq: 3, ["Refer-To: <sip:dave@demarc.test>"]), from: 1)
        line.give(.legs([]))
        #expect(line.starts(leg: 0).last == "480" && line.ended == nil)
    }

    @Test("a referrer may leave before its referral is carried out", arguments: [true, false])
    func referrerLeaves(isAnswered: Bool) throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(
            line.callerRequest("REFER", cseq: 2, ["Refer-To: <sip:carol@demarc.test>", "Refer-Sub: false"]), from: 1)
        line.give(.legs([.test(3)]))
        #expect(line.starts(leg: 0).last == "202", "it wants no NOTIFY")
        #expect(try line.last("202").header("Refer-Sub") == "false")
        try line.deliver(line.callerRequest("BYE", cseq: 3), from: 1)
        #expect(line.starts(leg: 0).last == "200" && line.ended == nil)
        let invite = try line.last("INVITE", leg: 2)
        guard isAnswered else {
            try line.deliver(invite.response("486 Busy", tag: "c"), from: 3)
            #expect(line.starts(leg: 1).last == "BYE" && line.ended == .answered(486))
            return
        }
        try line.deliver(
            invite.response("200 OK", tag: "c", headers: ["Contact: <sip:carol@192.0.2.3>"], body: SIPText.answer),
            from: 3)
        #expect(line.starts(leg: 2) == ["INVITE", "ACK"])
        #expect(line.starts(leg: 1).last == "INVITE" && line.ended == nil)
        #expect(line.events.contains(.legEnded(leg: 0, cause: .transferred, phase: .ringing)))
        #expect(line.events.last == .transferred(true))
    }

    @Test("the other end of a dialog is called in its place, by what the referrer knows of it", arguments: [0, 1])
    func counterpart(leg: UInt8) throws {
        var line = CallLine()
        try line.connect()
        let isCaller = leg == 1
        let request = SIPText(
            Array(try (isCaller ? line.callerRequest("INFO", cseq: 2) : line.calleeRequest("INFO", cseq: 1)).utf8))
        let (own, ours) = (try #require(request.header("From")?.tag), try #require(request.header("To")?.tag))
        func replaced(_ own: String) throws -> ReplacedDialog? {
            let text = Array("Require=replaces&Replaces=\(request.callID)%3Bfrom-tag%3D\(own)%3Bto-tag%3D\(ours)".utf8)
            return ReplacedDialog(headers: ByteRange(0, text.count), text.span)
        }
        let dialog = try #require(try replaced(own))
        let call = try #require(line.call)
        #expect(dialog.call == call.id)
        let found = try #require(call.counterpart(of: dialog))
        #expect(found.leg == leg)
        #expect(try call.counterpart(of: #require(try replaced("other"))) == nil)
        // What the other end is told is its own view of the dialog.
        let seen = SIPText(
            Array(try (isCaller ? line.calleeRequest("INFO", cseq: 1) : line.callerRequest("INFO", cseq: 2)).utf8))
        let (theirs, oursThere) = (try #require(seen.header("From")?.tag), try #require(seen.header("To")?.tag))
        #expect(
            String(decoding: found.called.replaces, as: UTF8.self)
                == "\(seen.callID);to-tag=\(theirs);from-tag=\(oursThere)")
        var second = CallLine()
        try second.ring(CallLine.invite(), found.called)
        #expect(
            try second.last("INVITE", leg: 1).header("Replaces")
                == String(decoding: found.called.replaces, as: UTF8.self))
    }
}

extension String {
    /// Of a From or To.
    fileprivate var tag: String? { firstMatch(of: /;tag=([^;]+)/).map { String($0.1) } }
}
