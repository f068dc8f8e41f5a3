import DialectKit
import Provisioning
import Testing

/// Requests shaped as each of the vendor's SDKs sends them, and of the answers what that SDK reads.
@Suite struct SDKTests {
    @Test(arguments: SDK.all)
    func sitesPeersAndNumbers(sdk: SDK) async throws {
        try await TestServer.run { server in
            _ = try await server.useCases.numbers.add(["9195551234", "9195551235"], account: server.account.id)
            var client = SDKClient(sdk: sdk, server: server)
            try await client.createSite()
            try await client.createPeer()
            try await client.updatePeer()
            try await client.moveNumbers()
            for number in ["9195551234", "9195551235"] {
                _ = try await server.useCases.numbers.assign(number, to: nil, account: server.account.id)
            }
            try await client.delete()
        }
    }

    /// What PHP writes for false.
    @Test func anEmptyElementIsFalse() async throws {
        try await TestServer.run { server in
            var client = SDKClient(sdk: SDK.all[5], server: server)
            try await client.createSite()
            try await client.createPeer()
            let second = "<SipPeer><PeerName>second</PeerName><IsDefaultPeer/></SipPeer>"
            let answer = try await client.send("POST", "sites/\(client.site)/sippeers", second)
            #expect(answer.status == 201)
            let list = try await client.send("GET", "sites/\(client.site)/sippeers")
            let defaults = try list.document("TNSipPeersResponse")["SipPeers"]?.children("SipPeer").map {
                $0.text("IsDefaultPeer")
            }
            #expect(defaults == ["true", "false"])
        }
    }
}

/// Asks as an SDK would, and remembers the ids that it would remember.
private struct SDKClient {
    let sdk: SDK
    let server: TestServer
    private(set) var site = ""
    private(set) var peer = ""

    init(sdk: SDK, server: TestServer) { (self.sdk, self.server) = (sdk, server) }

    mutating func createSite() async throws {
        let none = try await send("GET", "sites").document("SitesResponse")
        #expect(try #require(none["Sites"]).children.isEmpty)
        site = try await send("POST", "sites", sdk.site).createdID()
        let read = try await send("GET", "sites/\(site)").document("SiteResponse")
        #expect(read["Site"]?.text("Id") == site)
        #expect(read["Site"]?.text("Name") == "Raleigh")
        #expect(read["Site"]?["Address"]?.text("City") == "Raleigh")
        #expect(try await send("PUT", "sites/\(site)", sdk.siteUpdate).status == 200)
        let list = try await send("GET", "sites").document("SitesResponse")
        #expect(list["Sites"]?.children("Site").map { $0.text("Description") } == ["changed"])
    }

    mutating func createPeer() async throws {
        let none = try await send("GET", "sites/\(site)/sippeers").document("TNSipPeersResponse")
        #expect(try #require(none["SipPeers"]).children.isEmpty)
        peer = try await send("POST", "sites/\(site)/sippeers", sdk.peer).createdID()
        let read = try #require(try await send("GET", path).document("SipPeerResponse")["SipPeer"])
        #expect(read.text("PeerId") == peer)
        #expect(read.text("IsDefaultPeer") == "true")
        for list in ["VoiceHosts", "SmsHosts", "TerminationHosts", "VoiceHostGroups"] {
            let hosts = try #require(read[list], "\(list) stands even if empty")
            // C# reads numbers from ports, which an empty element is not.
            #expect(hosts.children.allSatisfy { $0.text("Port").flatMap { Int($0) } != nil || $0["Port"] == nil })
        }
        #expect(read["TerminationHosts"]?.children("TerminationHost").map { $0.text("HostName") } == ["1.1.1.1"])
        let list = try await send("GET", "sites/\(site)/sippeers").document("TNSipPeersResponse")
        #expect(list["SipPeers"]?.children("SipPeer").map { $0.text("PeerName") } == ["peer"])
    }

