import SIPEngine
import TestSupport
import Testing

@Suite("Outbound registration: leases") struct RegistrationLeaseTests {
    private static let own = "sip:d7@192.0.2.99"

    /// What a 2xx carries, the seconds granted, and the contact as the registrar lists it.
    @Test(
        "the lease is that of our own contact among all that are listed",
        arguments: [
            (["Contact: <sip:d7@192.0.2.99>;expires=120"], 120, own),
            (["Contact: <sip:d7@192.0.2.99>", "Expires: 90"], 90, own),
            (["Contact: <sip:d7@192.0.2.99>"], 3600, own),
            (["Expires: 45"], 45, own),
            ([], 3600, own),
            // Other phones of the same account, before and behind ours, on one line and on several.
            (["Contact: <sip:bob@198.51.100.7>;expires=30, <sip:d7@192.0.2.99>;expires=600"], 600, own),
            (["m: <sip:d7@192.0.2.99>;expires=600", "m: <sip:x@198.51.100.7>;expires=30", "Expires: 20"], 600, own),
            // Behind NAT: host and port rewritten, a parameter added.
            (
                ["Contact: <sip:d7@203.0.113.5:40000;ob>;expires=61", "Contact: <sip:e8@203.0.113.5>;expires=9"], 61,
                "sip:d7@203.0.113.5:40000;ob"
            ),
            // The URI is worth more than the user, the user more than the instance, the instance more than the line.
            (["Contact: <sip:d7@203.0.113.5>;expires=5, <sip:d7@192.0.2.99>;expires=7"], 7, own),
            (
                ["Contact: <sip:x@h1>;+sip.instance=\"<urn:uuid:1>\";expires=5, <sip:d7@h2>;expires=7"], 7, "sip:d7@h2"
            ),
            (
                ["Contact: <sip:x@h1;line=d7>;expires=5, <sip:y@h2>;+sip.instance=\"<urn:uuid:1>\";expires=7"], 7,
                "sip:y@h2"
            ),
            (["Contact: <sip:x@h1>;expires=5, <sip:alice@h2;line=d7>;expires=7"], 7, "sip:alice@h2;line=d7"),
            // One contact that is like nothing of ours: rewritten altogether.
            (["Contact: <sip:alice@10.0.0.1>;expires=77"], 77, "sip:alice@10.0.0.1"),
            // Several that are not ours: the shortest, to be sure.
            (["Contact: <sip:a@h1>;expires=70, <sip:b@h2>;expires=50"], 50, own),
            (["Contact: <sip:a@h1>;expires=70, <sip:b@h2>;expires=50", "Expires: 300"], 300, own),
            (["Contact: <sip:%647@192.0.2.99>;expires=120"], 120, "sip:%647@192.0.2.99"),
            (["Contact: <sip:d7@192.0.2.99>;expires=99999999999"], 4_294_967_295, own),
        ] as [([String], UInt32, String)])
    func granted(_ headers: [String], seconds: UInt32, contact: String) throws {
        var line = RegistrationLine(
            .test {
                $0.instance = "urn:uuid:1"
                $0.usesLine = true
            })
        line.start()
        let sentURI = line.last.contactURI
        #expect(sentURI == "sip:d7@192.0.2.99;line=d7")
        // The tables speak of our contact without its line.
        let wanted = contact == Self.own && !headers.contains { $0.contains("d7@192.0.2.99") } ? sentURI : contact
        try line.answer("200 OK", headers)
        #expect(line.status.state == .registered)
        #expect(line.status.granted == seconds)
        #expect(line.status.contact == wanted)
        #expect(line.status.expiresAt == line.now + Int64(min(seconds, 86_400)) * 1000)
    }

    @Test("any 2xx is success", arguments: ["200 OK", "202 Accepted", "204 No Notification", "299 Odd"])
    func anySuccess(_ status: String) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer(status, ["Expires: 100"])
        #expect(line.status.state == .registered)
        #expect(line.status.code == UInt16(status.prefix(3)))
        #expect(line.status.granted == 100)
    }

    @Test("a 200 that grants nothing is a failure that may pass")
    func nothingGranted() throws {
        var line = RegistrationLine()
        line.start()
        try line.grant(0)
        #expect(line.status.state == .retrying)
        #expect(line.status.reason == "Nothing Granted")
        #expect(line.wait >= 2.5 && line.wait <= 5)
    }

    @Test("refreshes spread over 50 to 90 % of the lease, and never come sooner than some seconds")
    func refreshSpread() throws {
        var waits: [Double] = []
        for id in 0..<1000 {
            var line = RegistrationLine(id: UInt64(id))
            line.start()
            try line.grant(1000)
            waits.append(line.wait)
        }
        #expect(waits.allSatisfy { $0 >= 500 && $0 <= 900 })
        for start in stride(from: 500.0, to: 900, by: 100) {
            let share = waits.filter { $0 >= start && $0 < start + 100 }.count
            #expect((190...310).contains(share), "\(share) of 1000 between \(start) and \(start + 100)")
        }
        for seconds in [1, 2, 4, 6] {
            var line = RegistrationLine()
            line.start()
            try line.grant(seconds)
            let before = line.sent.count
            line.pass(seconds: 3.9)
            #expect(line.sent.count == before, "a lease of \(seconds) s")
        }
    }

    @Test("Service-Route is kept for calls, and our REGISTER does not use it")
    func serviceRoute() throws {
        var line = RegistrationLine()
        line.start()
        #expect(line.last.header("Supported") == "path")
        try line.grant(3600, ["Service-Route: <sip:p1.test;lr>", "Service-Route: <sip:p2.test;lr>, <sip:p3.test;lr>"])
        let route = "<sip:p1.test;lr>, <sip:p2.test;lr>, <sip:p3.test;lr>"
        #expect(String(decoding: line.status.serviceRoute, as: UTF8.self) == route)
        line.step()
        #expect(line.last.header("Route") == nil)
        try line.grant()
        #expect(line.status.serviceRoute.isEmpty)
    }

    @Test("the request is what RFC 3261 section 10.2 asks for")
    func golden() throws {
        var line = RegistrationLine(
            .test {
                $0.outboundProxy = "sip:edge.test"
                $0.instance = "urn:uuid:1"
            })
        line.targets = [.test(1, .tls)]
        line.start()
        #expect(line.lookups == ["sip:edge.test"])
        let sent = line.last
        let tag = field("tag", of: sent.header("From") ?? "")
        #expect(
            sent.text == """
                REGISTER sip:sip.test SIP/2.0\r
                Via: SIP/2.0/TLS edge.test:5061;branch=\(sent.branch);rport\r
                Max-Forwards: 70\r
                Route: <sip:edge.test;lr>\r
                From: <sip:alice@sip.test>;tag=\(tag)\r
                To: <sip:alice@sip.test>\r
                Call-ID: \(sent.callID)\r
                CSeq: 1 REGISTER\r
                Contact: <sip:d7@edge.test:5061;transport=tls>;+sip.instance="<urn:uuid:1>";expires=3600\r
                Expires: 3600\r
                Supported: path\r
                User-Agent: Demarc\r
                Content-Length: 0\r
                \r

                """)
        #expect(sent.branch.hasPrefix("z9hG4bKdr0000000000000007"))
    }
}
