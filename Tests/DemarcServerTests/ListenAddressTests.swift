import SIPEdge
import SIPTransport
import Testing

@testable import DemarcServer

@Suite("Addresses to listen on")
struct ListenAddressTests {
    @Test(
        "are read and written back",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:80", "::1", 80), ("*:0", "*", 0),
            ("sip.example:5060", "sip.example", 5060), ("[::ffff:192.0.2.1]:1", "::ffff:192.0.2.1", 1),
        ])
    func good(text: String, host: String, port: Int) {
        #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
        #expect(ListenAddress(text)?.description == text)
    }

    @Test(
        "are refused when they are none",
        arguments: [
            "", ":", "8080", ":8080", "a:", "a:b", "a:-1", "a:65536", "::1:80", "[zz]:1", "[]:1", "a b:1", "a:+1",
        ])
    func bad(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(
        "of SIP say their transport, and what others are told",
        arguments: [
            ("udp:10.0.0.5:5060", nil, nil), ("tcp:[2001:db8::1]:5060", nil, nil),
            ("udp:10.0.0.5:5060=203.0.113.9:5070", "203.0.113.9", 5070), ("udp:*:5060=203.0.113.9", "203.0.113.9", nil),
            ("tcp:*:5060=[2001:db8::9]:5060", "2001:db8::9", 5060), ("tcp:*:5060=sip.example", "sip.example", nil),
        ] as [(String, String?, Int?)])
    func sip(text: String, host: String?, port: Int?) throws {
        let address = try #require(SIPListenAddress(text))
        #expect(address.advertisedHost == host)
        #expect(address.advertisedPort == port)
        #expect(address.description == text)
    }

    @Test(
        "of SIP are refused when they are none",
        arguments: [
            "5060", "udp:5060", "sctp:*:5060", "UDP:*:5060", "udp:*:5060=", "udp:*:5060=*", "udp:*:5060=a:0",
            "udp:a:1=b=c",
        ])
    func badSIP(text: String) {
        #expect(SIPListenAddress(text) == nil)
    }

    @Test("stand for sockets of both families, with the same advertised address; IPv6 may be missing")
    func expansion() throws {
        let flags = ["sip.listen": ["udp:*:5060=203.0.113.9", "tcp:10.0.0.5:5061=sip.example:5070"]]
        let report = SettingsReport(SettingSources(flags: flags, environment: [:], file: nil))
        let listeners = EdgeSettings(try #require(report.settings), uniformityKey: []).listeners
        #expect(listeners.map(\.description) == ["udp:0.0.0.0:5060", "udp:[::]:5060", "tcp:10.0.0.5:5061"])
        #expect(listeners.map(\.isOptional) == [false, true, false])
        #expect(listeners.map(\.advertisedHost) == ["203.0.113.9", "203.0.113.9", "sip.example"])
        #expect(listeners.map(\.advertisedPort) == [nil, nil, 5070])
    }
}
