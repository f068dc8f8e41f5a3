import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OperatorAPI
import Provisioning
import Testing

@testable import DemarcServer

/// One thing of each kind that the vendors' APIs or the command make.
@Suite("The demarc command shows one thing", .serialized, .timeLimit(.minutes(2)))
struct ShowCommandTests {
    /// Asks Bandwidth's API as the account's first caller.
    private static func bandwidth(_ server: RunningServer, _ path: String, _ body: String) async throws -> Answer {
        let url = try #require(server.greeting.firstMatch(of: /Bandwidth API   (http:\S+)\/ID/)?.output.1)
        let signIn = try #require(server.greeting.firstMatch(of: /-u '(admin:\w+)'/)?.output.1)
        let vendor = RunningServer(
            directory: server.directory, edge: server.edge, greeting: "", url: String(url), token: "")
        return try await vendor.ask(
            .POST, "/1/\(path)", body,
            headers: [
                ("Authorization", "Basic \(Data(signIn.utf8).base64EncodedString())"),
                ("Content-Type", "application/xml"),
            ])
    }

    @Test("a site and a trunk, with where its calls go at last")
    func trunks() async throws {
        try await RunningServer.with { server in
            let site = try await Self.bandwidth(
                server, "sites",
                """
                <Site><Name>here</Name><Description>first</Description><Address><HouseNumber>1600</HouseNumber>\
                <StreetName>Pennsylvania Avenue Northwest</StreetName><City>Washington</City><StateCode>DC</StateCode>\
                <Zip>20500</Zip><AddressType>Service</AddressType></Address></Site>
                """)
            #expect(site.status == 201)
            _ = try await server.run("account", "features", "1", "--disable", "SMS")
            for peer in [
                """
                <PeerName>a</PeerName><IsDefaultPeer>true</IsDefaultPeer>\
                <FinalDestinationUri>+12025550100</FinalDestinationUri>\
                <VoiceHosts><Host><HostName>10.10.10.1</HostName></Host>\
                <Host><HostName>10.10.10.2</HostName><Port>5070</Port></Host></VoiceHosts><TerminationHosts>\
                <TerminationHost><HostName>10.10.10.1</HostName><Port>5060</Port>\
                <CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed></TerminationHost></TerminationHosts>
                """,
                """
                <PeerName>b</PeerName><IsDefaultPeer>false</IsDefaultPeer>\
                <FinalDestinationUri>desk@10.10.10.3:5080</FinalDestinationUri>
                """,
            ] {
                let made = try await Self.bandwidth(server, "sites/1/sippeers", "<SipPeer>\(peer)</SipPeer>")
                #expect(made.status == 201, "\(made.body)")
            }
            #expect(
                try await server.run("trunk", "list") == """
                    ID  SITE  NAME  DEFAULT  CALLS GO TO                                    MAY SEND
                    1   1     a     yes      10.10.10.1,10.10.10.2:5070, then +12025550100  10.10.10.1 port 5060
                    2   1     b              desk@10.10.10.3:5080

                    """)
            #expect(
                try await server.run("peer", "show", "1") == """
                    FIELD                VALUE
                    id                   1
                    site                 1
                    name                 a
                    default of the site  yes
                    calls go to          10.10.10.1
                    calls go to          10.10.10.2:5070
                    and at last to       +12025550100
                    may send             10.10.10.1 port 5060, DOMESTIC

                    """)
            #expect(
                try await server.run("site", "show", "1") == """
                    FIELD        VALUE
                    id           1
                    account      1
                    name         here
                    description  first

                    """)
            #expect(try await server.run("site", "show", "1", "--json").contains("\"name\" : \"here\""))
        }
    }

    @Test("a route, a resource, a token and a key, and nobody else's")
    func others() async throws {
        try await RunningServer.with { server in
            let greeting = try #require(server.greeting.firstMatch(of: /Enswitch API    (\S+)/)).1
            let signIn = try #require(server.greeting.firstMatch(of: /Enswitch        (auth_username=\S+)/)).1
            for call in [
                "peers/create/?\(signIn);name=a;type=sip;destination=a.example",
                "routes/create?\(signIn);called_prefix=%2B44;outgroup=1;peer1=1;peer2=-1;description=abroad",
            ] { _ = try await HTTPClient.shared.get(url: greeting + call).get() }
            #expect(
                try await server.run("route", "show", "1") == """
                    FIELD          VALUE
                    id             1
                    called prefix  +44
                    caller prefix
                    media          voice_fax
                    carriers       1, least cost
                    description    abroad

                    """)
            let made = try await server.run("resource", "add", "ai_agent", "reception", "sip:reception@pbx.example")
            let resource = try #require(made.firstMatch(of: /Resource ([0-9a-f-]{36})/)?.output.1)
            #expect(
                try await server.run("resource", "show", String(resource)) == """
                    FIELD        VALUE
                    id           \(resource)
                    kind         ai_agent
                    name         reception
                    calls go to  sip:reception@pbx.example

                    """)
            #expect(try await server.run("token", "show", "1").contains("contract  2025\n"))
            let issued = try await server.run("key", "create", "--api-key", "--description", "front")
            let key = try #require(issued.firstMatch(of: /"key_id" : "([^"]+)"/)?.output.1)
            let shown = try await server.run("key", "show", String(key))
            #expect(shown.contains("kind         secret\n") && shown.contains("description  front\n"))

            _ = try await server.run("account", "create", "other")
            for line in [
                ["site", "show", "1"], ["trunk", "show", "1"], ["route", "show", "1"], ["token", "show", "1"],
                ["resource", "show", String(resource)], ["key", "show", String(key)],
            ] {
                let error = await #expect(throws: CommandError.self, "\(line)") {
                    try await server.run(line + ["--account", "other"])
                }
                #expect(error?.code == .refused && error?.message.hasPrefix("There is no \(line[0]) ") == true)
            }
        }
    }

    @Test("a key names the account as Voximplant's API does")
    func keys() async throws {
        try await RunningServer.with { server in
            let issued = try await server.run("key", "create", "--api-key")
            let email = try #require(issued.firstMatch(of: /"account_email" : "([^"]+)"/)?.output.1)
            let secret = try #require(issued.firstMatch(of: /"api_key" : "([^"]+)"/)?.output.1)
            let url = try #require(server.greeting.firstMatch(of: /Voximplant API  (http:\S+)/)?.output.1)
            let vendor = RunningServer(
                directory: server.directory, edge: server.edge, greeting: "", url: String(url), token: "")
            let account = try await vendor.ask(.GET, "/GetAccountInfo?account_id=1&api_key=\(secret)", headers: [])
            #expect(account.value("result.account_email") == String(email))
            // So that a client may sign in with what it was given.
            #expect(email == "account-1@a1.sip.internal")
        }
    }
}
