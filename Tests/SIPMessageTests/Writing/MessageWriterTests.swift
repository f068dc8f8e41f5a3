import SIPMessage
import Testing

@Suite("Message writer")
struct MessageWriterTests {
    static let request = """
        REGISTER sip:example.com SIP/2.0\r
        Via: SIP/2.0/UDP [2001:db8::1];branch=z9hG4bKa;rport;x="y;z" , SIP/2.0/TCP b\r
        Record-Route: <sip:p1;lr>\r
        v: SIP/2.0/UDP c;branch=1\r
        t: "A" <sip:a@example.com>\r
        From: <sip:a@example.com>;tag=1\r
        i: call\r
        CSeq: 1 REGISTER\r
        Record-Route: <sip:p2;lr>\r
        \r

        """

    /// A response to the request with this first Via line.
    private func answer(_ request: String, tag: String = "T", address: String = "192.0.2.9", port: UInt16 = 4711)
        -> String
    {
        let bytes = Array(request.utf8)
        let (addressBytes, _) = wire(address)
        let (tagBytes, _) = wire(tag)
        var index = MessageIndex()
        _ = index.admit(bytes.span)
        var writer = MessageWriter(capacity: 1)
        writer.startResponse(200, to: index, bytes.span, address: addressBytes.span, port: port, toTag: tagBytes.span)
        writer.copy(.recordRoute, from: index, bytes.span)
        writer.header(.minExpires, decimal: 60)
        let body = Array("body".utf8)
        writer.finish(body: body.span)
        return String(decoding: writer.array, as: UTF8.self)
    }

    @Test("a response is as RFC 3261 section 8.2.6 and RFC 3581 have it")
    func golden() {
        #expect(
            answer(Self.request) == """
                SIP/2.0 200 OK\r
                Via: SIP/2.0/UDP [2001:db8::1];branch=z9hG4bKa;rport=4711;x="y;z";received=192.0.2.9 , SIP/2.0/TCP b\r
                Via: SIP/2.0/UDP c;branch=1\r
                From: <sip:a@example.com>;tag=1\r
                To: "A" <sip:a@example.com>;tag=T\r
                Call-ID: call\r
                CSeq: 1 REGISTER\r
                Record-Route: <sip:p1;lr>\r
                Record-Route: <sip:p2;lr>\r
                Min-Expires: 60\r
                Content-Length: 4\r
                \r
                body
                """)
    }

    @Test(
        "the first Via says where the request came from",
        arguments: [
            ("SIP/2.0/UDP 192.0.2.9", "SIP/2.0/UDP 192.0.2.9"),
            ("SIP/2.0/UDP 192.0.2.9:4711;branch=z", "SIP/2.0/UDP 192.0.2.9:4711;branch=z"),
            ("SIP/2.0/UDP 192.0.2.8;branch=z", "SIP/2.0/UDP 192.0.2.8;branch=z;received=192.0.2.9"),
            ("SIP/2.0/UDP host.example;branch=z", "SIP/2.0/UDP host.example;branch=z;received=192.0.2.9"),
            ("SIP/2.0/UDP 192.0.2.9;rport", "SIP/2.0/UDP 192.0.2.9;rport=4711;received=192.0.2.9"),
            ("SIP/2.0/UDP 192.0.2.9;RPORT;branch=z", "SIP/2.0/UDP 192.0.2.9;RPORT=4711;branch=z;received=192.0.2.9"),
            (
                "SIP/2.0/UDP 192.0.2.9;received=10.0.0.1;rport=1;branch=z",
                "SIP/2.0/UDP 192.0.2.9;branch=z;rport=4711;received=192.0.2.9"
            ),
            ("SIP/2.0/UDP 192.0.2.9;received=10.0.0.1;a", "SIP/2.0/UDP 192.0.2.9;a"),
        ])
    func via(received: String, wanted: String) {
        let text = answer("OPTIONS sip:a SIP/2.0\r\nVia: \(received)\r\nTo: <sip:a>\r\n\r\n")
        #expect(text.split(separator: "\r\n").dropFirst().first.map(String.init) == "Via: " + wanted)
    }

    @Test("the brackets of an IPv6 sent-by do not make it another address")
    func viaIPv6() {
        let text = answer(
            "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP [2001:DB8::1]\r\nTo: <sip:a>\r\n\r\n", address: "2001:db8::1")
        #expect(text.contains("Via: SIP/2.0/UDP [2001:DB8::1]\r\n"))
    }

    @Test("a To with a tag keeps it, and an empty tag adds none")
    func toTag() {
        let tagged = Self.request.replacing("<sip:a@example.com>\r\nFrom", with: "<sip:a@example.com>;TAG=mine\r\nFrom")
        #expect(answer(tagged).contains("To: \"A\" <sip:a@example.com>;TAG=mine\r\n"))
        #expect(answer(Self.request, tag: "").contains("To: \"A\" <sip:a@example.com>\r\n"))
    }

    @Test(
        "Date",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_289_724_607, "Sun, 14 Nov 2010 08:50:07 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ])
    func date(seconds: Int, wanted: String) {
        var writer = MessageWriter()
        writer.header(date: seconds)
        #expect(String(decoding: writer.array, as: UTF8.self) == "Date: \(wanted)\r\n")
    }

    @Test("numbers, texts and growth")
    func appending() {
        var writer = MessageWriter(capacity: 1)
        for value in [0, 7, 10, -5, Int.max, Int.min] {
            writer.append(decimal: value)
            writer.append(byte: 0x20)
        }
        let name = "näme"
        writer.append(name)
        for _ in 0..<500 { writer.append("0123456789") }
        let wanted = "0 7 10 -5 \(Int.max) \(Int.min) näme" + String(repeating: "0123456789", count: 500)
        #expect(String(decoding: writer.array, as: UTF8.self) == wanted)
        let counted = writer.withSpan { $0.count }
        #expect(counted == wanted.utf8.count)
        writer.reset()
        #expect(writer.array.isEmpty)
    }
}
