import Datagrams
import Testing

@testable import register_load

@Suite struct AnswerTests {
    private static let head = """
        SIP/2.0 401 Unauthorized
        Via: SIP/2.0/UDP 10.100.100.100:5060;rport=4711;branch=z9hG4bK0739ba4c00ff0001e240;received=127.0.0.1
        From: <sip:u0000000@sip.example.com>;tag=a
        To: <sip:u0000000@sip.example.com>;tag=b

        """

    private func answer(_ lines: String) -> (Answer?, [UInt8]) {
        let bytes = Array((Self.head + lines).replacing("\n", with: "\r\n").utf8)
        return (Answer(bytes.span), bytes)
    }

    private func text(_ range: Range<Int>, in bytes: [UInt8]) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func holds(_ text: String, _ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
        bytes.span.contains(Array(text.utf8), in: range)
    }

    private func isAnswer(_ datagram: String) -> Bool {
        let bytes = Array(datagram.utf8)
        return Answer(bytes.span) != nil
    }

    @Test func findsTheTransactionInTheBranch() throws {
        let answer = try #require(answer("Content-Length: 0\n\n").0)
        #expect(answer.status == 401)
        #expect(answer.transaction == 0xff)
        #expect(answer.sequence == 123_456)
        #expect(answer.challenge == nil)
        #expect(answer.contacts == nil)
    }

    @Test func takesTheChallengeThatItCanAnswer() throws {
        let (answer, bytes) = answer(
            """
            WWW-Authenticate: Digest realm="a", nonce="sha", algorithm=SHA-256, qop="auth"
            WWW-Authenticate: Digest realm="sip.example.com", nonce="n+/=,1",stale=true,opaque="o",algorithm=MD5,\
            qop="auth,auth-int"
            Content-Length: 0


            """)
        let challenge = try #require(answer?.challenge)
        #expect(text(challenge.realm, in: bytes) == "sip.example.com")
        #expect(text(challenge.nonce, in: bytes) == "n+/=,1")
        #expect(text(challenge.opaque, in: bytes) == "o")
        #expect(challenge.isStale)
    }

    @Test(arguments: [
        #"WWW-Authenticate: Digest realm="a", nonce="n", algorithm=SHA-256, qop="auth""#,
        #"WWW-Authenticate: Digest realm="a", nonce="n", algorithm=MD5"#,
        #"WWW-Authenticate: Digest realm="a", qop="auth""#,
        #"WWW-Authenticate: Basic realm="a""#,
        #"WWW-Authenticate: Digest realm="#,
    ])
    func passesOverOtherChallenges(_ line: String) throws {
        let answer = try #require(answer(line + "\n\n").0)
        #expect(answer.challenge == nil)
    }

    @Test func readsContactsOverSeveralHeaders() throws {
        let (answer, bytes) = answer(
            "Contact: <sip:u1@10.1.1.1>;expires=60\nServer: x\nm: <sip:u2@10.1.1.2>\n\nContact: body")
        let contacts = try #require(answer?.contacts)
        #expect(holds("u1@10.1.1.1", contacts, bytes))
        #expect(holds("u2@10.1.1.2", contacts, bytes))
        #expect(!holds("u2@10.1.1.3", contacts, bytes))
        #expect(!text(contacts, in: bytes).contains("body"))
    }

    @Test(arguments: [
        "", "SIP/2.0 200", "REGISTER sip:a SIP/2.0\r\nVia: x\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK12\r\n\r\n",
    ])
    func refusesWhatIsNoAnswerOfOurs(_ datagram: String) { #expect(!isAnswer(datagram)) }

    /// Every prefix of an answer is read without a trap.
    @Test func bearsAnswersCutOff() {
        let (_, bytes) = answer(
            #"WWW-Authenticate: Digest realm="a", nonce="n", qop="auth""# + "\nContact: <sip:a@b>\n\n")
        for end in bytes.indices { _ = Answer(bytes.span.extracting(..<end)) }
    }
}
