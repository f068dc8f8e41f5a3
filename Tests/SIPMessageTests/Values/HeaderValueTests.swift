import SIPMessage
import Testing

@Suite("Header values")
struct HeaderValueTests {
    private func contact(_ text: String) -> ContactFields? {
        let (bytes, whole) = wire(text)
        return ContactFields(bytes.span, whole)
    }

    @Test("Contact of a REGISTER")
    func contactFields() throws {
        let text = #""A, B" <sip:a@h;x>;q=0.5;Expires=60;+sip.instance="<urn:uuid:1>";reg-id=2"#
        let (bytes, whole) = wire(text)
        let read = ContactFields(bytes.span, whole)
        let fields = try #require(read)
        #expect(fields.q == 500)
        #expect(fields.expires == 60)
        #expect(fields.regID == 2)
        #expect(!fields.isStar)
        let parts = (Seen.text(bytes.span, fields.uri), Seen.text(bytes.span, fields.instance))
        #expect(parts == ("sip:a@h;x", "<urn:uuid:1>"))
        #expect(contact("*")?.isStar == true)
        #expect(contact("sip:a@h;expires=0")?.expires == 0)
        #expect(contact("<sip:a@h>;expires=soon")?.expires == 3600)
        #expect(contact("<sip:a@h>;expires=99999999999")?.expires == UInt32.max)
        #expect(contact("<sip:a@h>")?.expires == nil)
        #expect(contact("<sip:a@h>")?.q == 1000)
    }

    @Test(
        "malformed Contact",
        arguments: [
            "", "<sip:a@h>;", "<sip:a@h>;;q=1", "<sip:a@h>;q=1.5", "<sip:a@h>;q=0.1234", "<sip:a@h>;q=",
            "<sip:a@h>;q=x",
            "<sip:a@h>;reg-id=0", "<sip:a@h>;reg-id=2147483648", "<sip:a@h> x", "<sip:a@h", "\"x <sip:a@h>", "<>",
            "a b c",
            "sip:a@h?x=1", "<sip:a@h>;a=\"b",
        ])
    func malformedContact(text: String) {
        #expect(contact(text) == nil)
    }

    @Test("q in thousandths")
    func qValues() {
        for (text, wanted) in [
            ("0", 0), ("1", 1000), ("1.0", 1000), ("0.", 0), ("0.7", 700), ("0.07", 70), ("0.333", 333),
        ] {
            #expect(contact("<sip:a@h>;q=\(text)")?.q == wanted, "\(text)")
        }
    }

    @Test("Authorization, quoted and bare, in any order")
    func digest() throws {
        let text =
            #"digest USERNAME="Jo\"hn", realm = "a, b",nonce="n=",uri="sip:h" , response="r", "#
            + #"algorithm=md5,cnonce="c",qop=auth,nc=00000001,opaque="""#
        let (bytes, whole) = wire(text)
        let read = DigestFields(bytes.span, whole)
        let fields = try #require(read)
        #expect(fields.isDigest)
        #expect(fields.usernameIsEscaped)
        let seen = [
            fields.realm, fields.nonce, fields.uri, fields.response, fields.algorithm, fields.cnonce, fields.qop,
            fields.nc,
            fields.opaque,
        ].map { $0.map { Seen.text(bytes.span, $0) } }
        #expect(seen == ["a, b", "n=", "sip:h", "r", "md5", "c", "auth", "00000001", ""])
        let username = String(decoding: bytes.span.unquoted(fields.username ?? .empty), as: UTF8.self)
        #expect(username == "Jo\"hn")
    }

    @Test(
        "malformed Authorization",
        arguments: [
            "", "Digest", "Digest realm", "Digest realm=\"a", "Digest realm=\"a\" nonce=\"b\"",
            "Digest realm=\"a\",realm=\"b\"", "Digest ,realm=\"a\"", "Digest =a",
        ])
    func malformedDigest(text: String) {
        let (bytes, whole) = wire(text)
        #expect(DigestFields(bytes.span, whole) == nil)
    }

    @Test("parameters in any capitals, flags and quoted values")
    func parameters() {
        let (bytes, whole) = wire("Tag=a ; RPORT;x = \"q;\\\"uo\" ;received=[::1]")
        func value(_ name: StaticString) -> String? {
            parameter(name, in: whole, bytes.span).map { Seen.text(bytes.span, $0) }
        }
        #expect(value("tag") == "a")
        #expect(value("rport") == "")
        #expect(value("x") == "q;\\\"uo")
        #expect(value("received") == "[::1]")
        #expect(value("none") == nil)
    }

    @Test("decimals saturate and are strict")
    func decimals() {
        func value(_ text: String) -> UInt32? {
            let (bytes, whole) = wire(text)
            return decimal(bytes.span, whole)
        }
        #expect(value("0068") == 68)
        #expect(value("4294967295") == .max)
        #expect(value("4294967296") == .max)
        #expect(value(String(repeating: "9", count: 400)) == .max)
        for text in ["", "-1", "+1", "1 ", "1a", "٣"] { #expect(value(text) == nil, "\(text)") }
        let bytes = [UInt8(ascii: "1")]
        #expect(decimal(bytes.span, ByteRange(0, 2)) == nil)
    }

    @Test("values of a list, over lines, quotes and brackets")
    func list() {
        let seen = Seen(
            Array(
                ("OPTIONS sip:a SIP/2.0\r\nContact: \"a,b\\\",\" <sip:a,b@h>, <sip:c@h>\r\nX: y\r\n"
                    + "m:\r\nm:\r\n *,\r\n\r\n")
                    .utf8))
        #expect(seen.values(.contact) == [#""a,b\"," <sip:a,b@h>"#, "<sip:c@h>", "*", ""])
    }
}
