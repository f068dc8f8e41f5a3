/// What takes bytes from outside, and what must hold for all of them.
///
/// libFuzzer and the tests' seeded replay run the same `check`.
enum FuzzTarget: String, CaseIterable, Sendable {
    case message, uri, digest, stream, xml, form, json, multipart, dns, sdp

    /// Throws the first property that does not hold; a trap is a finding of its own.
    func check(_ bytes: [UInt8]) throws(Violation) {
        switch self {
        case .message: try MessageTarget.check(bytes)
        case .uri: try URITarget.check(bytes)
        case .digest: try DigestTarget.check(bytes)
        case .stream: try StreamTarget.check(bytes)
        case .xml: try XMLTarget.check(bytes)
        case .form: try FormTarget.check(bytes)
        case .json: try JSONTarget.check(bytes)
        case .multipart: try MultipartTarget.check(bytes)
        case .dns: try DNSTarget.check(bytes)
        case .sdp: try SDPTarget.check(bytes)
        }
    }

    /// Texts that mean something to the grammar, for those who make inputs up.
    var tokens: [String] {
        switch self {
        case .message:
            MessageTarget.headers.map { "\($0): " } + [
                "SIP/2.0", "REGISTER sip:a SIP/2.0\r\n", "\r\n", "\r\n ", ",", ";", "<", ">", "\"", "\\", ";tag=", "*",
                ";branch=z9hG4bK", ";rport", ";received=", ";expires=", ";q=0.5", ";+sip.instance=", "4294967296",
            ]
        case .uri:
            [
                "sip:", "sips:", "tel:", "+1-555", "\n", "%41", "%00", "%", "@", ":", ";", "?", "&", "=", "[::1]",
                "192.0.2.1", ":5060", ":65536", ";transport=tcp", ";lr", ";user=phone", ";method=REGISTER", "?a=b",
            ]
        case .digest:
            [
                "Digest ", "username=", "username*=", "realm=", "nonce=", "uri=", "response=", "algorithm=MD5",
                "algorithm=SHA-256", "cnonce=", "qop=auth", "nc=00000001", "opaque=", "stale=true", "\"", "\\\"", "\\",
                ", ", "=", "\r\n ", "\"\"",
            ]
        case .stream:
            [
                "\r\n\r\n", "\r\n", "\r", "Content-Length: 5\r\n", "l: 0\r\n", "l : 3", "Content-Length", ": ",
                "\r\n ", "OPTIONS sip:a SIP/2.0\r\n", "SIP/2.0 200 OK\r\n", "32768", "4294967296",
            ]
        case .xml:
            [
                "<?xml version=\"1.0\" encoding=\"", "UTF-16", "ISO-8859-1", "?>", "<a>", "</a>", "<a/>", "<n:a ",
                "<!--",
                "-->", "<![CDATA[", "]]>", "<!DOCTYPE a>", "&lt;", "&amp;", "&#x", "&#0;", "&#13;", ";", " b=\"", "\"",
                "\u{FEFF}", "\u{1F4DE}",
            ]
        case .form: ["&", ";", "=", "+", "%", "%00", "%26", "%3D", "%E2%82%AC", "%FF", "grant_type=client_credentials"]
        case .json:
            [
                "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud83d\\ude00", "\\ud800", "true", "false",
                "null", "-0",
                "1e5", "0.5", "9223372036854775808", "\"a\":", "{\"a\":1,\"a\":2}", "\u{FEFF}", "e\u{301}", "é", "[[[[",
                "\n",
            ]
        case .multipart:
            [
                "multipart/form-data; boundary=b\n", "multipart/form-data; boundary=\"b\"\n", "--b\r\n", "\r\n--b",
                "--b--",
                "--", "\r\n\r\n", "\r\n", "Content-Disposition: form-data; name=\"a\"", "content-disposition:", "; ",
                "name=",
                "filename=\"f\"", "\"", "Content-Type: text/plain", "=",
            ]
        case .dns:
            [
                "\u{0}\u{1}\u{0}\u{1}", "\u{0}\u{5}\u{0}\u{1}", "\u{0}\u{6}\u{0}\u{1}", "\u{0}\u{1C}\u{0}\u{1}",
                "\u{0}\u{21}\u{0}\u{1}", "\u{0}\u{23}\u{0}\u{1}", "\u{7}example\u{3}com\u{0}", "\u{0}\u{0}\u{1}\u{2C}",
                "\u{0}\u{4}", "\u{0}\u{10}", "\u{1}s\u{7}SIP+D2U\u{0}", "\u{3F}", "\u{0}",
            ]
        case .sdp:
            [
                "v=0\r\n", "m=audio 4000 RTP/AVP 0 8 101\r\n", "m=audio 0 RTP/SAVP 9\r\n", "\r\n", "\n", "\r", "a=",
                "a=rtpmap:101 telephone-event/8000\r\n", "a=rtpmap:9 opus/48000/2\r\n", "a=fmtp:101 0-16\r\n",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n", "a=crypto:2 AEAD_AES_256_GCM inline:B\r\n",
                "a=fingerprint:sha-256 AA", "a=inactive\r\n", "a=sendonly\r\n", "c=IN IP4 0.0.0.0\r\n",
                "c=IN IP6 ::1/3", "o=- 1 1 IN IP4 a\r\n", "UDP/TLS/RTP/SAVPF", "RTP/AVP", " 0", "65536", "/2",
            ]
        }
    }
}

/// A property that does not hold.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Throws unless the property holds.
func hold(_ isTrue: Bool, _ property: @autoclosure () -> String) throws(Violation) {
    guard isTrue else { throw Violation(description: property()) }
}
