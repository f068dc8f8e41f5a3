import SIPMessage
import Testing

/// RFC 8866 and RFC 3264, and RFC 4568 for the keys; every description is written here.
@Suite("Session descriptions") struct MediaFilterTests {
    private static let session = ["v=0", "o=- 1 7 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"]
    private static let audio = [
        "m=audio 4000 RTP/AVP 0 8 9 18 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:18 G729/8000", "a=fmtp:18 annexb=no",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=x-what: ever", "a=sendrecv",
    ]
    private static let secure = [
        "m=audio 4000 RTP/SAVP 0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:A", "a=ptime:20",
        "a=crypto:2 AEAD_AES_256_GCM inline:B", "a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:C",
    ]

    private static func text(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\r\n" }.joined().utf8) }

    private static func codecs(_ names: [String]) -> [SDPCodec] { names.compactMap { SDPCodec($0) } }

    /// The lines behind the session's that the filter lets through.
    private static func pass(_ lines: [String], _ filter: MediaFilter) throws -> [String] {
        let bytes = try SessionDescription(text(session + lines)).filtered(by: filter)
        let all = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
        #expect(Array(all.prefix(session.count)) == session)
        return Array(all.dropFirst(session.count))
    }

    @Test(
        "formats are kept in the filter's order, with what is said of them",
        arguments: [
            (["PCMA", "PCMU"], MediaFilter.DTMF.either, "8 0 101", 5),
            (["g722", "G729"], .either, "9 18 101", 6), (["g722", "G729"], .info, "9 18", 4),
            (["PCMU"], .inband, "0", 3), ([], .events, "0 8 9 18 101", 7), ([], .info, "0 8 9 18", 5),
        ] as [([String], MediaFilter.DTMF, String, Int)])
    func formats(codecs: [String], dtmf: MediaFilter.DTMF, left: String, attributes: Int) throws {
        let lines = try Self.pass(Self.audio, MediaFilter(codecs: Self.codecs(codecs), dtmf: dtmf))
        #expect(lines[0] == "m=audio 4000 RTP/AVP \(left)")
        #expect(lines.contains("a=x-what: ever") && lines.contains("a=sendrecv"))
        #expect(lines.contains("a=fmtp:18 annexb=no") == left.contains("18"))
        #expect(lines.contains("a=fmtp:101 0-16") == left.contains("101"))
        #expect(lines.count == attributes + 1, "\(lines)")
    }

    @Test("what no codec is left of is refused: the stream with port 0, and all of them with a 488")
    func refusals() throws {
        let opus = MediaFilter(codecs: Self.codecs(["opus"]))
        #expect(throws: MediaRefusal.noCodec) { try Self.pass(Self.audio, opus) }
        let two = Self.audio + ["m=video 5000 RTP/AVP 96", "a=rtpmap:96 VP8/90000"]
        let lines = try Self.pass(two, MediaFilter(codecs: Self.codecs(["PCMU"])))
        #expect(lines.contains("m=video 0 RTP/AVP 96") && lines.contains("a=rtpmap:96 VP8/90000"))
        #expect(throws: MediaRefusal.noCodec) {
            try Self.pass(["m=audio 4 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"], MediaFilter(dtmf: .events))
        }
    }

    @Test(
        "SDES suites are kept in the filter's order, byte for byte",
        arguments: [
            (["AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"], ["2", "1"]), (["aes_cm_128_hmac_sha1_32"], ["3"]),
            ([], ["1", "2", "3"]),
        ] as [([String], [String])])
    func suites(names: [String], tags: [String]) throws {
        let lines = try Self.pass(Self.secure, MediaFilter(suites: names.compactMap { SDPSuite($0) }))
        let keys = lines.filter { $0.hasPrefix("a=crypto:") }
        #expect(keys.map { String($0.dropFirst(9).prefix(1)) } == tags)
        #expect(Set(keys).isSubset(of: Self.secure) && lines.contains("a=ptime:20"))
    }

