import Provisioning
import TestSupport
import Testing

/// Texts from RFC 4291 section 2.2, RFC 5952 sections 1 to 5, RFC 4632 and the Bandwidth sippeers page of 2018-01-11.
@Suite struct AddressParsingTests {
    @Test(arguments: [
        ("2.1.1.9", "2.1.1.9"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("FF01:0:0:0:0:0:0:101", "ff01::101"),
        ("0:0:0:0:0:0:0:1", "::1"), ("::", "::"), ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("::FFFF:129.144.52.38", "129.144.52.38"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1::", "1::"),
        ("::13.1.68.3", "::d01:4403"), ("0:0:0:0:0:0:1.2.3.4", "::102:304"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func prints(_ text: String, _ printed: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == printed)
        #expect(IPAddress(printed) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.", ".1.2.3", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4",
        "1.2.3.-4", "0x1.2.3.4", "1.2.3.1000", "١.2.3.4", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "12345::", "g::", "::1%eth0", "[::1]", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::1.2.3", "::1.2.3.4:5",
        "wrong.ip",
        "1:2:3:4:5:6:7::8",
    ])
    func refuses(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        ("2.1.1.96/30", "2.1.1.96/30"), ("2.1.1.9", "2.1.1.9"), ("2.1.1.9/32", "2.1.1.9"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("10.0.0.0/8", "10.0.0.0/8"), ("2001:db8::/32", "2001:db8::/32"), ("::1", "::1"), ("::1/128", "::1"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::/0", "::/0"),
    ])
    func reads(_ text: String, _ printed: String) throws {
        let network = try IPNetwork(parsing: text)
        #expect(network.description == printed)
        #expect(try IPNetwork(parsing: network.description) == network)
    }

    @Test(
        arguments: [
            ("wrong.ip", .notAnAddress), ("", .notAnAddress), ("/24", .notAnAddress), ("1.2.3/24", .notAnAddress),
            ("1.2.3.4/", .badMask), ("1.2.3.4/33", .badMask), ("1.2.3.4/a", .badMask), ("1.2.3.4/-1", .badMask),
            ("1.2.3.4/08", .badMask), ("1.2.3.0/24/24", .badMask), ("::/129", .badMask),
            ("::ffff:1.2.3.4/64", .badMask),
            ("2.1.1.97/30", .hostBits(suggestion: IPNetwork(address: IPAddress(v4: 0x0201_0160), prefixLength: 30))),
            (
                "2001:db8::1/64",
                .hostBits(
                    suggestion: IPNetwork(address: IPAddress(high: 0x2001_0db8_0000_0000, low: 0), prefixLength: 64))
            ),
        ] as [(String, IPNetworkFault)])
    func refuses(_ text: String, _ fault: IPNetworkFault) {
        #expect(throws: fault) { try IPNetwork(parsing: text) }
    }

    @Test(arguments: [
        ("10.0.0.0/24", "10.0.0.255", true), ("10.0.0.0/24", "10.0.1.0", false), ("10.0.0.1", "10.0.0.1", true),
        ("::/0", "10.0.0.1", false), ("::/0", "::1", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/64", "2001:db8::ffff", true), ("2001:db8::/64", "2001:db8:0:1::", false),
        ("2001:db8::/48", "2001:db8:0:1::", true),
    ])
    func contains(_ network: String, _ address: String, _ expected: Bool) throws {
        let inner = try #require(IPAddress(address))
        #expect(try IPNetwork(parsing: network).contains(inner) == expected)
    }

    @Test func overlapMeansASharedAddress() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let networks = (0..<2).map { _ in
                let length = Int.random(in: 22...32, using: &random)
                let bits = 0x0a00_0000 | UInt32.random(in: 0..<4096, using: &random)
                return IPNetwork(
                    address: IPAddress(v4: length == 0 ? 0 : bits & ~0 << UInt32(32 - length)), prefixLength: length)
            }
            let ranges = networks.map { $0.address.low...$0.last.low }
            #expect(networks[0].overlaps(networks[1]) == ranges[0].overlaps(ranges[1]), "\(networks)")
        }
    }

    @Test(arguments: [
        "10.10.10.1", "2001:db8::1", "example.com", "SIP.Example.COM", "pbx.internal", "a.local",
        "xn--bcher-kva.example",
        "1.pool.ntp.org", "a-b.c--d.net",
    ])
    func hostIsValid(_ text: String) { #expect(HostName(text)?.text == text) }

    @Test(arguments: [
        "wrong.ip", "wrong.url", "uri", "localhost", "", ".", "example.com.", ".com", "a..com", "-a.com", "a-.com",
        "a_b.com", "1.2.3.256", "1.2.3.4/32", "a b.com", "bücher.example", "[::1]", "example.com:5060",
        String(repeating: "a", count: 64) + ".com", String(repeating: "a.", count: 126) + "com",
    ])
    func hostIsInvalid(_ text: String) { #expect(HostName(text) == nil) }

    @Test(arguments: [
        "uri", "+19195551234", "9195551234", "10.10.10.1", "sip.example.com", "2001:db8::1", "john@10.0.0.1",
        "john@10.0.0.1:5060", "john.doe+1@sip.example.com:65535", "john@[2001:db8::1]:5060", "john@[2001:db8::1]",
        "voice-mail",
    ])
    func destinationIsValid(_ text: String) { #expect(FinalDestination(text)?.text == text) }

    @Test(arguments: [
        "wrong.url", "", "@10.0.0.1", "john@", "john@uri", "john@10.0.0.1:", "john@10.0.0.1:0", "john@10.0.0.1:65536",
        "john@wrong.ip", "a@b@example.com", "john@[10.0.0.1]", "john@[::1", "john@2001:db8::1", "jo hn@example.com",
        "two words", "-a",
    ])
    func destinationIsInvalid(_ text: String) { #expect(FinalDestination(text) == nil) }

    @Test func equalHostsHaveOneCanonicalForm() {
        #expect(HostName("Example.COM")?.canonical == HostName("example.com")?.canonical)
        #expect(HostName("2001:DB8:0::1")?.canonical == "2001:db8::1")
    }
}
