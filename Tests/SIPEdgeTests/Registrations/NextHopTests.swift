import Provisioning
import SIPEngine
import Testing

@testable import SIPEdge

/// Where a registrar's, a proxy's or a redirection's URI leads (RFC 3263 section 4).
@Suite struct NextHopTests {
    @Test(
        arguments: [
            ("sip:example.com", nil, nil, false), ("sip:example.com:5070", 5070, nil, false),
            ("sip:example.com;transport=udp", nil, .udp, false), ("sip:example.com;transport=TCP", nil, .tcp, false),
            ("sip:EXAMPLE.com:5061;lr;transport=tls", 5061, .tls, false), ("sips:example.com", nil, nil, true),
        ] as [(String, UInt16?, Transport?, Bool)])
    func names(_ uri: String, port: UInt16?, transport: Transport?, isSecure: Bool) throws {
        let name = try #require(DNSName("example.com"))
        #expect(
            NextHop(uri: Array(uri.utf8))
                == NextHop(host: .name(name), port: port, transport: transport, isSecure: isSecure))
    }

    @Test(arguments: ["sip:192.0.2.1:5070;transport=tcp", "sip:[2001:db8::1]"]) func addresses(_ uri: String) throws {
        let address = try #require(IPAddress(uri.contains("2001") ? "2001:db8::1" : "192.0.2.1"))
        let hop = try #require(NextHop(uri: Array(uri.utf8)))
        #expect(hop.host == .address(high: address.high, low: address.low))
    }

    /// We do not call over SCTP and WebSocket.
    @Test(arguments: ["sip:example.com;transport=sctp", "sip:example.com;transport=ws", "tel:+1555", "sip:-"])
    func nowhere(_ uri: String) { #expect(NextHop(uri: Array(uri.utf8)) == nil) }
}
