import DialectKit
import Provisioning
import Testing

/// A client that follows links sees everything once and comes to an end.
@Suite struct PagingTests {
    @Test(arguments: [1, 2, 3, 7, 50])
    func linksLeadThroughAllOnce(size: Int) async throws {
        try await TestServer.run { server in
            let made = try await Self.fill(server, count: 7)
            var seen: [String] = []
            var tokens: Set<String> = []
            var path: String? = "/api/fabric/resources/subscribers?page_size=\(size)"
            while let next = path {
                let page = try await server.json("GET \(next)")
                seen += try #require(page["data"]?.array).compactMap { $0.object?["id"]?.string }
                let link = page["links"]?.object?["next"]?.string
                path = link?.replacing("http://\(server.host)", with: "")
                if let path { #expect(tokens.insert(path).inserted) }
            }
            #expect(seen == made)
        }
    }

    /// Deleting what was seen neither hides nor repeats what was not.
    @Test func deletesBetweenPages() async throws {
        try await TestServer.run { server in
            let made = try await Self.fill(server, count: 5)
            var seen: [String] = []
            var path: String? = "/api/fabric/resources/subscribers?page_size=2"
            while let next = path {
                let page = try await server.json("GET \(next)")
                let ids = try #require(page["data"]?.array).compactMap { $0.object?["id"]?.string }
                for id in ids { _ = try await server.send("DELETE /api/fabric/resources/subscribers/\(id)") }
                seen += ids
                path = page["links"]?.object?["next"]?.string?.replacing("http://\(server.host)", with: "")
            }
            #expect(seen == made)
        }
    }

    @Test func aTokenIsGoodForOneListOfOneAccount() async throws {
        try await TestServer.run { server in
            let tokens = server.useCases.pageTokens
            let (account, other) = (server.account.id, AccountID(rawValue: server.account.id.rawValue + 1))
            for start in [ListQuery.Start.after(7), .before(1 << 40)] {
                let token = try #require(tokens.token(for: start, list: "a", account: account))
                #expect(tokens.start(of: token, list: "a", account: account) == start)
                #expect(tokens.start(of: token, list: "b", account: account) == nil)
                #expect(tokens.start(of: token, list: "a", account: other) == nil)
                let swapped = (token.hasPrefix("PA") ? "PB" : "PA") + token.dropFirst(2)
                #expect(tokens.start(of: swapped, list: "a", account: account) == nil)
                #expect(!token.contains("0000000000000007"))
            }
            #expect(tokens.start(of: "", list: "a", account: account) == nil)
            #expect(tokens.start(of: "PA", list: "a", account: account) == nil)
        }
    }

    private static func fill(_ server: TestServer, count: Int) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            let made = try await server.json(
                "POST /api/fabric/resources/subscribers", body: "{\"email\":\"u\(number)@example.com\"}")
            ids.append(try #require(made["id"]?.string))
        }
        return ids
    }
}
