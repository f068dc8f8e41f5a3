import NIOPosix
import SIPEngine
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct TCPListenerTests {
    private let handler = EchoHandler()
    private let gate = DurabilityGate()

    private func start(
        _ host: String = "127.0.0.1", port: UInt16 = 0, limits: StreamLimits = StreamLimits()
    ) async throws -> TCPListener {
        try await TCPListener.start(
            ListenerAddress(transport: .tcp, host: host, port: port), group: MultiThreadedEventLoopGroup.singleton,
            handler: handler, gate: gate, clock: .fixed, limits: limits)
    }

    @Test(arguments: ["127.0.0.1", "::1"].filter(LoopbackClient.has)) func answers(host: String) async throws {
        let listener = try await start(host)
        let client = try LoopbackClient(stream: true, host: host, port: listener.port)
        client.send(message("hel"))
        #expect(client.receive(count: message("hel").utf8.count) == message("hel"))
        #expect(handler.sources == [SourceAddress.loopback(host, port: client.port)])
        #expect(listener.connectionCount == 1)
        await listener.stop()
    }

    @Test func piecesAndPairs() async throws {
        let listener = try await start()
        let client = try LoopbackClient(stream: true, port: listener.port)
        let whole = message("hello", body: 10)
        for byte in whole.utf8 { client.send(String(decoding: [byte], as: UTF8.self)) }
        #expect(client.receive(count: whole.utf8.count) == whole)
        let pair = message("one") + message("two")
        client.send(pair + "\r\n\r\n")
        #expect(client.receive(count: pair.utf8.count + 2) == pair + "\r\n")
        await listener.stop()
    }

    @Test func deferredUntilDurable() async throws {
        let listener = try await start()
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send(message("defer 2") + message("one"))
        #expect(client.receive(count: message("one").utf8.count) == message("one"))
        gate.advance(to: 2)
        #expect(client.receive(count: message("defer 2").utf8.count) == message("defer 2"))
        await listener.stop()
    }

    @Test func garbageCloses() async throws {
        let listener = try await start()
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send("GET / HTTP/1.1\r\n\r\n")
        #expect(client.sawEnd())
        #expect(await eventually { listener.connectionCount == 0 })
        await listener.stop()
    }

    @Test(arguments: [
        StreamLimits(connections: 2, connectionsPerSource: 9), StreamLimits(connections: 9, connectionsPerSource: 2),
    ])
    func connectionLimits(_ limits: StreamLimits) async throws {
        let listener = try await start(limits: limits)
        var open: [LoopbackClient] = []
        for _ in 0..<2 {
            let client = try LoopbackClient(stream: true, port: listener.port)
            client.send(message("hello"))
            #expect(client.receive() == message("hello"))
            open.append(client)
        }
        let third = try LoopbackClient(stream: true, port: listener.port)
        #expect(third.sawEnd())
        #expect(listener.connectionCount == 2)

        open.removeFirst()
        #expect(await eventually { listener.connectionCount == 1 })
        let fourth = try LoopbackClient(stream: true, port: listener.port)
        fourth.send(message("hello"))
        #expect(fourth.receive() == message("hello"))
        #expect(listener.connectionCount == 2)
        await listener.stop()
    }

    @Test func stopClosesEverything() async throws {
        let listener = try await start()
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send(message("hello"))
        #expect(client.receive() == message("hello"))
        await listener.stop()
        // At once: the port is anybody's now.
        #expect(throws: LoopbackClient.Failure.self) { try LoopbackClient(stream: true, port: listener.port) }
        #expect(client.sawEnd())
        #expect(await eventually { listener.connectionCount == 0 })
    }

    @Test func whatCannotBeOpenedSaysWhy() async throws {
        let listener = try await start()
        let error = await #expect(throws: ListenerError.self) { try await start(port: listener.port) }
        #expect(error?.description.hasPrefix("cannot listen on tcp:127.0.0.1:\(listener.port): ") == true)
        await listener.stop()
    }
}

extension SourceAddress {
    fileprivate static func loopback(_ host: String, port: UInt16) -> SourceAddress {
        host.contains(":")
            ? SourceAddress(high: 0, low: 1, port: port, transport: .tcp)
            : SourceAddress(ipv4: 0x7F00_0001, port: port, transport: .tcp)
    }
}
