import Foundation
import NIOPosix
import SIPEngine
import TestSupport
import Testing

@testable import SIPTransport

/// What a client may cost a stream listener, over sockets and by the machine's own clock.
@Suite(.timeLimit(.minutes(2))) struct StreamLimitsTests {
    private let handler = EchoHandler()
    private let gate = DurabilityGate()

    private func listen(_ limits: StreamLimits, _ body: (TCPListener) async throws -> Void) async throws {
        let listener = try await TCPListener.start(
            ListenerAddress(transport: .tcp, host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton,
            handler: handler, gate: gate, clock: .system(), limits: limits)
        try await body(listener)
        await listener.stop()
    }

    private func client(_ listener: TCPListener, from source: String = "127.0.0.1") throws -> LoopbackClient {
        try LoopbackClient(stream: true, port: listener.port, from: source, room: 4096)
    }

    private func isServed(_ client: LoopbackClient) async -> Bool {
        await onThread {
            client.send(message("hello"))
            return client.receive(count: message("hello").utf8.count) == message("hello")
        }
    }

    /// Sends drop by drop until the other side has closed, at most twenty seconds.
    private func dribble(_ start: String, _ drop: String, on client: LoopbackClient) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        return await onThread {
            client.send(start)
            while ContinuousClock.now < deadline {
                guard client.send(drop) else { return true }
                Thread.sleep(forTimeInterval: 0.02)
            }
            return false
        }
    }

    @Test(arguments: [
        ("REGISTER sip:a SIP/2.0\r\nX: ", "x"), ("REGISTER sip:a SIP/2.0\r\nContent-Length: 30000\r\n\r\n", "x"),
        ("", "x"), ("", "X: y\r\n"),
    ])
    func whoDribblesIsClosed(start: String, drop: String) async throws {
        try await listen(StreamLimits(messageTime: 1)) { listener in
            let (slow, other) = (try client(listener), try client(listener))
            #expect(await dribble(start, drop, on: slow))
            #expect(await isServed(other), "nobody else suffers")
            #expect(await eventually { listener.connectionCount == 1 })
        }
    }

    @Test func keepAlivesKeepAConnectionThatIsElseIdle() async throws {
        try await listen(StreamLimits(idle: 2)) { listener in
            let (silent, alive) = (try client(listener), try client(listener))
            async let isClosed = onThread { silent.sawEnd() }
            // RFC 5626 section 3.5.1: twice the idle time, ping by ping.
            let pongs = await onThread { () -> Int in
                var pongs = 0
                for _ in 0..<16 {
                    Thread.sleep(forTimeInterval: 0.25)
                    alive.send("\r\n\r\n")
                    if alive.receive(count: 2) == "\r\n" { pongs += 1 }
                }
                return pongs
            }
            #expect(await isClosed)
            #expect(pongs == 16)
            #expect(await isServed(alive))
        }
    }

    @Test(arguments: ["Content-Length: 32769", "Content-Length: 4294967296", "Content-Length: 99999999999999999999"])
    func aBodyBeyondTheLimitCloses(header: String) async throws {
        try await listen(StreamLimits()) { listener in
            let client = try client(listener)
            client.send("REGISTER sip:a SIP/2.0\r\n\(header)\r\n\r\n")
            #expect(await onThread { client.sawEnd() })
        }
    }

    @Test func whoDoesNotReadIsClosed() async throws {
        try await listen(StreamLimits()) { listener in
            let client = try client(listener)
            let whole = message("long", body: 1000)
            let isClosed = await onThread { () -> Bool in
                for _ in 0..<20_000 where !client.send(whole) { return true }
                return false
            }
            #expect(isClosed, "it was closed while it still sent")
            #expect(await eventually { listener.connectionCount == 0 })
        }
    }

    @Test func aFloodOfConnectionsLeavesThoseThatWereThere() async throws {
        try await listen(StreamLimits(connections: 60, connectionsPerSource: 20)) { listener in
            let old = try client(listener, from: "127.0.0.200")
            #expect(await isServed(old))
            var flood: [LoopbackClient] = []
            for source in 1...8 {
                for _ in 0..<30 {
                    if let one = try? client(listener, from: "127.0.0.\(source)") { flood.append(one) }
                }
            }
            #expect(await eventually { listener.connectionCount == 60 })
            #expect(await isServed(old))
            flood.removeAll()
            #expect(await eventually { listener.connectionCount == 1 })
            #expect(await isServed(try client(listener)))
        }
    }

    @Test(arguments: [StreamLimits(waiting: 100), StreamLimits(waitingPerConnection: 100)])
    func answersThatWaitForTheJournalAreBounded(limits: StreamLimits) async throws {
        try await listen(limits) { listener in
            let greedy = try client(listener)
            for _ in 0..<101 { greedy.send(message("defer 1")) }
            #expect(await onThread { greedy.sawEnd() })
            #expect(handler.lengths.count <= 101)
            gate.advance(to: 1)
            let other = try client(listener)
            other.send(message("defer 1"))
            #expect(await onThread { other.receive() } == message("defer 1"), "what waited is gone")
        }
    }
}
