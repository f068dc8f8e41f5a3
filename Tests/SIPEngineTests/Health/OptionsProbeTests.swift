import SIPEngine
import SIPMessage
import TestSupport
import Testing

/// One OPTIONS to a destination of several addresses; time moves only when it is told to.
@Suite struct OptionsProbeTests {
    /// What was sent, and what it came to.
    private struct Line {
        var probe: OptionsProbe
        var now: Int64 = 1_767_225_600_000
        var sent: [(text: String, target: Target)] = []
        var outcomes: [OptionsProbe.Outcome] = []

        init(names: @escaping LocalNameSource = { _ in Array("192.0.2.100:5060".utf8) }) {
            var random = SeededRandom(seed: 1)
            let terms = ProbeTerms(
                policy: ProbePolicy(), names: names, userAgent: Array("Demarc".utf8), using: &random)
            probe = OptionsProbe(id: 7, uri: Array("sip:carrier.test".utf8), terms: terms)
        }

        mutating func begin(_ targets: Target...) { carryOut(probe.begin(targets, at: now)) }

        mutating func fail(_ target: Target) { carryOut(probe.transportFailed(target.address, "gone", at: now)) }

        mutating func pass(milliseconds: Int64) {
            let end = now + milliseconds
            while let deadline = probe.deadline, deadline <= end {
                now = deadline
                carryOut(probe.reachDeadline(at: now))
            }
            now = end
        }

        /// Answers a request that was sent, as it stands or changed.
        mutating func answer(
            _ status: String, to place: Int, _ change: (String) -> String = { $0 }
        ) throws {
            let lines = sent[place].text.split(separator: "\r\n").filter { line in
                ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].contains { line.hasPrefix($0) }
            }
            let text = change(
                "SIP/2.0 \(status)\r\n" + lines.joined(separator: "\r\n") + "\r\nContent-Length: 0\r\n\r\n")
            let bytes = Array(text.utf8)
            var index = MessageIndex()
            try index.read(bytes.span)
            #expect(Branch.id(of: .probe, index, bytes.span) == 7)
            #expect(Branch.id(of: .registration, index, bytes.span) == nil)
            carryOut(probe.receive(response: index, bytes.span, at: now))
        }

        private mutating func carryOut(_ effects: [OptionsProbe.Effect]) {
            for effect in effects {
                switch effect {
                case .send(let bytes, let target): sent.append((String(decoding: bytes, as: UTF8.self), target))
                case .ended(let outcome): outcomes.append(outcome)
                }
            }
        }
    }

    @Test func whatIsAskedCanBeRead() throws {
        var line = Line()
        line.begin(.test(1))
        let bytes = Array(line.sent[0].text.utf8)
        var index = MessageIndex()
        #expect(index.admit(bytes.span) == .accept)
        #expect(line.sent[0].text.hasPrefix("OPTIONS sip:carrier.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.100:5060;"))
        try line.answer("405 Method Not Allowed", to: 0)
        #expect(line.outcomes == [.answered(405)] && line.probe.deadline == nil)
    }

    @Test func silenceAtEveryAddressIsSilence() {
        var line = Line()
        line.begin(.test(1), .test(2))
        line.pass(milliseconds: 60_000)
        // Four seconds each: at once, and after 500, 1500 and 3500 ms.
        #expect(line.sent.map(\.target) == Array(repeating: .test(1), count: 4) + Array(repeating: .test(2), count: 4))
        #expect(line.outcomes == [.silent] && !line.probe.isAsking)
    }

    @Test func oneAddressThatAnswersIsEnough() throws {
        var line = Line()
        line.begin(.test(1), .test(2), .test(3))
        line.fail(.test(1))
        try line.answer("503 Busy", to: 1)
        try line.answer("100 Trying", to: 2)
        #expect(line.outcomes.isEmpty)
        try line.answer("200 OK", to: 2)
        #expect(line.outcomes == [.answered(200)])
        line.begin(.test(1))
        line.fail(.test(2))
        #expect(line.probe.isAsking, "not who is asked")
        line.fail(.test(1))
        #expect(line.outcomes == [.answered(200), .unreachable("gone")])
    }

    @Test func otherAnswersAreIgnored() throws {
        var line = Line()
        line.begin(.test(1))
        for (old, new) in [
            ("CSeq: 1 ", "CSeq: 2 "), ("OPTIONS\r\n", "INVITE\r\n"), (";rport", ";rport, SIP/2.0/UDP h"),
        ] {
            try line.answer("200 OK", to: 0) { $0.replacing(old, with: new) }
        }
        try line.answer("200 OK", to: 0) { text in
            let branch = text.firstMatch(of: /branch=([^;]+)/).map { String($0.1) } ?? ""
            return text.replacing(branch, with: branch.dropLast() + (branch.hasSuffix("0") ? "1" : "0"))
        }
        #expect(line.outcomes.isEmpty)
        // The next one is another request: an answer to the last comes too late.
        line.pass(milliseconds: 5000)
        line.begin(.test(1))
        try line.answer("200 OK", to: 0)
        #expect(line.outcomes == [.silent])
        try line.answer("200 OK", to: line.sent.count - 1)
        #expect(line.outcomes == [.silent, .answered(200)])
    }

    @Test func withoutAWayThereNobodyIsAsked() {
        var line = Line { _ in [] }
        line.begin(.test(1))
        #expect(line.sent.isEmpty && line.outcomes == [.unreachable("No Listener To Send From")])
        line.begin()
        #expect(line.outcomes.last == .unreachable("No Address"))
    }
}
