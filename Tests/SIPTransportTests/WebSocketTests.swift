import NIOPosix
import SIPEngine
import TestSupport
import Testing

@testable import SIPTransport

/// SIP in WebSocket frames (RFC 7118), spoken byte by byte.
@Suite struct WebSocketTests {
    private let handler = EchoHandler()
    private let gate = DurabilityGate()

    private func start(limits: StreamLimits = StreamLimits(), tls: ServerTLS? = nil, clock: EdgeClock = .fixed)
        async throws -> TCPListener
    {
        try await TCPListener.start(
            ListenerAddress(transport: tls == nil ? .ws : .wss, host: "127.0.0.1", port: 0),
            group: MultiThreadedEventLoopGroup.singleton, handler: handler, gate: gate, clock: clock, limits: limits,
            tls: tls)
    }

    /// A connection that has asked to become a WebSocket, and the answer's head.
    private func open(_ listener: TCPListener, protocol name: String = "sip", room: Int32 = 4 << 20) throws -> (
        LoopbackClient, String
    ) {
        let client = try LoopbackClient(stream: true, port: listener.port, room: room)
        client.send(
            """
            GET / HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: \(name)\r
            \r

            """)
        var head = ""
        while !head.contains("\r\n\r\n"), let more = client.receive() { head += more }
        return (client, head)
    }

    /// A client's frame; its mask of zeros leaves the text as it is.
    private func frame(_ text: String, opcode: UInt8 = 1, isFinal: Bool = true) -> [UInt8] {
        let count = text.utf8.count
        let length = count < 126 ? [0x80 | UInt8(count)] : [0xFE, UInt8(count >> 8), UInt8(count & 255)]
        return [(isFinal ? 0x80 : 0) | opcode] + length + [0, 0, 0, 0] + Array(text.utf8)
    }

    /// Frames of the server, each under 126 bytes, as (opcode, text).
    private func frames(_ client: LoopbackClient, _ count: Int) -> [String] {
        var bytes: [UInt8] = []
        var found: [String] = []
        while found.count < count {
            while let length = bytes.dropFirst().first.map(Int.init), bytes.count >= 2 + length, found.count < count {
                found.append("\(bytes[0] & 15) \(String(decoding: bytes[2..<2 + length], as: UTF8.self))")
                bytes.removeFirst(2 + length)
            }
            guard found.count < count, let more = client.receiveBytes() else { return found }
            bytes += more
        }
        return found
    }

    @Test func answersWhatComesInOneFrameOrInSeveral() async throws {
        let listener = try await start()
        let (client, head) = try open(listener)
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        #expect(head.lowercased().contains("sec-websocket-protocol: sip\r\n"))
        // The key's answer in RFC 6455 section 1.3.
        #expect(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        client.send(bytes: frame("without a length\r\n\r\n") + frame(message("two"), opcode: 2))
        #expect(frames(client, 2) == ["1 without a length\r\n\r\n", "1 \(message("two"))"])
        client.send(bytes: frame("in ", isFinal: false) + frame("ping", opcode: 9) + frame("parts\r\n\r\n", opcode: 0))
        #expect(frames(client, 2) == ["10 ping", "1 in parts\r\n\r\n"])
        client.send(bytes: frame("\r\n\r\n"))
        #expect(frames(client, 1) == ["1 \r\n"])
        #expect(Set(handler.sources.map(\.transport)) == [.ws])
        client.send(bytes: frame("", opcode: 8))
        #expect(client.sawEnd())
        #expect(await eventually { listener.connectionCount == 0 })
        await listener.stop()
    }

    @Test func anAnswerWaitsForTheJournal() async throws {
        let listener = try await start()
        let (client, _) = try open(listener)
        client.send(bytes: frame(message("defer 7")) + frame(message("now")))
        #expect(frames(client, 1) == ["1 \(message("now"))"])
        gate.advance(to: 7)
        #expect(frames(client, 1) == ["1 \(message("defer 7"))"])
        await listener.stop()
    }

