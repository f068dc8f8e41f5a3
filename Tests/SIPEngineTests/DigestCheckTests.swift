import SIPEngine
import SIPMessage
import Testing

@Suite struct DigestCheckTests {
    /// alice of realm sip.test with password s3, as Kamailio 5.6 calculates ha1 and ha1b (2026-01).
    private static let alice = DigestSecrets(
        md5: MD5Secret(hex: "da8b9ea8ce8e7d45630208f5849ffcd3"),
        md5WithRealm: MD5Secret(hex: "a9dd999850125ec07eab19508fca3b07"),
        sha256: [SHA256Secret(hex: "0c3a514cc5d025a90364effbe541fe1e9bc390bab33a9d8de2c99f8b6e1b3553")]
            .compactMap(\.self))

    private static func matches(
        _ answer: String, method: String = "REGISTER", secrets: DigestSecrets = alice, realmInName: Bool = false
    ) -> Bool {
        let bytes = Array("\(method) \(answer)".utf8)
        let start = method.utf8.count
        guard let fields = DigestFields(bytes.span, ByteRange(start + 1, bytes.count)) else { return false }
        return DigestCheck.matches(
            fields, bytes.span, method: ByteRange(0, start), secrets: secrets, realmInName: realmInName)
    }

    /// RFC 7616 section 3.9.1: Mufasa, "Circle of Life", http-auth@example.org.
    @Test(arguments: [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func examplesOfRFC7616(algorithm: String, response: String) throws {
        let input = "Mufasa:http-auth@example.org:Circle of Life"
        let secrets = DigestSecrets(
            md5: MD5Secret(hex: md5(input)), sha256: [try #require(SHA256Secret(hex: sha256(input)))])
        let answer = """
            Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=\(algorithm), \
            nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, \
            cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="\(response)", \
            opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
            """
        #expect(Self.matches(answer, method: "GET", secrets: secrets))
        #expect(!Self.matches(answer, method: "PUT", secrets: secrets))
        #expect(!Self.matches(answer, method: "GET"), "another's secrets")
    }

    @Test func kamailioHashes() {
        #expect(Self.alice.md5 == MD5Secret(hex: md5("alice:sip.test:s3")))
        #expect(Self.alice.md5WithRealm == MD5Secret(hex: md5("alice@sip.test:sip.test:s3")))
        #expect(Self.alice.sha256.first == SHA256Secret(hex: sha256("alice:sip.test:s3")))
    }

    private static let plain = DigestAnswer()
    private static let strong = DigestAnswer(hash: sha256)
    private static let named = DigestAnswer(username: "alice@sip.test")

    @Test(arguments: [
        (plain.header(), true),
        (plain.header(["algorithm": "MD5"]), true),
        (plain.header(["algorithm": "md5"]), true),
        (plain.header(["algorithm": "\"MD5\""]), true),
        (plain.header(["qop": "\"auth\"", "nc": "\"00000001\""]), true),
        (plain.header(["response": plain.response]), true),
        (plain.header(["response": "\"\(plain.response.uppercased())\""]), true),
        (plain.header(["opaque": "\"x\"", "unknown": "1"]), true),
        (strong.header(["algorithm": "SHA-256"]), true),
        (strong.header(["algorithm": "sha-256"]), true),
        (strong.header(["algorithm": "\"SHA-256\""]), true),
        (named.header(), true),
        (DigestAnswer(cnonce: "a,b c=d").header(), true),
        (DigestAnswer(nc: "0000000A").header(), true),
        // RFC 7616 section 3.4: what is protected must be said, and the parts must be there.
        (plain.header(["qop": ""]), false),
        (DigestAnswer(qop: "auth-int").header(), false),
        (DigestAnswer(qop: "\"\"").header(), false),
        (plain.header(["nc": ""]), false),
        (plain.header(["cnonce": ""]), false),
        (plain.header(["nonce": ""]), false),
        (plain.header(["uri": ""]), false),
        (plain.header(["response": ""]), false),
        (plain.header(["response": "\"\""]), false),
        (plain.header(["response": "\"\(plain.response.dropLast())\""]), false),
        (plain.header(["response": "\"\(plain.response)0\""]), false),
        (plain.header(["algorithm": "MD5-sess"]), false),
        (strong.header(["algorithm": "SHA-256-sess"]), false),
        (strong.header(["algorithm": "SHA-512-256"]), false),
        (plain.header(["algorithm": "SHA-256"]), false),
        (strong.header(), false),
        (plain.header(["uri": "\"sip:other.test\""]), false),
        (plain.header(["nonce": "\"0011223345\""]), false),
        (plain.header(["nc": "00000002"]), false),
        (plain.header(["cnonce": "\"0a4f113c\""]), false),
        (DigestAnswer(password: "s4").header(), false),
        (DigestAnswer(realm: "other.test").header(), false),
        (DigestAnswer(username: "bob").header(), false),
        (plain.header().replacing("Digest", with: "Basic"), false),
    ])
    func answers(_ answer: String, fits: Bool) { #expect(Self.matches(answer) == fits) }

    @Test(arguments: [false, true])
    func bothHashesAreTried(realmInName: Bool) {
        for answer in [Self.plain, Self.named] {
            #expect(Self.matches(answer.header(), realmInName: realmInName))
            let one = DigestSecrets(md5: Self.alice.md5), other = DigestSecrets(md5WithRealm: Self.alice.md5WithRealm)
            let isNamed = answer.username.contains("@")
            #expect(Self.matches(answer.header(), secrets: one, realmInName: realmInName) == !isNamed)
            #expect(Self.matches(answer.header(), secrets: other, realmInName: realmInName) == isNamed)
        }
    }

    @Test func nothingMatchesWithoutSecrets() {
        #expect(!Self.matches(Self.plain.header(), secrets: DigestSecrets()))
        #expect(!Self.matches(Self.strong.header(["algorithm": "SHA-256"]), secrets: DigestSecrets()))
    }

    @Test func everyDigitOfTheResponseCounts() {
        let response = Array(Self.plain.response)
        for position in response.indices {
            var changed = response
            changed[position] = response[position] == "0" ? "1" : "0"
            #expect(!Self.matches(Self.plain.header(["response": "\"\(String(changed))\""])), "digit \(position)")
        }
    }

    @Test(arguments: [
        ("da8b9ea8ce8e7d45630208f5849ffcd3", true), ("DA8B9EA8CE8E7D45630208F5849FFCD3", true),
        ("da8b9ea8ce8e7d45630208f5849ffcd", false), ("da8b9ea8ce8e7d45630208f5849ffcd30", false),
        ("", false), ("ga8b9ea8ce8e7d45630208f5849ffcd3", false), (" a8b9ea8ce8e7d45630208f5849ffcd3", false),
        ("+a8b9ea8ce8e7d45630208f5849ffcd3", false), ("é8b9ea8ce8e7d45630208f5849ffcd3", false),
    ])
    func hexOfHashes(_ text: String, isHash: Bool) {
        #expect((MD5Secret(hex: text) != nil) == isHash)
        #expect((SHA256Secret(hex: text + text) != nil) == isHash)
        #expect(SHA256Secret(hex: text) == nil)
    }

    @Test func challengesFitWhatIsHeld() {
        #expect(Self.alice.challenges.algorithms == [.sha256, .md5])
        #expect(DigestSecrets(md5: Self.alice.md5).challenges.algorithms == [.md5])
        #expect(DigestSecrets(md5WithRealm: Self.alice.md5WithRealm).challenges.algorithms == [.md5])
        #expect(DigestSecrets(sha256: Self.alice.sha256).challenges.algorithms == [.sha256])
        #expect(DigestSecrets().challenges.algorithms.isEmpty)
    }
}
