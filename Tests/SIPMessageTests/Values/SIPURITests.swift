import SIPMessage
import Testing

@Suite("SIP URI")
struct SIPURITests {
    private func areEquivalent(_ left: String, _ right: String) -> Bool? {
        let (leftBytes, leftWhole) = wire(left)
        let (rightBytes, rightWhole) = wire(right)
        guard let first = SIPURI(leftBytes.span, leftWhole), let second = SIPURI(rightBytes.span, rightWhole) else {
            return nil
        }
        let forth = first.isEquivalent(leftBytes.span, to: second, rightBytes.span)
        let back = second.isEquivalent(rightBytes.span, to: first, leftBytes.span)
        return forth == back ? forth : nil
    }

    @Test(
        "equivalent, by RFC 3261 section 19.1.4",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
            ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("sip:a%2db@h", "SIP:a-b@H"), ("sip:a%20b@h", "sip:a%20b@h"), ("sip:[2001:DB8::1]", "sip:[2001:db8::1]"),
            ("tel:+1-201-555-0123", "tel:+1(201)555.0123"),
            ("tel:7042;phone-context=A.com", "tel:7042;phone-context=a.com"),
            ("urn:x", "urn:x"),
        ])
    func equivalent(left: String, right: String) {
        #expect(areEquivalent(left, right) == true)
    }

    @Test(
        "not equivalent, by the same section",
        arguments: [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@h", "sips:a@h"), ("sip:a@h;user=phone", "sip:a@h"), ("sip:a@h;ttl=1", "sip:a@h"),
            ("sip:a@h;method=INVITE", "sip:a@h"), ("sip:a@h;maddr=192.0.2.1", "sip:a@h"), ("sip:h", "sip:a@h"),
            ("sip:a:p@h", "sip:a@h"), ("sip:a:p@h", "sip:a:P@h"), ("sip:a%3Bb@h", "sip:a;b@h"),
            ("sip:a%2Fb@h", "sip:a/b@h"),
            ("sip:a@h?x=1&y=2", "sip:a@h?x=1"), ("tel:+15550123", "tel:15550123"), ("urn:x", "urn:y"),
        ])
    func notEquivalent(left: String, right: String) {
        #expect(areEquivalent(left, right) == false)
    }

    /// A contact has room for five hundred parameters, and an AOR for many such contacts.
    @Test("too many parts are not compared in any order", arguments: [(";", 32), ("&", 32), (";", 500), ("&", 500)])
    func manyParts(separator: String, count: Int) {
        let start = "sip:a@b" + (separator == "&" ? "?" : ";")
        let parts = (0..<count).map { "\($0)=1" }
        let forth = start + parts.joined(separator: separator)
        let back = start + parts.reversed().joined(separator: separator)
        #expect(areEquivalent(forth, back) == (count <= 32))
        #expect(areEquivalent(forth, forth) == true)
    }

    @Test("read in parts")
    func parts() throws {
        let uri = try #require(SeenURI("sips:al%69ce:se%3acret@[2001:db8::1]:5061;lr;maddr=a?x=1&y=2"))
        #expect(uri.scheme == .sips)
        #expect(uri.user == "alice")
        #expect(uri.password == "se%3acret")
        #expect(uri.host == "[2001:db8::1]")
        #expect(uri.port == 5061)
        #expect(uri.parameters == ["lr": "", "maddr": "a"])
        #expect(uri.headers == "x=1&y=2")
        #expect(SeenURI("sip:#31#*21@h")?.user == "#31#*21")
        #expect(SeenURI("sip:John@bw.com@realm") == nil)
        #expect(SeenURI("sip:John%40bw.com@realm")?.user == "John@bw.com")
        #expect(SeenURI("tel:+1-201-555-0123;phone-context=x")?.user == "+1-201-555-0123")
        #expect(SeenURI("https://a@b/c?d")?.scheme == .other)
    }

    @Test(
        "malformed",
        arguments: [
            "", "sip", "sip:", ":a", "sip:@h", "sip:a@", "sip:a@h:", "sip:a@h:0", "sip:a@h:65536", "sip:a@h:5x",
            "sip:a@.h",
            "sip:a@-h", "sip:a%4@h", "sip:a%zz@h", "sip:a@h;", "sip:a@h?", "sip:a@h;x=%", "sip:a b@h", "sip:a@h;x@y",
            "sip:[::1", "sip:[::1]x", "sip:[1:2:3]", "sip:a<@h", "sip:a\u{E9}@h", "1sip:a@h", "sip:a@h\r\n", "tel:",
            "tel:;a",
        ])
    func malformed(text: String) {
        #expect(SeenURI(text) == nil)
    }

    @Test("IPv6 addresses")
    func ipv6() {
        func isAddress(_ text: String) -> Bool {
            let (bytes, whole) = wire(text)
            return isIPv6(bytes.span, whole)
        }
        for text in [
            "::", "::1", "1::", "2001:db8::9:1", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1",
            "2001:db8:::192.0.2.1", ":::192.0.2.1",
        ] { #expect(isAddress(text), "\(text)") }
        for text in [
            "", ":", ":::", "1", "1:2", "12345::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8",
            "::256.0.0.1", "::1.2.3", "1:2:3:4:5:6:7:192.0.2.1", "g::", "::1:", ":1::", "::::192.0.2.1",
            "2001:db8:::10",
        ] { #expect(!isAddress(text), "\(text)") }
    }
}
