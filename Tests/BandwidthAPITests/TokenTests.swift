import BandwidthAPI
import Foundation
import Provisioning
import TestSupport
import Testing

/// Tokens over a real socket: RFC 6749 sections 4.4, 5.1 and 5.2, RFC 6750 section 3, and what the vendor's clients send.
@Suite struct TokenTests {
    private static let grant = Array("grant_type=client_credentials".utf8)

    private func token(of server: TestServer, caller: String = "administrator") async throws -> String {
        let answer = try await server.send("POST /api/v1/oauth2/token", caller: caller, body: Self.grant)
        return try #require(answer.firstMatch(of: /"access_token":"([^"]+)"/)).output.1.description
    }

    private func sites(_ server: TestServer, _ caller: String) async throws -> String {
        try await server.send("GET /api/v2/accounts/\(server.account.id)/sites", caller: caller)
    }

    @Test(arguments: ["/api/v1", "/api", "/api/v2", "/v1.0", "/API/V1", ""])
    func isIssuedBelowEveryBase(base: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("POST \(base)/oauth2/token", body: Self.grant)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("\r\nContent-Type: application/json\r\n"))
            #expect(answer.contains("\r\nCache-Control: no-store\r\n"))
            #expect(answer.contains(/\{"access_token":"[^"]+","token_type":"Bearer","expires_in":3600\}$/))
        }
    }

    /// What `band auth login` reads (Bandwidth/cli 34a6b48, cmd/auth/login.go).
    @Test func theClaimsAreWhatTheCommandLineReads() async throws {
        try await TestServer.run { server in
            struct Claims: Decodable {
                let accounts: [String]
                let roles: [String]
                let express: Bool
                let iat: Int64
                let exp: Int64
            }
            let parts = try await token(of: server, caller: "reader").split(separator: ".")
            try #require(parts.count == 3)
            var payload = String(parts[1].replacing("-", with: "+").replacing("_", with: "/"))
            while !payload.count.isMultiple(of: 4) { payload += "=" }
            let json = try #require(Data(base64Encoded: payload))
            let claims = try JSONDecoder().decode(Claims.self, from: json)
            #expect(claims.accounts == ["\(server.account.id)"])
            #expect(claims.roles == ["reader"] && !claims.express)
            #expect(claims.iat == server.store.clock.now.milliseconds / 1000 && claims.exp == claims.iat + 3600)
        }
    }

    @Test func standsForItsCallerWhereverAPasswordDoes() async throws {
        try await TestServer.run { server in
            let bearer = "Bearer \(try await token(of: server))"
            #expect(try await sites(server, bearer).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await sites(server, bearer + " ").hasPrefix("HTTP/1.1 200 OK\r\n"), "a space behind a header")
            let reader = "Bearer \(try await token(of: server, caller: "reader"))"
            let refused = try await server.send(
                "POST /accounts/\(server.account.id)/sites", caller: reader,
                body: Array("<Site><Name>a</Name></Site>".utf8))
            #expect(refused.contains("<ErrorCode>1001</ErrorCode>"))
        }
    }

    @Test func endsAfterAnHour() async throws {
        try await TestServer.run { server in
            let bearer = "Bearer \(try await token(of: server))"
            server.store.clock.advance(by: .seconds(3599))
            #expect(try await sites(server, bearer).hasPrefix("HTTP/1.1 200 OK\r\n"))
            server.store.clock.advance(by: .seconds(1))
            #expect(
                try await sites(server, bearer) == """
                    HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm="Demarc", error="invalid_token"\r
                    Content-Length: 0\r\n\r\n
                    """)
        }
    }

    @Test func endsWithItsPasswordAndWithItsCaller() async throws {
        try await TestServer.run { server in
            let callers = server.useCases.callers
            let old = "Bearer \(try await token(of: server))"
            #expect(try await sites(server, old).hasPrefix("HTTP/1.1 200 OK\r\n"))
            try await callers.setPassword(Secret("another"), of: "administrator")
            #expect(try await sites(server, old).hasPrefix("HTTP/1.1 401"))
            try await callers.setPassword(Secret("open sesame"), of: "administrator")
            #expect(try await sites(server, old).hasPrefix("HTTP/1.1 401"), "the same password anew revives nothing")

            let fresh = "Bearer \(try await token(of: server))"
            #expect(try await sites(server, fresh).hasPrefix("HTTP/1.1 200 OK\r\n"))
            try await callers.delete("administrator")
            #expect(try await sites(server, fresh).hasPrefix("HTTP/1.1 401"))
            _ = try await callers.create(
                name: "administrator", account: server.account.id, role: .administrator,
                password: Secret("open sesame"))
            #expect(try await sites(server, fresh).hasPrefix("HTTP/1.1 401"), "another caller of that name")
        }
    }

    @Test func everyChangedByteIsNoticed() async throws {
        try await TestServer.run { server in
            let token = try await token(of: server)
            let bytes = Array(token.utf8)
            for index in stride(from: 0, to: bytes.count, by: 7) where bytes[index] != UInt8(ascii: ".") {
                var changed = bytes
                changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let text = String(decoding: changed, as: UTF8.self)
                #expect(try await sites(server, "Bearer \(text)").hasPrefix("HTTP/1.1 401"), "byte \(index)")
            }
            let parts = token.split(separator: ".")
            // {"alg":"none","typ":"JWT"}
            for forged in ["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\(parts[1]).", "\(parts[0]).\(parts[1]).", token + "."]
            {
                #expect(try await sites(server, "Bearer \(forged)").hasPrefix("HTTP/1.1 401"))
            }
        }
    }

    @Test(arguments: [
        ("", "administrator", 400, "invalid_request"),
        ("grant_type=password", "administrator", 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&grant_type=client_credentials", "administrator", 400, "invalid_request"),
        ("grant_type=client_credentials&client_secret=x", "administrator", 400, "invalid_request"),
        ("grant_type=%zz", "administrator", 400, "invalid_request"),
        ("grant_type=client_credentials", "wrong", 401, "invalid_client"),
        ("grant_type=client_credentials", "none", 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=administrator", "none", 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=administrator&client_secret=wrong", "none", 401, "invalid_client"),
    ])
    func isRefusedInTheWordsOfTheRFC(form: String, caller: String, status: Int, error: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("POST /api/v1/oauth2/token", caller: caller, body: Array(form.utf8))
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.hasSuffix("\r\n\r\n{\"error\":\"\(error)\"}"))
            #expect(answer.contains("\r\nWWW-Authenticate: Basic realm=\"Demarc\"\r\n") == (status == 401))
        }
    }

    @Test func theSecretMayStandInTheForm() async throws {
        try await TestServer.run { server in
            let form = "grant_type=client_credentials&client_id=administrator&client_secret=open+sesame"
            let answer = try await server.send("POST /oauth2/token", caller: "none", body: Array(form.utf8))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            let get = try await server.send("GET /oauth2/token")
            #expect(get.hasPrefix("HTTP/1.1 405 ") && get.contains("\r\nAllow: POST\r\n"))
        }
    }

    @Test func whoTriesTooOftenWaits() async throws {
        var limits = SignInLimits()
        limits.triesOfSource = 3
        try await TestServer.run(signIn: limits) { server in
            for _ in 0..<3 { #expect(try await sites(server, "wrong").hasPrefix("HTTP/1.1 401")) }
            let end = server.store.clock.now.milliseconds / 1000 + 60
            let refusal = try await sites(server, "wrong")
            #expect(refusal.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n") && refusal.hasSuffix("\r\n\r\n"))
            #expect(
                refusal.contains("\r\nRetry-After: 60\r\n") && refusal.contains("\r\nX-RateLimit-Reset: \(end)\r\n"))
            let form = try await server.send("POST /oauth2/token", caller: "wrong", body: Self.grant)
            #expect(form.hasPrefix("HTTP/1.1 429 "))
            server.store.clock.advance(by: .seconds(60))
            #expect(try await sites(server, "wrong").hasPrefix("HTTP/1.1 401"))
            #expect(try await sites(server, "administrator").hasPrefix("HTTP/1.1 200"))
        }
    }
}
