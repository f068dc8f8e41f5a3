import TestSupport
import Testing

@testable import SIPEngine

/// What crosses, comes in numbers, or is said only once.
@Suite("Calls: what crosses") struct CallCrossingTests {
    private static let reliable = ["Require: 100rel", "RSeq: 7", "Contact: <sip:bob@192.0.2.2>"]

    @Test(
        "the answer in a reliable response need not come again: whoever does not know those gets it in the 2xx",
        arguments: [true, false])
    func earlyAnswer(callerKnows: Bool) throws {
        var line = CallLine()
        try line.ring(CallLine.invite(callerKnows ? ["Supported: 100rel"] : []))
        let invite = try line.last("INVITE", leg: 1)
        try line.deliver(
            invite.response("183 Session Progress", tag: "b", headers: Self.reliable, body: SIPText.answer), from: 2)
        if callerKnows {
            try line.deliver(line.callerRequest("PRACK", cseq: 2, ["RAck: 1 1 INVITE"]), from: 1)
            try line.deliver(try line.last("PRACK", leg: 1).response("200 OK"), from: 2)
        }
        try line.deliver(invite.response("200 OK", tag: "b", headers: ["Contact: <sip:bob@192.0.2.2>"]), from: 2)
        let answer = try line.last("200")
        #expect(answer.cseqMethod == "INVITE" && answer.body == (callerKnows ? "" : SIPText.answer))
        try line.acknowledge()
        // What the caller has is what is offered to somebody else in its place.
        try line.deliver(line.calleeRequest("REFER", cseq: 1, ["Refer-To: <sip:carol@demarc.test>"]), from: 2)
        line.give(.legs([.test(3)]))
        #expect(try line.last("INVITE", leg: 2).body == SIPText.offer)
        try line.deliver(
            try line.last("INVITE", leg: 2).response(
                "200 OK", tag: "c", headers: ["Contact: <sip:carol@192.0.2.3>"], body: SIPText.answer), from: 3)
        #expect(try line.last("INVITE").body.contains("o=b 9 2 IN IP4"), "it goes on from the early answer")
    }

    @Test("a PRACK that crosses the 2xx is confirmed (RFC 3262 section 3)")
    func latePRACK() throws {
        var line = CallLine()
        try line.ring(CallLine.invite(["Supported: 100rel"]))
        try line.deliver(
            try line.last("INVITE", leg: 1).response("180 Ringing", tag: "b", headers: Self.reliable), from: 2)
        try line.answerCallee()
        #expect(try line.last("200").cseqMethod == "INVITE")
        try line.deliver(line.callerRequest("PRACK", cseq: 2, ["RAck: 1 1 INVITE"]), from: 1)
        #expect(try line.last("200").cseqMethod == "PRACK")
        try line.deliver(line.callerRequest("PRACK", cseq: 3, ["RAck: 2 1 INVITE"]), from: 1)
        #expect(line.starts(leg: 0).last == "481", "there was no second one")
    }

    @Test("nothing reliable is asked for within a session")
    func reINVITE() throws {
        var line = CallLine()
        try line.connect(CallLine.invite(["Supported: 100rel"]))
        try line.deliver(
            line.callerRequest("INVITE", cseq: 2, ["Contact: <sip:alice@192.0.2.1>"], body: SIPText.offer), from: 1)
        #expect(try line.last("INVITE", leg: 1).header("Supported") == "timer")
    }

    @Test("a glare after a transfer ends nothing: the offer is made again, some times", arguments: [1, 6])
    func glareOfATransfer(times: Int) throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.calleeRequest("REFER", cseq: 1, ["Refer-To: <sip:carol@demarc.test>"]), from: 2)
        line.give(.legs([.test(3)]))
        try line.deliver(
            try line.last("INVITE", leg: 2).response(
                "200 OK", tag: "c", headers: ["Contact: <sip:carol@192.0.2.3>"], body: SIPText.answer), from: 3)
        let first = try line.last("INVITE")
        for time in 1...times {
            #expect(line.ended == nil)
            let offer = try line.last("INVITE")
            try line.deliver(offer.response("491 Request Pending"), from: 1)
            line.pass(seconds: 4.1)
            guard time < 6 else { break }
            #expect(try line.last("INVITE").cseq == offer.cseq + 1)
            #expect(try line.last("INVITE").body == first.body)
        }
        guard times < 6 else { return #expect(line.ended == .lost(491)) }
        try line.deliver(
            try line.last("INVITE").response(
                "200 OK", headers: ["Contact: <sip:alice@192.0.2.1>"], body: SIPText.offer), from: 1)
        #expect(line.starts(leg: 0).last == "ACK")
        line.pass(seconds: 60)
        #expect(line.ended == nil)
    }

    @Test("digits pass however many were answered before")
    func digits() throws {
        var line = CallLine()
        try line.connect()
        let before = line.starts(leg: 0).count
        for digit in 0..<150 {
            try line.deliver(line.callerRequest("INFO", cseq: 2 + digit, body: "Signal=\(digit % 10)"), from: 1)
            try line.deliver(try line.last("INFO", leg: 1).response("200 OK"), from: 2)
            line.pass(seconds: 0.1)
        }
        #expect(line.starts(leg: 0).dropFirst(before) == Array(repeating: "200", count: 150)[...])
        let known = try #require(line.call?.servers.count)
        #expect(known <= CallPolicy().remembered)
    }

    @Test("whoever goes on sending to a call that is over does not keep it, nor fill it")
    func flood() throws {
        var line = CallLine()
        try line.connect()
        try line.deliver(line.callerRequest("BYE", cseq: 2), from: 1)
        try line.deliver(try line.last("BYE", leg: 1).response("200 OK"), from: 2)
        for number in 0..<1500 where line.releases == 0 {
            let bye = try line.callerRequest("BYE", cseq: 3 + number).replacing(
                ";tag=a\r\n", with: ";tag=x\(number)\r\n")
            try line.deliver(bye, from: 1)
            let known = try #require(line.call?.servers.count)
            #expect(known <= CallPolicy().remembered)
            line.pass(seconds: 0.1)
        }
        #expect(line.releases == 1)
    }

    @Test("of more that ring than one target may have dialogs, the last may answer, and be talked to")
    func manyRing() throws {
        var line = CallLine()
        try line.begin()
        let legs = Array(1...20) as [UInt8]
        line.give(.legs(legs.map { .test(UInt32($0) + 1) }))
        for leg in legs {
            try line.deliver(
                try line.last("INVITE", leg: leg).response(
                    "180 Ringing", tag: "b\(leg)", headers: ["Contact: <sip:b\(leg)@192.0.2.\(leg + 1)>"]),
                from: UInt32(leg) + 1)
        }
        try line.deliver(
            try line.last("INVITE", leg: 20).response(
                "200 OK", tag: "b20", headers: ["Contact: <sip:b20@192.0.2.21>"], body: SIPText.answer), from: 21)
        #expect(line.starts(leg: 20) == ["INVITE", "ACK"] && line.starts(leg: 0).last == "200")
        for leg in legs.dropLast() {
            try line.deliver(
                try line.last("INVITE", leg: leg).response("487 Terminated", tag: "b\(leg)"), from: UInt32(leg) + 1)
        }
        try line.acknowledge()
        for digit in 0..<3 {
            try line.deliver(line.callerRequest("INFO", cseq: 2 + digit), from: 1)
            try line.deliver(try line.last("INFO", leg: 20).response("200 OK"), from: 21)
            #expect(line.starts(leg: 0).last == "200")
        }
    }
}