    /// C# reads the updated peer from the answer and falls over one without.
    func updatePeer() async throws {
        guard sdk.updatesPeers else { return }
        let answer = try await send("PUT", path, sdk.peerUpdate)
        #expect(answer.status == 200)
        let read = try #require(try answer.document("SipPeerResponse")["SipPeer"])
        #expect(read.text("PeerId") == peer)
        #expect(read.text("Description") == "changed")
        #expect(read.text("IsDefaultPeer") == "true")
    }

    func moveNumbers() async throws {
        #expect(try await send("POST", "\(path)/movetns", sdk.move).status == 200)
        let list = try await send("GET", "\(path)/tns\(sdk.numbersQuery)").document("SipPeerTelephoneNumbersResponse")
        let numbers = list["SipPeerTelephoneNumbers"]?.children("SipPeerTelephoneNumber").map { $0.text("FullNumber") }
        #expect(numbers == ["9195551234", "9195551235"])
        #expect(try await send("PUT", "\(path)/tns/9195551234", sdk.number).status == 200)
        let number = try await send("GET", "\(path)/tns/9195551234").document("SipPeerTelephoneNumberResponse")
        #expect(number["SipPeerTelephoneNumber"]?.text("RewriteUser") == "sales")
        let totals = try await send("GET", "\(path)/totaltns").document("SipPeerTelephoneNumbersCountResponse")
        for wrapper in ["SipPeerTelephoneNumbersCount", "SipPeerTelephoneNumbersCounts"] {
            #expect(totals[wrapper]?.text("SipPeerTelephoneNumbersCount") == "2")
        }
        let total = try await send("GET", "sites/\(site)/totaltns").document("SiteTNsResponse")
        #expect(total["SiteTNs"]?.text("TotalCount") == "2")
    }

    /// Java takes nothing but 200 and 201 for success, Python nothing but 200 here.
    func delete() async throws {
        #expect(try await send("DELETE", path).status == 200)
        #expect(try await send("DELETE", "sites/\(site)").status == 200)
    }

    private var path: String { "sites/\(site)/sippeers/\(peer)" }

    /// A request, with the password as this SDK sends it.
    func send(_ method: String, _ rest: String, _ body: String = "") async throws -> SDKAnswer {
        let line = "\(method) \(sdk.base)/accounts/\(server.account.id)/\(rest)"
        let bytes = Array(body.replacing("{site}", with: site).replacing("{peer}", with: peer).utf8)
        if sdk.waitsForChallenge {
            let refused = try SDKAnswer(
                await server.send(line, headers: sdk.headers, caller: "none", body: bytes))
            #expect(refused.status == 401)
            #expect(try #require(refused.headers["WWW-Authenticate"]).hasPrefix("Basic realm="))
        }
        return try SDKAnswer(await server.send(line, headers: sdk.headers, body: bytes))
    }
}

/// An answer, whose headers keep their letters: Java's SDK looks for `Location` and no other spelling.
struct SDKAnswer {
    let status: Int
    let headers: [String: String]
    private let body: String

    init(_ text: String) throws {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = try #require(parts.first).split(separator: "\r\n")
        status = try #require(lines.first.flatMap { Int($0.split(separator: " ")[1]) })
        body = parts.count == 2 ? String(parts[1]) : ""
        headers = Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return (String(pair[0]), String(pair[1].drop { $0 == " " }))
            })
    }

    /// What stands behind the last slash of `Location` after a create.
    func createdID() throws -> String {
        #expect(status == 201)
        return String(try #require(headers["Location"]?.split(separator: "/").last))
    }

    /// The document, whose root must have exactly that name and which must not look like an error.
    func document(_ root: String) throws -> XMLTree {
        #expect(status == 200)
        #expect(headers["Content-Type"] == "application/xml")
        #expect(!body.contains("ErrorCode"))
        let tree = try XMLTree(reading: Array(body.utf8))
        #expect(tree.name == root)
        return tree
    }
}
