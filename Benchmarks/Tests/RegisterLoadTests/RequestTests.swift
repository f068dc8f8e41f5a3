import Datagrams
import Testing

@testable import register_load

@Suite struct RequestTests {
    private let request = RegisterWriter.Request(user: 123_456, cseq: 100_007, transaction: 3, sequence: 9)

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func writesTheFirstRequest() {
        var writer = RegisterWriter(domain: "sip.example.com", run: 0xabcd)
        var bytes: [UInt8] = []
        writer.appendFirst(request, to: &bytes)
        let lines = lines(bytes)
        #expect(lines.first == "REGISTER sip:sip.example.com SIP/2.0")
        #expect(lines.contains("Via: SIP/2.0/UDP 10.112.134.156:5060;rport;branch=z9hG4bK0000abcd000300000009"))
        #expect(lines.contains("CSeq: 100007 REGISTER"))
        #expect(!lines.contains { $0.hasPrefix("Authorization") })
        #expect(lines.suffix(3) == ["Content-Length: 0", "", ""])
        #expect((500...580).contains(bytes.count))
    }

    /// The response recomputed by its definition (RFC 7616 section 3.4.1).
    @Test func answersTheChallenge() throws {
        let phones = Phones(count: 2, domain: "sip.example.com", passwordPrefix: "secret-")
        var phone = Phone()
        phone.nonce = Array("abc".utf8)
        phone.nonceCount = 255
        var writer = RegisterWriter(domain: "sip.example.com", run: 0xabcd)
        var bytes: [UInt8] = []
        let first = RegisterWriter.Request(user: 1, cseq: 100_002, transaction: 0, sequence: 2)
        writer.appendAuthenticated(first, phone: phone, ha1: phones.ha1(of: 1), to: &bytes)
        let line = try #require(lines(bytes).first { $0.hasPrefix("Authorization: ") })
        let ha1 = md5("u0000001:sip.example.com:secret-0000001")
        let ha2 = md5("REGISTER:sip:sip.example.com")
        #expect(line.contains(#"response="\#(md5("\(ha1):abc:000000ff:0000abcd:auth:\(ha2)"))""#))
        #expect(line.hasSuffix("qop=auth, nc=000000ff"))
        #expect((700...830).contains(bytes.count))
    }

    @Test func echoesTheOpaqueValue() {
        var phone = Phone()
        phone.nonce = Array("n".utf8)
        phone.opaque = Array("o".utf8)
        var writer = RegisterWriter(domain: "sip.example.com", run: 0)
        var bytes: [UInt8] = []
        writer.appendAuthenticated(request, phone: phone, ha1: [], to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#"nc=00000000, opaque="o""#))
    }

    /// The example of RFC 2617 section 3.5, its HA1.
    @Test func hashesAsTheStandardDoes() {
        #expect(md5("Mufasa:testrealm@host.com:Circle Of Life") == "939e7578ed9e3c518a452acee763bce9")
    }

    @Test func walksOverEveryUserOnce() {
        for count in [1, 2, 7, 1000, 4096] {
            var walk = Walk(count: count)
            var seen: Set<Int> = []
            for _ in 0..<count { seen.insert(walk.next()) }
            #expect(seen.count == count)
        }
    }

    private func md5(_ text: String) -> String {
        var digest: [UInt8] = []
        digest.append(md5Of: Array(text.utf8))
        return String(decoding: digest, as: UTF8.self)
    }
}

@Suite struct TallyTests {
    @Test(arguments: [(0.5, 500_000), (0.99, 990_000), (1.0, 1_000_000)])
    func percentilesAreWithinOneClass(_ fraction: Double, _ expected: Double) throws {
        var histogram = Histogram()
        for value in 1...1000 { histogram.add(UInt64(value) * 1000) }
        let found = Double(try #require(histogram.percentile(fraction)))
        #expect(found >= expected && found <= expected * 1.04)
    }

    @Test func nothingHasNoPercentile() { #expect(Histogram().percentile(0.5) == nil) }

    @Test func errorsAreNeverSuccess() {
        var tally = Tally()
        #expect(!tally.isClean)
        tally.registrations = 10
        #expect(tally.isClean)
        tally.unexpected = 1
        #expect(!tally.isClean)
        tally.unexpected = 0
        tally.lost = 1
        #expect(!tally.isClean)
    }
}
