import DialectKit
import Foundation
import Hummingbird
import Logging
import NIOCore
import OperatorAPI
import ServiceLifecycle
import TestSupport
import Testing

@testable import DemarcServer

/// What a client may cost an HTTP listener, over sockets.
@Suite(.timeLimit(.minutes(2))) struct HTTPLimitsTests {
    /// Reads up to 100 bytes, and answers with a little or with a lot.
    private struct Sample: Dialect {
        func respond(to request: DialectRequest) async -> Response? {
            guard (try? await request.body(upTo: 100)) != nil else { return Response(status: .contentTooLarge) }
            let text = request.path.description == "/lot" ? String(repeating: "lot ", count: 1 << 18) : "ok"
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    private struct Running: Sendable {
        let port: UInt16
        let sources: HTTPSources

        func client(from source: String = "127.0.0.1", room: Int32 = 1 << 16) throws -> LoopbackClient {
            try LoopbackClient(stream: true, port: port, from: source, room: room)
        }
    }

    private func listen(
        _ change: (inout HTTPLimits) -> Void, _ body: @Sendable (Running) async throws -> Void
    ) async throws {
        var limits = HTTPLimits(connections: 100, connectionsPerSource: 100)
        change(&limits)
        let board = ListenerBoard(expected: 1)
        let log = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let listener = HTTPListener(
            responder: DialectResponder([Sample()]), address: ListenAddress(host: "127.0.0.1", port: 0),
            listener: .vendor, board: board, counters: HTTPCounters(), log: log, limits: limits)
        let services = ServiceGroup(services: [listener], logger: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            await board.waitUntilBound()
            let url = try #require(board.urls(of: .vendor).first)
            let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
            try await body(Running(port: port, sources: listener.sources))
            // A cancelled server ends the process when connections wait to be accepted (NIO's `NIOAsyncWriter`).
            await services.triggerGracefulShutdown()
        }
    }

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func areServed(_ clients: [LoopbackClient]) async -> Bool {
        await onThread {
            clients.allSatisfy { client in
                client.send(get)
                return client.receive()?.hasPrefix("HTTP/1.1 200 OK\r\n") == true
            }
        }
    }

    private static func isServed(_ client: LoopbackClient) async -> Bool { await areServed([client]) }

    private static func sawEnd(_ client: LoopbackClient) async -> Bool { await onThread { client.sawEnd() } }

    enum Ending { case idle, requestTime }

    /// How a request begins that then comes byte by byte, and which limit ends it.
    @Test(arguments: [
        ("", "x", Ending.idle), ("GET / HTTP/1.1\r\nA: ", "x", .idle),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\n", "x", .requestTime),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", .requestTime),
        // Refused for its length, and still it comes.
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n", "x", .requestTime),
    ])
    func whoDribblesIsClosed(start: String, drop: String, ending: Ending) async throws {
        try await listen {
            $0.idle = ending == .idle ? .milliseconds(400) : .seconds(60)
            $0.requestTime = ending == .requestTime ? .milliseconds(400) : .seconds(60)
        } _: { server in
            let client = try server.client()
            let other = try server.client()
            client.send(start)
            let deadline = ContinuousClock.now + .seconds(30)
            let isClosed = await onThread {
                while ContinuousClock.now < deadline {
                    guard client.send(drop) else { return true }
                    Thread.sleep(forTimeInterval: 0.01)
                }
                return false
            }
            #expect(isClosed)
            let isServed = await Self.isServed(other)
            #expect(ending == .idle || isServed, "nobody else suffers")
        }
    }

    @Test func whoDoesNotReadIsClosed() async throws {
        try await listen {
            $0.answerStall = .milliseconds(400)
        } _: { server in
            let client = try server.client(room: 4096)
            for _ in 0..<20 { client.send("GET /lot HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(await eventually { server.sources.count == 1 })
            #expect(await eventually { server.sources.count == 0 })
            #expect(await Self.isServed(try server.client()))
        }
    }

    @Test func whoReadsSlowlyIsNot() async throws {
        try await listen {
            $0.answerStall = .seconds(5)
        } _: { server in
            let client = try server.client(room: 4096)
            client.send("GET /lot HTTP/1.1\r\nHost: a\r\n\r\n")
            let read = await onThread { client.receive(count: 1 << 20).utf8.count }
            #expect(read >= 1 << 20)
        }
    }

    @Test func beyondTheLastConnectionOthersWait() async throws {
        try await listen {
            $0.connections = 3
        } _: { server in
            var open = try (0..<3).map { _ in try server.client() }
            #expect(await Self.areServed(open))
            let waiting = try (0..<20).map { _ in try server.client() }
            for client in waiting { client.send(Self.get) }
            #expect(await Self.areServed(open), "who was there is served")
            #expect(server.sources.count == 3)
            open.removeAll()
            let first = await onThread { waiting[0].receive() }
            #expect(first?.hasPrefix("HTTP/1.1 200 OK") == true, "and the next when there is room")
        }
    }

    @Test func oneSourceDoesNotTakeEverything() async throws {
        try await listen {
            $0.connectionsPerSource = 2
        } _: { server in
            var open = try (0..<2).map { _ in try server.client() }
            #expect(await Self.areServed(open))
            #expect(await Self.sawEnd(try server.client()))
            #expect(await Self.isServed(try server.client(from: "127.0.0.2")))
            #expect(await Self.areServed(open))
            open.removeLast()
            #expect(await eventually { server.sources.count == 1 })
            #expect(await Self.isServed(try server.client()))
        }
    }

    private static func fields(_ count: Int, _ size: Int) -> String {
        (0..<count).map { "H\($0): \(String(repeating: "x", count: size))\r\n" }.joined()
    }

    /// The URL behind the slash, other header lines, and whether that is within the limits.
    @Test(arguments: [
        (0, "", true), (16_000, "", true), (16_400, "", false), (1 << 20, "", false),
        (0, fields(1, 16_000), true), (0, fields(1, 16_400), false),
        (0, fields(3, 10_000), true), (0, fields(4, 10_000), false),
        (0, fields(98, 9), true), (0, fields(101, 9), false), (0, fields(20_000, 0), false),
    ])
    func headsAreBounded(url: Int, headers: String, isWithin: Bool) async throws {
        try await listen { _ in
        } _: { server in
            let client = try server.client()
            let path = String(repeating: "p", count: url)
            let answer = await onThread {
                client.send("GET /\(path) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n")
                return client.receive() ?? ""
            }
            let wanted = isWithin ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 400 Bad Request\r\n"
            #expect(answer.hasPrefix(wanted) || !isWithin && answer.isEmpty)
            let sawEnd = isWithin ? false : await Self.sawEnd(client)
            #expect(isWithin != sawEnd)
            #expect(await Self.isServed(try server.client()))
        }
    }

    @Test func requestsInARowAreAnsweredInOrder() async throws {
        try await listen { _ in
        } _: { server in
            let client = try server.client()
            let requests = (0..<500).map { index in
                index % 2 == 0
                    ? Self.get
                    : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + String(repeating: "x", count: 200)
            }
            let statuses = await onThread {
                client.send(requests.joined())
                var text = ""
                while text.ranges(of: "HTTP/1.1 ").count < requests.count, let more = client.receive() { text += more }
                return text.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
            }
            #expect(statuses == (0..<500).map { $0 % 2 == 0 ? "200" : "413" })
        }
    }
}
