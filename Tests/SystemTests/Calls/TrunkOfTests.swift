import Testing

/// A server with one SIP peer, which has a number.
struct TrunkOfTests {
    static let number = "+12025550123"

    let server: ServerProcess
    let account: BandwidthAccount
    /// The SIP peer's id.
    let peer: String

    /// Calls from `callerPort` are the peer's own, and its number's calls go to `hosts` in turn.
    static func start(from callerPort: UInt16, hosts: [UInt16], arguments: [String] = []) async throws -> TrunkOfTests {
        let server = try await Installation(["--egress-allow", "127.0.0.0/8"] + arguments).start()
        let account = try #require(BandwidthAccount(of: server))
        let site = try await made(account, "sites", Self.site)
        let voice = hosts.map { "<Host><HostName>127.0.0.1</HostName><Port>\($0)</Port></Host>" }.joined()
        let peer = try await made(
            account, "sites/\(site)/sippeers",
            "<SipPeer><PeerName>pbx</PeerName><IsDefaultPeer>true</IsDefaultPeer><SmsHosts><Host><HostName>127.0.0.1</HostName></Host></SmsHosts>"
                + "<VoiceHosts>\(voice)</VoiceHosts>"
                + "<TerminationHosts><TerminationHost><HostName>127.0.0.1</HostName><Port>\(callerPort)</Port>"
                + "<CustomerTrafficAllowed>ALL</CustomerTrafficAllowed><DataAllowed>true</DataAllowed></TerminationHost>"
                + "</TerminationHosts></SipPeer>")
        for words in [["numbers", "add", Self.number], ["numbers", "assign", Self.number, "--trunk", peer]] {
            let outcome = try await server.demarc(words)
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        return TrunkOfTests(server: server, account: account, peer: peer)
    }

    private static let site = """
        <Site><Name>here</Name><Address><HouseNumber>900</HouseNumber><StreetName>Main</StreetName><City>Raleigh</City>\
        <StateCode>NC</StateCode><Zip>27606</Zip><AddressType>Service</AddressType></Address></Site>
        """

    private static func made(_ account: BandwidthAccount, _ path: String, _ body: String) async throws -> String {
        let answer = try await account.send("POST", path, body: body)
        #expect(answer.status == 201, "\(answer.body)")
        return try String(#require(answer.headers["location"]?.split(separator: "/").last))
    }
}
