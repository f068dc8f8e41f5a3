import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// Messages as they stand on the wire, and what becomes of them.
@Suite struct RefusalTests {
    private func rig() async throws -> Rig {
        let rig = try await Rig()
        _ = try await rig.home.tenant("one", domain: "one.test")
        return rig
    }

    /// A literal request; `lines` come between CSeq and Content-Length.
    private static func request(
        _ start: String, cseq: String? = nil, to: String = "<sip:John@one.test>",
        via: String = "SIP/2.0/UDP 192.0.2.7:40312;branch=z9hG4bK1;rport", lines: [String] = []
    ) -> String {
        let method = start.prefix { $0 != " " }
        let all =
            [
                start, "Via: \(via)", "From: <sip:John@one.test>;tag=1", "To: \(to)", "Call-ID: a@192.0.2.7",
                "CSeq: \(cseq ?? "1 \(method)")", "Max-Forwards: 70",
            ] + lines + ["Content-Length: 0", "", ""]
        return all.joined(separator: "\r\n")
    }

    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let message: String
        /// 0 is silence.
        let status: Int
        /// Lines that the answer must have, or why nothing was answered.
        let expected: [String]

        init(_ description: String, _ message: String, _ status: Int, _ expected: String...) {
            testDescription = description
            self.message = message
            self.status = status
            self.expected = expected
        }
    }

    static let rows = [
        Row(
            "OPTIONS to a domain", request("OPTIONS sip:one.test SIP/2.0"), 200,
            "Allow: \(RequestFlow.allowed)", "Accept: application/sdp", "Supported: path, outbound"),
        Row("OPTIONS to an address", request("OPTIONS sip:192.0.2.100 SIP/2.0"), 200),
        Row("OPTIONS to an IPv6 address", request("OPTIONS sip:[2001:db8::1] SIP/2.0"), 200),
        Row("OPTIONS to our advertised name", request("OPTIONS sip:EDGE.test SIP/2.0"), 200),
        Row("OPTIONS to a stranger's domain", request("OPTIONS sip:other.test SIP/2.0"), 0, "unknown_domain"),
        Row("REGISTER to a stranger's domain", request("REGISTER sip:other.test SIP/2.0"), 0, "unknown_domain"),
        Row("INVITE to a stranger's domain", request("INVITE sip:x@other.test SIP/2.0"), 0, "unknown_domain"),
        Row("PUBLISH", request("PUBLISH sip:John@one.test SIP/2.0"), 405, "Allow: \(RequestFlow.allowed)"),
        Row("MESSAGE to a stranger's domain", request("MESSAGE sip:x@other.test SIP/2.0"), 0, "unknown_domain"),
        Row(
            "INVITE in a dialog that is not there",
            request(
                "INVITE sip:John@one.test SIP/2.0", to: "<sip:John@one.test>;tag=77"), 481),
        Row("BYE", request("BYE sip:John@one.test SIP/2.0", to: "<sip:John@one.test>;tag=77"), 481),
        Row(
            "OPTIONS in a dialog that is not there",
            request("OPTIONS sip:John@one.test SIP/2.0", to: "<sip:John@one.test>;tag=77"), 481),
        Row("CANCEL", request("CANCEL sip:John@one.test SIP/2.0"), 481),
        Row("unknown method", request("FROBNICATE sip:John@one.test SIP/2.0"), 501),
        Row("ACK", request("ACK sip:John@one.test SIP/2.0"), 0, "ack"),
        Row("malformed ACK", request("ACK sip:John@one.test SIP/2.0", cseq: "x"), 0, "malformed"),
        Row(
            "a response",
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:a@b>;tag=2\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", 0,
            "unwanted_response"),
        Row("a ping", "\r\n\r\n", 0, "keep_alive"),
        Row("nothing", "", 0, "keep_alive"),
        Row("another protocol", "GET / HTTP/1.1\r\nHost: one.test\r\n\r\n", 0, "not_sip"),
        Row("noise", "\u{0}\u{1}\u{2}", 0, "not_sip"),
        Row(
            "no Via",
            "OPTIONS sip:one.test SIP/2.0\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: a\r\n"
                + "CSeq: 1 OPTIONS\r\n\r\n", 0, "malformed"),
        Row(
            "no To",
            "OPTIONS sip:one.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n"
                + "From: <sip:a@b>;tag=1\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n", 400),
        Row("CSeq of another method", request("OPTIONS sip:one.test SIP/2.0", cseq: "1 INVITE"), 400),
        Row("another version of SIP", request("OPTIONS sip:one.test SIP/3.0"), 505),
        Row("another scheme", request("OPTIONS http:one.test SIP/2.0"), 416),
        Row(
            "unknown extensions of a REGISTER",
            request(
                "REGISTER sip:one.test SIP/2.0", lines: ["Require: path, gin", "Require: frob"]), 420,
            "Unsupported: gin", "Unsupported: frob"),
        Row(
            "unknown extensions of OPTIONS", request("OPTIONS sip:one.test SIP/2.0", lines: ["Require: frob"]), 420,
            "Unsupported: frob"),
        Row("known extensions", request("OPTIONS sip:one.test SIP/2.0", lines: ["Require: path,outbound"]), 200),
        Row("REGISTER of a telephone number", request("REGISTER sip:one.test SIP/2.0", to: "<tel:+15551234567>"), 400),
    ]

    @Test(arguments: ["INVITE", "MESSAGE", "REGISTER"])
    func strangersGetSilenceAndAreNoted(method: String) async throws {
        let rig = try await rig()
        for _ in 0..<3 {
            let message = Self.request("\(method) sip:x@other.test SIP/2.0", to: "<sip:44@other.test>")
            #expect(rig.ask(message.replacing("From: <sip:John@one.test>", with: "From: <sip:7@pbx.test>")) == nil)
        }
        let noted = rig.edge.refusals(limit: 9)
        #expect(noted.count == 1, "a source is written down once in ten seconds")
        #expect(noted.first?.status == 0 && noted.first?.method == method)
        #expect(noted.first?.source == "udp:192.0.2.7:40312" && noted.first?.user == "44@other.test")
        #expect(noted.first?.reason == "no trunk, registration or domain of ours; From 7@pbx.test")
        #expect(rig.edge.counters().dropped == ["unknown_domain": 3])
    }

    @Test(arguments: rows) func answers(_ row: Row) async throws {
        let rig = try await rig()
        let answer = rig.ask(row.message)
        #expect((answer?.status ?? 0) == row.status)
        let counters = rig.edge.counters()
        guard let answer else {
            #expect(counters.dropped == [row.expected.first ?? "": 1])
            #expect(counters.responses.isEmpty)
            return #expect(rig.edge.trace(of: .user("John")).isEmpty)
        }
        for line in row.expected { #expect(answer.lines.contains(line)) }
        #expect(answer.text.hasSuffix("Content-Length: 0\r\n\r\n"))
        #expect(counters.responses == [row.status: 1])
        #expect(counters.dropped.isEmpty)
        #expect(rig.ask(row.message)?.text == answer.text, "stateless answers agree (RFC 3261 section 8.2.7)")
        let refused = rig.edge.refusals(limit: 9)
        #expect(refused.count == (row.status == 200 ? 0 : 2))
        #expect(
            refused.allSatisfy { $0.status == row.status && !$0.reason.isEmpty && $0.source == "udp:192.0.2.7:40312" })
    }

    /// Via, the Via of the answer, and the port that it goes to (RFC 3261 section 18.2.2, RFC 3581 section 4).
    @Test(
        arguments: [
            ("SIP/2.0/UDP 192.0.2.7:40312;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.7:40312;branch=z9hG4bK1", 40_312),
            ("SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1", 5060),
            ("SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK1", 5080),
            (
                "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1",
                "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;received=192.0.2.7", 5060
            ),
            (
                "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport",
                "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport=40312;received=192.0.2.7", 40_312
            ),
            (
                "SIP/2.0/UDP 192.0.2.7:40312;rport;branch=z9hG4bK1",
                "SIP/2.0/UDP 192.0.2.7:40312;rport=40312;branch=z9hG4bK1;received=192.0.2.7", 40_312
            ),
            (
                "SIP/2.0/UDP phone.test;branch=z9hG4bK1",
                "SIP/2.0/UDP phone.test;branch=z9hG4bK1;received=192.0.2.7", 5060
            ),
        ] as [(String, String, UInt16)])
    func wayBack(via: String, answered: String, port: UInt16) async throws {
        let rig = try await rig()
        for request in ["OPTIONS sip:one.test SIP/2.0", "OPTIONS sip:one.test SIP/2.0 "] {
            let answer = try #require(rig.ask(Self.request(request, cseq: "1 OPTIONS", via: via)))
            #expect(answer.values("Via") == [answered])
            #expect(answer.port == port, "\(answer.status)")
        }
    }

    @Test func streamsAreAnsweredWhereTheyComeFrom() async throws {
        let rig = try await rig()
        let source = SourceAddress(high: 0x2001_0db8 << 32, low: 1, port: 50_000, transport: .tcp)
        let via = "SIP/2.0/TCP 10.0.0.1:5060;branch=z9hG4bK1"
        let answer = rig.ask(Self.request("OPTIONS sip:one.test SIP/2.0", via: via), from: source)
        #expect(answer?.values("Via") == ["\(via);received=2001:db8::1"])
        #expect(answer?.port == 50_000)
    }

    /// The lists hold no more of a message than they can show.
    @Test func longNamesAreShortened() async throws {
        let rig = try await rig()
        let long = String(repeating: "x", count: 5000)
        _ = rig.ask(Self.request("PUBLISH sip:John@one.test SIP/2.0", to: "<sip:\(long)@\(long).test>"))
        let refused = rig.edge.refusals(limit: 1)
        #expect(refused.map(\.user.utf8.count) == [257])
    }
}
