import CDatagrams
import Datagrams
import Testing

@testable import registrar

@Suite struct RegistrarTests {
    private static let peer = datagram_peer(address: 0x7F00_0001, port: 5060)
    private var registrar = Registrar(realm: "registrar.example", prefixes: ["secret-", "changed-"], lease: 600)
    private var branch = 0

    /// One request and its answer; each has a branch of its own unless told.
    private mutating func ask(
        user: Int = 7, _ lines: String = "", expires: Int = 3600, branch again: Int? = nil, at now: UInt64 = 1
    ) -> String {
        branch += 1
        let request = """
            REGISTER sip:127.0.0.2 SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK\(again ?? branch);rport
            From: <sip:u\(digits(user))@127.0.0.2>;tag=a
            To: <sip:u\(digits(user))@127.0.0.2>
            Call-ID: c
            CSeq: \(branch) REGISTER
            Contact: <sip:abc@127.0.0.1:5080>;expires=\(expires)
            \(lines)Content-Length: 0


            """
        let bytes = Array(request.replacing("\n", with: "\r\n").utf8)
        var outbox = Outbox()
        registrar.answer(bytes.span, from: Self.peer, at: now, into: &outbox)
        return String(decoding: outbox.bytes, as: UTF8.self)
    }

    private func digits(_ user: Int) -> String {
        String(repeating: "0", count: 7 - String(user).count) + String(user)
    }

    private func md5(_ text: String) -> String {
        var digest: [UInt8] = []
        digest.append(md5Of: Array(text.utf8))
        return String(decoding: digest, as: UTF8.self)
    }

    private func nonce(_ answer: String) throws -> String {
        String(try #require(answer.firstMatch(of: /nonce="([0-9a-f]+)"/)).1)
    }

    /// By the definition (RFC 7616 section 3.4.1).
    private func credentials(_ nonce: String, nc: String = "00000001", password: String = "secret-0000007") -> String {
        let ha1 = md5("u0000007:registrar.example:\(password)")
        let response = md5("\(ha1):\(nonce):\(nc):abcd:auth:\(md5("REGISTER:sip:127.0.0.2"))")
        return "Authorization: Digest username=\"u0000007\", realm=\"registrar.example\", nonce=\"\(nonce)\", "
            + "uri=\"sip:127.0.0.2\", response=\"\(response)\", cnonce=\"abcd\", qop=auth, nc=\(nc), algorithm=MD5\n"
    }

    @Test mutating func challengesThenGrantsWhatItsLeaseAllows() throws {
        let first = ask()
        #expect(first.hasPrefix("SIP/2.0 401 "))
        #expect(first.contains("branch=z9hG4bK1;rport=5060;received=127.0.0.1\r\n"))
        #expect(first.contains("To: <sip:u0000007@127.0.0.2>;tag="))
        #expect(!first.contains("stale"))
        let granted = try ask(credentials(nonce(first)))
        #expect(granted.hasPrefix("SIP/2.0 200 "))
        #expect(granted.contains("Contact: <sip:abc@127.0.0.1:5080>;expires=600\r\n"))
        #expect(registrar.bindings.live(at: 2) == 1)
        #expect(registrar.bindings.live(at: 601_000_000_000) == 0)
    }

    @Test(arguments: [("secret-0000007", "200"), ("changed-0000007", "200"), ("wrong-0000007", "401")])
    mutating func checksThePassword(_ password: String, _ status: String) throws {
        let answer = try ask(credentials(nonce(ask()), password: password))
        #expect(answer.hasPrefix("SIP/2.0 \(status) "))
        #expect(!answer.contains("stale"))
        #expect(registrar.bindings.totals.refused == (status == "401" ? 1 : 0))
    }

    @Test mutating func takesANonceOnceForEachCount() throws {
        let nonce = try nonce(ask())
        #expect(ask(credentials(nonce), branch: 50).hasPrefix("SIP/2.0 200 "))
        #expect(ask(credentials(nonce), branch: 50).hasPrefix("SIP/2.0 200 "), "it came again")
        #expect(ask(credentials(nonce, nc: "00000002")).hasPrefix("SIP/2.0 200 "))
        #expect(ask(credentials(nonce, nc: "00000002")).contains("stale=true"))
        #expect(registrar.bindings.totals.repeated == 1)
        #expect(registrar.bindings.totals.stale == 1)
    }

    @Test mutating func aChallengeThatCameAgainIsTheSame() throws {
        #expect(try nonce(ask(branch: 50)) == nonce(ask(branch: 50)))
        #expect(try nonce(ask(branch: 51)) != nonce(ask(branch: 52)))
    }

    @Test mutating func releases() throws {
        let nonce = try nonce(ask())
        _ = ask(credentials(nonce))
        let answer = ask(credentials(nonce, nc: "00000002"), expires: 0)
        #expect(answer.hasPrefix("SIP/2.0 200 "))
        #expect(!answer.contains("Contact"))
        #expect(registrar.bindings.live(at: 2) == 0)
        #expect(registrar.bindings.totals.releases == 1)
    }

    @Test mutating func countsRefreshesBySecond() throws {
        let nonce = try nonce(ask())
        _ = ask(credentials(nonce))
        registrar.mark(at: 1_000_000_000)
        _ = ask(credentials(nonce, nc: "00000002"), at: 3_500_000_000)
        _ = ask(user: 8, at: 3_500_000_000)
        #expect(registrar.bindings.recent.refreshes == [0, 0, 1])
        #expect(registrar.bindings.recent.users == 2)
        #expect(registrar.bindings.recent.requests == 2)
        _ = ask(credentials(nonce, nc: "00000003"), at: 700_000_000_000)
        #expect(registrar.bindings.totals.lapsed == 1)
    }

    @Test mutating func answersQuestions() throws {
        var questions = Questions()
        #expect(questions.take("lease 30\nto".utf8, &registrar, at: 5) == "done 1\n")
        _ = try ask(credentials(nonce(ask())))
        let answer = questions.take("tals\nuser 7\nuser 900\nnonsense\n".utf8, &registrar, at: 5)
        let lines = answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("live 1 requests 2 "))
        #expect(lines[1] == "requests 2 grants 1 releases 0 answered_at 1")
        #expect(lines[2] == "requests 0 grants 0")
        #expect(lines[3] == "")
    }

    @Test(arguments: ["", "OPTIONS sip:a SIP/2.0\r\n\r\n", "REGISTER sip:a SIP/2.0\r\nTo: <sip:bob@a>\r\n\r\n"])
    mutating func isSilentToTheRest(_ datagram: String) {
        var outbox = Outbox()
        registrar.answer(Array(datagram.utf8).span, from: Self.peer, at: 1, into: &outbox)
        #expect(outbox.bytes.isEmpty)
        #expect(registrar.bindings.totals.unwanted == 1)
    }

    /// Every prefix of a request is read without a trap.
    @Test func bearsRequestsCutOff() {
        let text =
            "REGISTER sip:a SIP/2.0\r\nv: SIP/2.0/UDP a;rport\r\nf: <sip:u1@a>\r\nt: <sip:u1@a>\r\ni: c\r\n"
            + "CSeq: 1 REGISTER\r\nm: <sip:b@c>;expires=5\r\nAuthorization: Digest nonce=\"1\", nc=1\r\n\r\n"
        let bytes = Array(text.utf8)
        for end in bytes.indices { _ = Request(bytes.span.extracting(..<end)) }
    }
}
