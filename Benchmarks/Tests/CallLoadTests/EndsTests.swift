import CDatagrams
import Datagrams
import Testing

@testable import call_load

@Suite struct EndsTests {
    private static let callee = Endpoint(address: "127.0.0.1", port: 5080)
    private static let ends = Ends(
        server: Endpoint(address: "127.0.0.1", port: 5060), caller: Endpoint(address: "127.0.0.1", port: 5070),
        callee: callee, numbers: 100)
    private static let peer = datagram_peer(address: 0x7F00_0001, port: 5060)

    /// The datagrams that wait, as text.
    private func texts(_ outbox: inout Outbox) -> [String] {
        var (texts, start): ([String], Int) = ([], 0)
        for length in outbox.lengths {
            texts.append(String(decoding: outbox.bytes[start..<start + Int(length)], as: UTF8.self))
            start += Int(length)
        }
        outbox = Outbox()
        return texts
    }

    private func lines(_ text: String, _ name: String) -> [String] {
        text.split(separator: "\r\n").filter { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    private struct Line {
        var callers: Callers
        var callees = Callees(at: EndsTests.callee)
        var tally = Tally()
        var outbox = Outbox()

        init(staysUp: Bool = false) { callers = Callers(EndsTests.ends, places: 4, staysUp: staysUp) }

        mutating func toCallee(_ text: String, at now: UInt64 = 1) {
            let bytes = Array(text.utf8)
            callees.receive(bytes.span, from: EndsTests.peer, at: now, into: &outbox)
        }

        mutating func toCaller(_ text: String, at now: UInt64 = 2) {
            let bytes = Array(text.utf8)
            callers.receive(bytes.span, at: now, &tally, &outbox)
        }
    }

    @Test func aCallFromBeginningToEnd() throws {
        var line = Line()
        #expect(line.callers.begin(at: 1, at: 1, &line.outbox) == 1)
        let invite = try #require(texts(&line.outbox).first)
        #expect(invite.hasPrefix("INVITE sip:+19195550001@127.0.0.1:5060 SIP/2.0\r\n"))
        #expect(lines(invite, "Content-Length") == ["\(Ends.description.count)"])
        line.toCallee(invite)
        let answers = texts(&line.outbox)
        #expect(answers.map { $0.prefix(11) } == ["SIP/2.0 180", "SIP/2.0 200"])
        #expect(lines(answers[1], "Via") == lines(invite, "Via"))
        for answer in answers { line.toCaller(answer) }
        let leaving = texts(&line.outbox)
        #expect(leaving.map { $0.prefix(3) } == ["ACK", "BYE"])
        #expect(leaving.allSatisfy { $0.contains(" sip:callee@127.0.0.1:5080 SIP/2.0\r\n") })
        #expect(line.callees.open == 1)
        for text in leaving { line.toCallee(text) }
        for text in texts(&line.outbox) { line.toCaller(text) }
        #expect(line.tally.completed == 1 && line.tally.isClean && line.tally.setUp.count == 1)
        #expect(line.callers.active == 0 && line.callees.open == 0 && line.callees.strangers == 0)
    }

    @Test func whoAsksWhetherTheCalleeIsThereIsTold() throws {
        var line = Line()
        line.toCallee(
            """
            OPTIONS sip:127.0.0.1:5080 SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKp;rport\r
            From: <sip:127.0.0.1:5060>;tag=a\r
            To: <sip:127.0.0.1:5080>\r
            Call-ID: probe\r
            CSeq: 1 OPTIONS\r
            \r

            """)
        #expect(texts(&line.outbox).map { $0.prefix(11) } == ["SIP/2.0 200"])
        #expect(line.callees.strangers == 0 && line.callees.open == 0)
    }

    /// Through a proxy that stays in the path, and with what a proxy adds to the INVITE.
    @Test func whoRecordsItsRouteIsPassed() throws {
        var line = Line(staysUp: true)
        _ = line.callers.begin(at: 1, at: 1, &line.outbox)
        let invite = try #require(texts(&line.outbox).first)
        let routed = invite.replacing(
            "Max-Forwards: 70\r\n",
            with: "Record-Route: <sip:127.0.0.1;lr=b>\r\nRecord-Route: <sip:127.0.0.1;lr=a>\r\nMax-Forwards: 69\r\n")
        line.toCallee(routed)
        for answer in texts(&line.outbox) { line.toCaller(answer) }
        let ack = try #require(texts(&line.outbox).first)
        #expect(lines(ack, "Route") == ["<sip:127.0.0.1;lr=a>", "<sip:127.0.0.1;lr=b>"])
        #expect(line.callers.up == 1)
        // The first place of four.
        line.callers.hangUp(0, at: 3, &line.tally, &line.outbox)
        #expect(texts(&line.outbox).first.map { lines($0, "Route").count } == 2)
    }

    @Test func aRefusalIsAcknowledgedAndCounted() throws {
        var line = Line()
        _ = line.callers.begin(at: 1, at: 1, &line.outbox)
        let invite = try #require(texts(&line.outbox).first)
        let refusal = invite.replacing("INVITE sip:+19195550001@127.0.0.1:5060 SIP/2.0", with: "SIP/2.0 503 Busy")
            .replacing(">\r\nCall-ID", with: ">;tag=s\r\nCall-ID")
        line.toCaller(refusal)
        let ack = try #require(texts(&line.outbox).first)
        #expect(ack.hasPrefix("ACK ") && lines(ack, "Via") == lines(invite, "Via"))
        #expect(lines(ack, "To").first?.hasSuffix(";tag=s") == true)
        #expect(line.tally.refusals == [503: 1] && !line.tally.isClean && line.callers.active == 0)
    }

    @Test func whatIsNotAnsweredIsSentAgainAndGivenUp() throws {
        var line = Line()
        _ = line.callers.begin(at: 1, at: 1, &line.outbox)
        let invite = try #require(texts(&line.outbox).first)
        var now: UInt64 = 1
        for _ in 0..<20 {
            now += Load.repeatAfter + 1
            line.callers.sweep(at: now, &line.tally, &line.outbox)
            #expect(texts(&line.outbox) == [invite])
        }
        line.callers.sweep(at: now + Load.repeatAfter + 1, &line.tally, &line.outbox)
        #expect(line.tally.lost == 1 && line.callers.active == 0)

        line.toCallee(invite)
        let answer = try #require(texts(&line.outbox).last)
        line.callees.repeatAnswers(sentBefore: 2, at: 3, into: &line.outbox)
        #expect(texts(&line.outbox) == [answer])
        line.toCallee(invite.replacing("INVITE", with: "ACK"))
        line.callees.repeatAnswers(sentBefore: 4, at: 5, into: &line.outbox)
        #expect(texts(&line.outbox).isEmpty)
    }
}
