import DialectKit
import Provisioning
import Testing

/// What one account has, another neither sees nor touches.
@Suite struct IsolationTests {
    @Test func idsOfAnotherAccountAreUnknown() async throws {
        try await TestServer.run { server in
            let subscriber = try await Self.made(server, "resources/subscribers", "{\"email\":\"a@example.com\"}")
            let owner = "resources/subscribers/\(subscriber)"
            let endpoint = try await Self.made(
                server, "\(owner)/sip_endpoints", "{\"username\":\"alice\",\"password\":\"secret\"}")
            let gateway = try await Self.made(
                server, "resources/sip_gateways",
                #"{"name":"g","uri":"pbx.example","encryption":"default","ciphers":[],"codecs":["PCMU"]}"#)
            let address = try #require(
                try await server.json("GET /api/fabric/\(owner)/addresses")["data"]?.array?.first?.object?["id"]?
                    .string)
            let paths = [
                owner, "\(owner)/addresses", "\(owner)/sip_endpoints", "\(owner)/sip_endpoints/\(endpoint)",
                "resources/sip_gateways/\(gateway)", "resources/\(gateway)", "resources/\(subscriber)",
                "addresses/\(address)",
            ]
            for path in paths {
                for method in ["GET", "DELETE", "PUT", "PATCH"] {
                    let answer = try await server.send("\(method) /api/fabric/\(path)", token: "foreign", body: "{}")
                    let isRefused = answer.hasPrefix("HTTP/1.1 404") || answer.hasPrefix("HTTP/1.1 405")
                    #expect(isRefused, "\(method) \(path): \(answer)")
                }
                #expect(try await server.send("GET /api/fabric/\(path)").hasPrefix("HTTP/1.1 200"), "\(path)")
            }
            for list in ["resources/subscribers", "resources/sip_gateways", "resources", "addresses"] {
                let page = try await server.json("GET /api/fabric/\(list)", token: "foreign")
                #expect(page["data"]?.array?.isEmpty == true, "\(list)")
            }
        }
    }

    /// Names, emails and numbers of another account stand in nobody's way.
    @Test func theSameNamesInTwoAccounts() async throws {
        try await TestServer.run { server in
            _ = try await server.useCases.numbers.add(["+14632322867"], account: server.account.id)
            for token in ["2026", "foreign"] {
                let subscriber = try await Self.made(
                    server, "resources/subscribers", "{\"email\":\"a@example.com\"}", token: token)
                let path = "resources/subscribers/\(subscriber)/sip_endpoints"
                _ = try await Self.made(server, path, "{\"username\":\"a\",\"password\":\"secret\"}", token: token)
                let answer = try await server.send(
                    "POST /api/fabric/\(path)", token: token,
                    body: "{\"username\":\"b\",\"password\":\"secret\",\"send_as\":\"+14632322867\"}")
                #expect(answer.contains("not_purchased_or_verified") == (token == "foreign"))
            }
        }
    }

    /// A credential of another dialect has the name, and an endpoint is one in every dialect.
    @Test func oneNameSpaceOverAllDialects() async throws {
        try await TestServer.run { server in
            _ = try await server.useCases.credentials.create(
                CredentialName(userName: "bob"), password: Secret("secret"), realm: nil, account: server.account.id)
            let subscriber = try await Self.made(server, "resources/subscribers", "{\"email\":\"a@example.com\"}")
            let path = "resources/subscribers/\(subscriber)/sip_endpoints"
            let answer = try await server.send(
                "POST /api/fabric/\(path)", body: "{\"username\":\"bob\",\"password\":\"secret\"}")
            #expect(answer.contains("\"code\":\"not_unique_within_project\""))
            _ = try await Self.made(server, path, "{\"username\":\"alice\",\"password\":\"secret\"}")
            let credential = try await server.useCases.credentials.get("alice", by: server.administrator)
            #expect(credential.hashes.sha256 != nil)
            try await server.useCases.credentials.delete("alice", by: server.administrator)
            let left = try await server.json("GET /api/fabric/\(path)")
            #expect(left["data"]?.array?.isEmpty == true)
        }
    }

    @Test func aDeletedTokenIsNoTokenAnyMore() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("GET /api/fabric/resources").hasPrefix("HTTP/1.1 200"))
            for token in try await server.useCases.apiTokens.list(of: server.account.id) {
                try await server.useCases.apiTokens.delete(token.id, of: server.account.id)
            }
            #expect(try await server.send("GET /api/fabric/resources").hasPrefix("HTTP/1.1 401"))
        }
    }

    private static func made(_ server: TestServer, _ path: String, _ body: String, token: String = "2026")
        async throws -> String
    {
        let made = try await server.json("POST /api/fabric/\(path)", token: token, body: body)
        return try #require(made["id"]?.string, "\(path): \(made.members)")
    }
}
