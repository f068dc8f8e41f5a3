import SIPEngine
import Testing

@Suite("Outbound registration: challenges") struct RegistrationChallengeTests {
    private func challenge(_ fields: String, realm: String = "sip.test", nonce: String = "n1") -> String {
        "WWW-Authenticate: Digest realm=\"\(realm)\", nonce=\"\(nonce)\"\(fields)"
    }

    /// The challenges of a 401, and how the answer must name its algorithm and qop.
    @Test(
        "the best of several challenges is answered, whatever their order",
        arguments: [
            ([", qop=\"auth\""], "MD5", "auth"),
            ([", algorithm=md5, qop=\"auth\""], "MD5", "auth"),
            ([", algorithm=SHA-256, qop=\"auth\""], "SHA-256", "auth"),
            ([", algorithm=SHA-256, qop=\"auth\"", ", algorithm=MD5, qop=\"auth\""], "SHA-256", "auth"),
            ([", algorithm=MD5, qop=\"auth\"", ", algorithm=SHA-256, qop=\"auth\""], "SHA-256", "auth"),
            ([", algorithm=SHA-512-256, qop=\"auth\"", ", algorithm=MD5"], "MD5", ""),
            ([", algorithm=AKAv1-MD5", ", algorithm=\"MD5\", qop=\"auth-int, auth\""], "MD5", "auth"),
            ([", algorithm=MD5-sess, qop=\"auth\""], "MD5-sess", "auth"),
            ([", algorithm=SHA-256-sess, qop=\"auth\"", ", algorithm=MD5"], "SHA-256-sess", "auth"),
            ([", algorithm=MD5, qop=\"auth-int\""], "MD5", "auth-int"),
            ([""], "MD5", ""),
        ] as [([String], String, String)])
    func best(_ challenges: [String], algorithm: String, qop: String) throws {
        var line = RegistrationLine()
        line.start()
        #expect(line.last.answer == nil)
        try line.answer("401 Unauthorized", challenges.map { challenge($0) })
        #expect(line.sent.count == 2)
        let answer = try #require(line.last.answer)
        #expect(answer.isRight)
        #expect(answer.field("algorithm") == algorithm)
        #expect(answer.field("qop") == qop)
        #expect(answer.field("username") == "alice")
        #expect(answer.field("uri") == "sip:sip.test")
        try line.grant()
        #expect(line.status.state == .registered)
    }

