import DialectKit
import Foundation
import Provisioning
import Testing

/// What does not depend on one operation and takes more than one exchange.
@Suite struct ListenerTests {
    @Test func whoAsksTooOftenWaits() async throws {
        try await TestServer.run(rate: RequestRate(1, per: .seconds(30))) { server in
            let line = "GET /api/fabric/resources/subscribers"
            #expect(try await server.send(line).hasPrefix("HTTP/1.1 200 OK\r\n"))
            let answer = try await server.send(line)
            #expect(answer.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            #expect(answer.contains("\r\nRetry-After: 30\r\n") && answer.contains("\r\nX-Request-Id: "))
            #expect(answer.hasSuffix("\r\n\r\n{\"error\":\"Too Many Requests\"}"))
            #expect(try await server.send(line, token: "2025").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await server.send(line, token: "wrong").hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func nobodyOfASuspendedAccountIsLetIn() async throws {
        try await TestServer.run { server in
            let line = "GET /api/fabric/resources/subscribers"
            _ = try await server.useCases.accounts.suspend(server.account.id)
            for token in ["2025", "2026"] {
                let answer = try await server.send(line, token: token)
                #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
                #expect(answer.hasSuffix("\r\n\r\n{\"error\":\"Forbidden\"}"))
            }
            #expect(try await server.send(line, token: "wrong").hasPrefix("HTTP/1.1 401 "))
            #expect(try await server.send(line, token: "foreign").hasPrefix("HTTP/1.1 200 "))
            _ = try await server.useCases.accounts.resume(server.account.id)
            #expect(try await server.send(line).hasPrefix("HTTP/1.1 200 "))
        }
    }
}
