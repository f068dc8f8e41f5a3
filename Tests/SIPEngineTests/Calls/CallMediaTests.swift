import SIPMessage
import TestSupport
import Testing

@testable import SIPEngine

/// What a call says of descriptions to who has its media relayed, and what it does with what a relay made of them.
@Suite("Calls: media by a relay") struct CallMediaTests {
    private static let relayed = Array("v=0\r\no=relay 1 1 IN IP4 198.51.100.9\r\ns=-\r\n".utf8)

    private static func leg(_ offer: [UInt8]? = relayed, refusal: MediaRefusal? = nil) -> OutgoingLeg {
        var leg = OutgoingLeg.test(2)
        (leg.offer, leg.isRelayed, leg.refusal) = (offer, true, refusal)
        leg.media = MediaFilter(encryption: .required)
        return leg
    }

    @Test("both ways, each with its side and its role")
    func roles() throws {
        var line = CallLine()
        try line.begin()
        #expect(line.call?.offer == Array(SIPText.offer.utf8))
        line.give(.caller(MediaFilter(encryption: .required)))
        line.give(.legs([Self.leg()]))
        let invite = try line.last("INVITE", leg: 1)
        // A relay's own is not filtered: what is required of the ends was looked at before.
        #expect(invite.body == String(decoding: Self.relayed, as: UTF8.self))
        let answer = invite.response(
            "200 OK", tag: "b", headers: ["Contact: <sip:bob@192.0.2.2:5070>"], body: SIPText.answer)
        #expect(line.describes(answer) == .init(from: 1, to: 0, isOffer: false, sequence: 1))
        #expect(line.describes(invite.response("180 Ringing", tag: "b")) == nil)
        #expect(line.describes(invite.response("486 Busy Here", tag: "b", body: SIPText.answer)) == nil)
        try line.deliver(answer, from: 2, body: .description(Self.relayed))
        #expect(try line.last("200").body == String(decoding: Self.relayed, as: UTF8.self))
        try line.acknowledge()
        let again = try line.callerRequest("INVITE", cseq: 2, body: SIPText.offer)
        #expect(line.describes(again) == .init(from: 0, to: 1, isOffer: true, sequence: 2))
        try line.deliver(again, from: 1, body: .description(Self.relayed))
        let second = try line.last("INVITE", leg: 1).response("200 OK", body: SIPText.answer)
        #expect(line.describes(second)?.isOffer == false && line.describes(second)?.from == 1)
        try line.deliver(second, from: 2, body: .description(Self.relayed))
        try line.acknowledge()
        let update = try line.calleeRequest("UPDATE", cseq: 1, body: SIPText.offer)
        #expect(line.describes(update) == .init(from: 1, to: 0, isOffer: true, sequence: 1))
        #expect(line.describes(try line.callerRequest("INFO", cseq: 3, body: SIPText.offer)) == nil)
    }

    @Test("the callee makes the offer where the caller made none")
    func lateOffer() throws {
        var line = CallLine()
        try line.begin(CallLine.invite(body: ""))
        #expect(line.call?.offer == nil)
        line.give(.legs([Self.leg(nil)]))
        let answer = try line.last("INVITE", leg: 1).response(
            "200 OK", tag: "b", headers: ["Contact: <sip:bob@192.0.2.2:5070>"], body: SIPText.offer)
        #expect(line.describes(answer)?.isOffer == true)
        try line.deliver(answer, from: 2, body: .description(Self.relayed))
        let ack = try line.callerRequest("ACK", cseq: 1, body: SIPText.answer)
        #expect(line.describes(ack) == .init(from: 0, to: 1, isOffer: false, sequence: 1))
        try line.deliver(ack, from: 1, body: .description(Self.relayed))
        #expect(try line.last("ACK", leg: 1).body == String(decoding: Self.relayed, as: UTF8.self))
    }

    @Test(
        "a leg that cannot be joined fails, and says why",
        arguments: [
            (MediaRefusal.webOnly, "488"), (.behindNAT, "488"), (.noRelay, "488"), (.relayFailed, "503"),
        ])
    func refusals(refusal: MediaRefusal, status: String) throws {
        var line = CallLine()
        try line.ring(CallLine.invite(), Self.leg(nil, refusal: refusal))
        #expect(line.starts(leg: 1).isEmpty)
        #expect(line.routes == [nil, .media(refusal)])
        line.give(.legs([]))
        let final = try line.last(status)
        #expect(final.header("Warning")?.hasPrefix("399 demarc \"") ?? false)
        #expect(line.ended == .media(refusal))
    }

    @Test("what a place said to the first offer is forgotten when it is made another one")
    func again() throws {
        var line = CallLine()
        try line.ring()
        try line.deliver(try line.last("INVITE", leg: 1).response("488 Not Acceptable Here", tag: "b"), from: 2)
        var again = Self.leg()
        again.isAgain = true
        line.give(.legs([again]))
        try line.deliver(try line.last("INVITE", leg: 2).response("404 Not Found", tag: "b"), from: 2)
        line.give(.legs([]))
        #expect(line.starts(leg: 0) == ["100", "404"])
    }

    @Test("an answer that the relay does not take ends the callee's side and the call")
    func relayFailsLate() throws {
        var line = CallLine()
        try line.ring(CallLine.invite(), Self.leg())
        let answer = try line.last("INVITE", leg: 1).response(
            "200 OK", tag: "b", headers: ["Contact: <sip:bob@192.0.2.2:5070>"], body: SIPText.answer)
        try line.deliver(answer, from: 2, body: .refused(.relayFailed))
        #expect(line.starts(leg: 1) == ["INVITE", "ACK", "BYE"])
        line.give(.legs([]))
        #expect(try line.last("503").header("Warning") != nil)
    }

    @Test("an offer within the call that the relay does not take leaves the call as it was")
    func relayFailsWithin() throws {
        var line = CallLine()
        try line.ring(CallLine.invite(), Self.leg())
        try line.answerCallee()
        try line.acknowledge()
        try line.deliver(
            try line.callerRequest("INVITE", cseq: 2, body: SIPText.offer), from: 1, body: .refused(.relayFailed))
        #expect(try line.last("488").cseq == 2)
        #expect(line.ended == nil)
    }
}

extension CallLine {
    fileprivate func describes(_ text: String) -> Call.Description? {
        let bytes = Array(text.utf8)
        var index = MessageIndex()
        guard index.admit(bytes.span) == .accept || !index.isRequest else { return nil }
        return call?.description(in: index, bytes.span)
    }
}