    @Test(
        "what cannot be answered is refused visibly, and tried again slowly",
        arguments: [
            ["WWW-Authenticate: Basic realm=\"x\""], [], ["WWW-Authenticate: Digest realm=\"x\", nonce"],
            ["WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512"],
            ["WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"token\""],
            ["WWW-Authenticate: Digest realm=\"x\", nonce=\"\(String(repeating: "n", count: 3000))\""],
        ])
    func unanswerable(_ headers: [String]) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", headers)
        #expect(line.sent.count == 1)
        #expect(line.status.state == .rejected)
        #expect(line.status.code == 401)
        #expect(line.status.reason == "No Usable Challenge")
        #expect(line.wait >= 300 && line.wait <= 600)
    }

    @Test("a proxy's challenge and the registrar's are answered in one request")
    func both() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer(
            "407 Proxy Authentication Required",
            [
                "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"p1\", algorithm=SHA-256, qop=\"auth\", opaque=\"o\\\"p\""
            ])
        #expect(line.last.proxyAnswer?.isRight == true)
        #expect(line.last.text.contains("opaque=\"o\\\"p\""))
        #expect(line.last.answer == nil)
        try line.answer("401 Unauthorized", [challenge(", qop=\"auth\"")])
        #expect(line.last.proxyAnswer?.isRight == true)
        #expect(line.last.proxyAnswer?.field("nc") == "00000002")
        #expect(line.last.answer?.isRight == true)
        try line.grant()
        #expect(line.status.state == .registered)
    }

    @Test("a steady refresh is one round trip with the same nonce and the next count")
    func steady() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", [challenge(", qop=\"auth\"")])
        for count in 1...20 {
            #expect(line.last.answer?.field("nc") == (count < 16 ? "0000000" : "000000") + String(count, radix: 16))
            #expect(line.last.answer?.isRight == true)
            try line.grant(60)
            let before = line.sent.count
            line.step()
            #expect(line.sent.count == before + 1)
        }
        #expect(line.sent.count == 22)
        #expect(Set(line.sent.map(\.callID)).count == 1)
        #expect(line.sent.map(\.cseq) == Array(1...22))
        #expect(line.changes == ["registering 0", "registered 200"])
    }

    @Test("stale=true, and any new nonce for one that was kept, is no failure", arguments: [", stale=TRUE", ""])
    func stale(_ flag: String) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", [challenge("")])
        try line.grant()
        line.step()
        try line.answer("401 Unauthorized", [challenge(flag, nonce: "n2")])
        #expect(line.last.answer?.field("nonce") == "n2")
        #expect(line.last.answer?.isRight == true)
        #expect(line.status.attempts == 0)
        try line.grant()
        #expect(line.changes == ["registering 0", "registered 200"])
    }

    @Test("stale=true right after the answer is tried again, but not without end")
    func staleForEver() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", [challenge("")])
        while line.sent.count < 50, line.status.isInProgress {
            try line.answer("401 Unauthorized", [challenge(", stale=true", nonce: "n\(line.sent.count)")])
        }
        #expect(line.sent.count == 5)
        #expect(line.status.state == .retrying)
        #expect(line.status.code == 401)
        #expect(line.wait >= 2.5 && line.wait <= 5)
    }

    @Test("Authentication-Info's nextnonce is used from count 1")
    func nextNonce() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", [challenge(", qop=\"auth\", opaque=\"o\"")])
        try line.grant(3600, ["Authentication-Info: qop=auth, nextnonce=\"m,2\", nc=00000001"])
        line.step()
        let answer = try #require(line.last.answer)
        #expect(answer.field("nonce") == "m,2")
        #expect(answer.field("nc") == "00000001")
        #expect(answer.field("opaque") == "o")
        #expect(answer.isRight)
    }

    @Test("a wrong password is rejected after the second 401, retried after minutes, and a new one acts at once")
    func wrongPassword() throws {
        var line = RegistrationLine(.test(password: "wrong"))
        line.start()
        try line.answer("401 Unauthorized", [challenge("")])
        try line.answer("401 Unauthorized", [challenge("", nonce: "n2")])
        #expect(line.sent.count == 2)
        #expect(line.status.state == .rejected)
        #expect(line.status.code == 401)
        #expect(line.status.reason == "Unauthorized")
        #expect(line.wait >= 300 && line.wait <= 600)

        line.give(.settings(.test(password: "s3", version: 2)))
        #expect(line.sent.count == 3)
        try line.answer("401 Unauthorized", [challenge("", nonce: "n3")])
        #expect(line.last.answer?.isRight == true)
        try line.grant()
        #expect(line.changes == ["registering 0", "rejected 401", "registered 200"])
    }

    @Test("another realm after an answer is another question")
    func otherRealm() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("401 Unauthorized", [challenge("", realm: "a")])
        try line.answer("401 Unauthorized", [challenge("", realm: "b")])
        #expect(line.last.answer?.field("realm") == "b")
        #expect(line.last.answer?.isRight == true)
    }

    @Test("names and realms that need escaping are hashed as they are and written escaped")
    func escaped() throws {
        var line = RegistrationLine(.test { $0.authenticationUser = "a\"l\\ice" })
        line.start()
        try line.answer("401 Unauthorized", [challenge("", realm: #"the \"x\" realm"#)])
        let text = try #require(line.last.header("Authorization"))
        #expect(text.contains(#"username="a\"l\\ice", realm="the \"x\" realm""#))
        let ha1 = md5(#"a"l\ice:the "x" realm:s3"#)
        #expect(text.contains("response=\"\(md5("\(ha1):n1:\(md5("REGISTER:sip:sip.test"))"))\""))
    }

    @Test("without a password nothing is answered and the state says why")
    func noPassword() throws {
        var draft = RegistrationSettings.Draft(
            registrar: "sip:sip.test", addressOfRecord: "sip:a@sip.test", contactUser: "d", authenticationUser: "a")
        draft.expires = 60
        let settings = RegistrationSettings(draft, ha1: { _, _ in nil })
        var line = RegistrationLine(try #require(settings))
        line.start()
        try line.answer("401 Unauthorized", [challenge("")])
        #expect(line.sent.count == 1)
        #expect(line.status.state == .rejected)
        #expect(line.status.reason == "No Password")
    }
}
