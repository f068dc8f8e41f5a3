import TestSupport
import Testing

@testable import SIPEngine

@Suite struct MediaRelayRequestTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: [
        ("i-42e", Bencoded.integer(-42)), ("0:", .bytes([])), ("3:a:e", .text("a:e")), ("le", .list([])),
        ("li1e1:xe", .list([.integer(1), .text("x")])),
        ("d1:al1:bee", .entries([.init(key: [0x61], value: .list([.text("b")]))])),
    ])
    func aValue(text: String, value: Bencoded) {
        let read = Bencoded(bytes(text).span)
        #expect(read == value)
        var written: [UInt8] = []
        value.write(to: &written)
        #expect(written == bytes(text))
    }

    @Test(arguments: [
        "", "i", "ie", "i1", "i1ex", "5:abc", "-1:", "99999999999999999999:", "l", "d1:a", "di1e1:ae", "1", "x",
        String(repeating: "l", count: 17) + String(repeating: "e", count: 17),
    ])
    func noValue(text: String) {
        let value = Bencoded(bytes(text).span)
        #expect(value == nil)
    }

    /// Whatever comes is a value or none, and a value is written as it came.
    @Test func anyBytes() {
        var random = SeededRandom(seed: 20_261_121)
        let alphabet = bytes("ilde:0123-a")
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            guard let value = Bencoded(text.span) else { continue }
            var written: [UInt8] = []
            value.write(to: &written)
            let again = Bencoded(written.span)
            #expect(again == value)
        }
    }

    @Test func requests() {
        #expect(
            MediaRelayRequest(.ping).datagram(cookie: "c1") == bytes("c1 d7:command4:pinge"))
        #expect(
            MediaRelayRequest(.delete, callID: bytes("id"), offerer: bytes("t")).datagram(cookie: "c2")
                == bytes("c2 d7:command6:delete7:call-id2:id12:delete-delayi0ee"))
        let offer = MediaRelayRequest(
            .offer(description: bytes("v=0"), to: .sdes), callID: bytes("id"), offerer: bytes("t")
        ).datagram(cookie: "c3")
        #expect(
            String(decoding: offer, as: UTF8.self)
                == "c3 d7:command5:offer3:sdp3:v=07:call-id2:id8:from-tag1:t7:replacel6:origin18:session-connectione"
                + "18:transport-protocol8:RTP/SAVP3:ICE6:remove8:rtcp-muxl5:demuxe4:DTLS3:off"
                + "4:SDESl20:no-NULL_HMAC_SHA1_8020:no-NULL_HMAC_SHA1_32ee")
    }

    @Test(arguments: [
        ("c1 d6:result4:ponge", "c1", MediaRelayAnswer.pong),
        ("c2 d6:result2:ok3:sdp3:v=0e", "c2", .done(description: Array("v=0".utf8))),
        ("c3 d6:result2:oke", "c3", .done(description: nil)),
        ("c4 d6:result5:error12:error-reason3:bade", "c4", .refused(reason: "bad")),
    ])
    func answers(text: String, cookie: String, answer: MediaRelayAnswer) {
        let read = MediaRelayAnswer.read(bytes(text).span)
        #expect(read?.cookie == cookie)
        #expect(read?.answer == answer)
    }

    @Test(arguments: ["", "c1", "c1 ", "c1 i1e", "c1 d6:result", "c1 d1:a1:be"])
    func noAnswer(text: String) {
        let read = MediaRelayAnswer.read(bytes(text).span)
        #expect(read == nil)
    }
}
