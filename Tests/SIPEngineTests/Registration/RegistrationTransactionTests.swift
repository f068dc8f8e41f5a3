import SIPEngine
import SIPMessage
import Testing

@Suite("Outbound registration: the transaction") struct RegistrationTransactionTests {
    @Test("over UDP a request is sent again at the times of RFC 3261 section 17.1.2.2, byte for byte")
    func timerE() throws {
        var line = RegistrationLine()
        line.start()
        let start = line.now
        line.pass(seconds: 31.99)
        let times = line.sent.map { Double($0.at - start) / 1000 }
        #expect(times == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5])
        #expect(Set(line.sent.map(\.text)).count == 1)
        line.pass(seconds: 0.01)
        #expect(line.status.state == .retrying)
        #expect(line.status.code == 408)
        #expect(line.status.reason == "No Answer")
        #expect(line.sent.count == 11)
    }

    @Test("an authenticated request is sent again with the same nonce count")
    func retransmittedAnswer() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\""])
        line.pass(seconds: 8)
        #expect(Set(line.sent.dropFirst().map(\.text)).count == 1)
        #expect(line.sent.count == 6)
    }

    @Test("a provisional answer slows it down to T2 and does not end it")
    func provisional() throws {
        var line = RegistrationLine()
        line.start()
        let start = line.now
        try line.answer("100 Trying")
        line.pass(seconds: 31.99)
        #expect(line.sent.map { Double($0.at - start) / 1000 } == [0, 0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5])
        line.pass(seconds: 0.01)
        #expect(line.status.code == 408)
    }

    @Test("over streams nothing is sent again, and timer F holds", arguments: [Transport.tcp, .tls])
    func streams(_ transport: Transport) throws {
        var line = RegistrationLine()
        line.targets = [.test(1, transport)]
        line.start()
        line.pass(seconds: 31.99)
        #expect(line.sent.count == 1)
        line.pass(seconds: 0.01)
        #expect(line.status.code == 408)
    }

    @Test("what answers another request is ignored")
    func strays() throws {
        var line = RegistrationLine()
        line.start()
        let first = line.last
        let good = "SIP/2.0 200 OK\r\nVia: \(first.header("Via") ?? "")\r\nCSeq: 1 REGISTER\r\nCall-ID: x\r\n\r\n"
        let strays = [
            good.replacing(first.branch, with: "z9hG4bK" + first.branch.dropFirst(7).reversed()),
            good.replacing(first.branch, with: first.branch.dropLast() + "g"),
            good.replacing(first.branch, with: first.branch + "0"),
            good.replacing("CSeq: 1 REGISTER", with: "CSeq: 2 REGISTER"),
            good.replacing("CSeq: 1 REGISTER", with: "CSeq: 1 OPTIONS"),
            good.replacing("CSeq: 1 REGISTER\r\n", with: ""),
            good.replacing("\r\nCSeq", with: "\r\nVia: SIP/2.0/UDP other;branch=z9hG4bK1\r\nCSeq"),
            "REGISTER sip:x SIP/2.0\r\nVia: \(first.header("Via") ?? "")\r\nCSeq: 1 REGISTER\r\n\r\n",
        ]
        for stray in strays {
            try line.deliver(stray)
            #expect(line.status.isInProgress, "\(stray)")
        }
        // Late and doubled answers to a request that was answered.
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\""], to: first)
        try line.answer("403 Forbidden", to: first)
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"r\", nonce=\"o\""], to: first)
        #expect(line.sent.count == 2)
        try line.grant()
        try line.answer("403 Forbidden")
        #expect(line.status.state == .registered)
        try line.deliver(good)
        #expect(line.status.granted == 3600)
    }

    @Test("a branch names its registration; others name none")
    func branches() throws {
        var line = RegistrationLine(id: 0xFEDC_BA98_7654_3210)
        line.start()
        #expect(try registration("SIP/2.0/UDP h;branch=\(line.last.branch)") == 0xFEDC_BA98_7654_3210)
        #expect(try registration("SIP/2.0/UDP h;branch=z9hG4bK776asdhds") == nil)
        #expect(try registration("SIP/2.0/UDP h;branch=z9hG4bKdq\(line.last.branch.dropFirst(9))") == nil)
        #expect(try registration("SIP/2.0/UDP h;branch=z9hG4bKdrx\(line.last.branch.dropFirst(10))") == nil)
        #expect(try registration("SIP/2.0/UDP h") == nil)
    }

    private func registration(_ via: String) throws -> UInt64? {
        let bytes = Array("SIP/2.0 200 OK\r\nVia: \(via)\r\n\r\n".utf8)
        var index = MessageIndex()
        try index.read(bytes.span)
        return Branch.id(of: .registration, index, bytes.span)
    }

    @Test("every new request has a CSeq one higher and a branch of its own")
    func sequence() throws {
        var line = RegistrationLine()
        line.targets = [.test(1), .test(2)]
        line.start()
        for _ in 0..<50 {
            try line.answer("503 No")
            if !line.status.isInProgress { line.step() }
        }
        #expect(line.sent.map(\.cseq) == Array(1...51))
        #expect(Set(line.sent.map(\.branch)).count == 51)
    }

    @Test("nothing is sent before the pacer permits it, and who holds a lease is due when it ends")
    func permits() throws {
        var line = RegistrationLine()
        line.permits = false
        line.start()
        #expect(line.sent.isEmpty)
        #expect(line.status.isInProgress)
        #expect(line.queued[0].due == line.now + 30_000)
        line.pass(seconds: 3600)
        #expect(line.sent.isEmpty)
        line.give(.permitted)
        try line.grant(1000)
        let end = line.now + 1_000_000
        line.step()
        #expect(line.queued[1].due == end)
        line.give(.permitted)
        line.give(.permitted)
        #expect(line.sent.count == 2, "one permit is one request")
    }
}