    /// One frame holds one message (RFC 7118 section 5), however many of ours leave together.
    @Test func whatLeavesTogetherHasFramesOfItsOwn() async throws {
        let listener = try await start()
        let (client, _) = try open(listener)
        client.send(bytes: frame(message("hello")))
        #expect(frames(client, 1) == ["1 \(message("hello"))"])
        let outbound = try Outbound(
            listeners: .init(streams: [listener]), handler: handler, gate: gate, clock: .fixed,
            group: MultiThreadedEventLoopGroup.singleton, limits: OutboundLimits(), trustedAuthorities: nil,
            observer: nil, mayCall: { _ in true })
        let source = try #require(handler.sources.first)
        let flow = try #require(try outbound.flow(to: Target(address: source, serverName: "")))
        var batch = try OutboundBatch.made()
        for number in 0..<200 {
            let isTaken = batch.append(Array(message("\(number)").utf8).span, to: flow)
            #expect(isTaken)
        }
        batch.flush()
        #expect(frames(client, 200) == (0..<200).map { "1 \(message("\($0)"))" })
        await listener.stop()
    }

    /// Pings are answered (RFC 6455 section 5.5.2), but not kept for who never reads the answers.
    @Test(.timeLimit(.minutes(1))) func whoPingsAndDoesNotReadIsClosed() async throws {
        let listener = try await start()
        let (client, _) = try open(listener, room: 4096)
        let pings = (0..<512).flatMap { _ in frame(String(repeating: "p", count: 120), opcode: 9) }
        let isClosed = await onThread { () -> Bool in
            for _ in 0..<1000 where !client.send(bytes: pings) { return true }
            return false
        }
        #expect(isClosed, "64 MB of pings were answered to nobody")
        #expect(await eventually { listener.connectionCount == 0 })
        await listener.stop()
    }

    /// RFC 7118 section 6: a browser that has nothing to say pings.
    @Test func pingsKeepAConnectionThatIsElseIdle() async throws {
        let clock = ManualEdgeClock()
        let listener = try await start(limits: StreamLimits(idle: 4), clock: clock.clock)
        let (client, _) = try open(listener)
        for round in 0..<4 {
            client.send(bytes: frame("\(round)", opcode: 9))
            #expect(frames(client, 1) == ["10 \(round)"])
            clock.advance(seconds: 3)
            // It looks once a second.
            try await Task.sleep(for: .milliseconds(1100))
        }
        #expect(listener.connectionCount == 1)
        clock.advance(seconds: 5)
        #expect(await onThread { client.sawEnd() })
        await listener.stop()
    }

    @Test(arguments: ["xmpp", "sipx"]) func anotherProtocol(name: String) async throws {
        let listener = try await start()
        let (client, head) = try open(listener, protocol: name)
        #expect(!head.hasPrefix("HTTP/1.1 101 "))
        #expect(client.sawEnd())
        #expect(await eventually { listener.connectionCount == 0 })
        await listener.stop()
    }

    @Test func aBrowserThatLooksIn() async throws {
        let listener = try await start()
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        #expect(client.receive()?.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n") == true)
        #expect(client.sawEnd())
        #expect(handler.lengths.isEmpty)
        await listener.stop()
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\n"]) func whoTakesTooLong(said: String) async throws {
        let listener = try await start(limits: StreamLimits(connectionsPerSource: 1, messageTime: 0))
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send(said)
        #expect(client.sawEnd())
        #expect(await eventually { listener.connectionCount == 0 })
        await listener.stop()
    }

    @Test(arguments: ["REGISTER sip:a SIP/2.0\r\n\r\n", "\u{16}\u{3}\u{1}"]) func whatIsNoHTTP(said: String)
        async throws
    {
        let listener = try await start()
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send(said + String(repeating: "\r\n", count: 4))
        #expect(client.sawEnd())
        #expect(handler.lengths.isEmpty)
        await listener.stop()
    }

    @Test func moreThanAMessageMayBe() async throws {
        let listener = try await start()
        let (client, _) = try open(listener)
        client.send(bytes: frame(String(repeating: ".", count: 60_000)))
        #expect(client.sawEnd())
        #expect(handler.lengths.isEmpty)
        await listener.stop()
    }
}
