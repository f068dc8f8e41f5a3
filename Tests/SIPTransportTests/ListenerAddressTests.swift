import SIPEngine
import SIPTransport
import Testing

@Suite struct ListenerAddressTests {
    @Test(arguments: [
        (Transport.udp, "192.0.2.1", 5060, "udp:192.0.2.1:5060"), (.tcp, "0.0.0.0", 0, "tcp:0.0.0.0:0"),
        (.tls, "::", 5061, "tls:[::]:5061"), (.udp, "2001:db8::1", 65_535, "udp:[2001:db8::1]:65535"),
    ] as [(Transport, String, UInt16, String)])
    func text(transport: Transport, host: String, port: UInt16, expected: String) {
        let address = ListenerAddress(transport: transport, host: host, port: port, advertisedHost: "sip.test")
        #expect(address.description == expected)
        #expect(address.isIPv6 == expected.contains("["))
        #expect(address.shown(port: port) == expected)
    }

    @Test func theBoundPortIsShown() {
        let address = ListenerAddress(transport: .udp, host: "::1", port: 0)
        #expect(address.shown(port: 40_000) == "udp:[::1]:40000")
    }

    @Test func errorsNameTheirAddress() {
        let address = ListenerAddress(transport: .udp, host: "127.0.0.1", port: 5060)
        #expect("\(ListenerError(address: address, reason: "no"))" == "cannot listen on udp:127.0.0.1:5060: no")
    }
}
