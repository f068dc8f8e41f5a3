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
}