    @Test(
        "encryption is required, left open or refused",
        arguments: [
            (MediaFilter.Encryption.required, "RTP/AVP", false, MediaRefusal.notEncrypted),
            (.required, "RTP/AVP", true, .notEncrypted), (.required, "RTP/SAVP", true, nil),
            (.none, "RTP/SAVP", true, .notEncrypted), (.none, "RTP/AVP", true, nil), (.either, "RTP/AVP", false, nil),
        ] as [(MediaFilter.Encryption, String, Bool, MediaRefusal?)])
    func encryption(wish: MediaFilter.Encryption, profile: String, hasKeys: Bool, refusal: MediaRefusal?) throws {
        let lines = ["m=audio 4 \(profile) 0"] + (hasKeys ? ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:A"] : [])
        if let refusal {
            #expect(throws: refusal) { try Self.pass(lines, MediaFilter(encryption: wish)) }
            return
        }
        let left = try Self.pass(lines, MediaFilter(encryption: wish))
        #expect(left.contains { $0.hasPrefix("a=crypto") } == (hasKeys && wish != .none))
    }

    @Test("no suite that both sides have is a refusal")
    func foreignSuite() {
        #expect(throws: MediaRefusal.noSuite) {
            try Self.pass(Self.secure, MediaFilter(suites: [SDPSuite("AEAD_AES_128_GCM")].compactMap { $0 }))
        }
    }

    @Test(
        "it says how the media is protected, where it is wanted and whether it is held",
        arguments: [
            (["m=audio 4 RTP/AVP 0"], MediaDescription.Protection.plain, false, "192.0.2.1"),
            (["m=audio 4 RTP/AVP 0", "a=sendonly"], .plain, true, "192.0.2.1"),
            (["m=audio 4 RTP/AVP 0", "c=IN IP4 0.0.0.0"], .plain, true, "0.0.0.0"),
            (["m=audio 4 RTP/SAVPF 0", "a=crypto:1 A inline:B"], .sdes, false, "192.0.2.1"),
            (["m=audio 4 RTP/AVP 0", "a=crypto:1 A inline:B"], .optional, false, "192.0.2.1"),
            (["m=audio 4 RTP/AVP 0", "a=fingerprint:sha-256 AA"], .optional, false, "192.0.2.1"),
            (["m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=recvonly"], .dtls, false, "192.0.2.1"),
            (
                ["m=audio 4 RTP/SAVP 0", "a=fingerprint:sha-256 AA", "c=IN IP6 2001:db8::1"], .dtls, false,
                "2001:db8::1"
            ),
            (["m=audio 4 RTP/AVP 0", "c=IN IP4 224.2.1.1/127", "a=inactive"], .plain, true, "224.2.1.1"),
        ] as [([String], MediaDescription.Protection, Bool, String)])
    func reading(lines: [String], protection: MediaDescription.Protection, isHeld: Bool, address: String) throws {
        let description = try SessionDescription(Self.text(Self.session + lines))
        #expect(description.media[0].protection == protection)
        #expect(description.isHeld == isHeld)
        #expect(
            description.connections.map { String(decoding: description.bytes[$0.range], as: UTF8.self) } == [address])
    }

    @Test(
        "what is none is a named fault",
        arguments: [
            (["v=1"], SDPFault.badVersion), (["s=-"], .badVersion), (["v=0", "xyz"], .badLine),
            (["v=0", "s=a\rb"], .badLine),
            (["v=0", "m=audio 4 RTP/AVP"], .badMedia), (["v=0", "m=audio x RTP/AVP 0"], .badMedia),
            (["v=0", "m=audio 65536 RTP/AVP 0"], .badMedia),
            (["v=0"] + Array(repeating: "m=audio 4 RTP/AVP 0", count: 17), .tooManyMedia),
            (["v=0"] + Array(repeating: "a=b", count: 512), .tooManyLines),
            (["v=0", "m=audio 4 RTP/AVP" + String(repeating: " 0", count: 65)], .tooManyFormats),
            (["v=0", "a=" + String(repeating: "x", count: SessionDescription.longest)], .tooLong),
        ] as [([String], SDPFault)])
    func faults(lines: [String], fault: SDPFault) {
        #expect(throws: fault) { try SessionDescription(Self.text(lines)) }
    }

    @Test("a session goes on with its origin and the next version")
    func origin() throws {
        let old = try SessionDescription(Self.text(Self.session + Self.audio))
        let new = try SessionDescription(Self.text(["v=0", "o=x 99 1 IN IP4 198.51.100.1", "s=new", "t=0 0"]))
        #expect(
            String(decoding: new.continuing(old), as: UTF8.self).contains("\r\no=- 1 8 IN IP4 192.0.2.1\r\ns=new\r\n"))
    }
}
