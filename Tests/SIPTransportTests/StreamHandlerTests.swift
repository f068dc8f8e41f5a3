import NIOCore
import NIOEmbedded
import NIOTLS
import SIPEngine
import Testing

@testable import SIPTransport

/// The framing of one connection, on a loop and a clock that move only when they are told to.
@Suite struct StreamHandlerTests {
    /// One connection and its handler.
    private struct Connection {
        let channel: EmbeddedChannel
        let handler: StreamHandler
        let echo: EchoHandler
        let gate: DurabilityGate
        let connections: StreamConnections

        init(clock: EdgeClock, limits: StreamLimits = StreamLimits(), transport: Transport = .tcp) throws {
            echo = EchoHandler()
            gate = DurabilityGate()
            connections = StreamConnections(limits: limits)
            let source = SourceAddress(ipv4: 0x7F00_0001, port: 40_000, transport: transport)
            _ = connections.admit(source)
            let connections = connections
            gate.whenAdvanced { [weak gate] _ in gate.map(connections.advanced) }
            handler = StreamHandler(
                source: source, handler: echo, gate: gate, clock: clock, limits: limits, connections: connections)
            channel = EmbeddedChannel(handler: handler)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 40_000)).wait()
        }

        func receive(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

        /// Everything that was written since the last look.
        func sent() throws -> String {
            var text = ""
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
            return text
        }
    }

    @Test func splitAtEveryByte() throws {
        let connection = try Connection(clock: .fixed)
        let whole = message("hello", body: 40)
        for (position, byte) in whole.utf8.enumerated() {
            #expect(try connection.sent().isEmpty, "after \(position) bytes")
            try connection.receive(String(decoding: [byte], as: UTF8.self))
        }
        #expect(try connection.sent() == whole)
    }

    @Test(arguments: 1...130) func cutAnywhere(_ length: Int) throws {
        let connection = try Connection(clock: .fixed)
        let messages = ["one", "silent", "two", "three"].map { message($0, body: 3) }
        var rest = messages.joined()[...]
        while !rest.isEmpty {
            try connection.receive(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        #expect(try connection.sent() == messages[0] + messages[2] + messages[3])
        #expect(connection.echo.lengths == messages.map(\.utf8.count))
    }

    /// Pieces as they come, and what is answered (RFC 5626 section 3.5.1).
    @Test(arguments: [
        (["\r\n\r\n"], "\r\n"), (["\r\n", "\r\n"], "\r\n"), (["\r", "\n", "\r", "\n"], "\r\n"), (["\r\n"], ""),
        (["\r\n\r\n\r\n\r\n"], "\r\n\r\n"), (["\r\n\r\n" + message("hello")], "\r\n" + message("hello")),
        (["\r\n" + message("hello"), "\r\n\r\n"], message("hello") + "\r\n"),
        ([message("hello") + "\r\n\r\n"], message("hello") + "\r\n"),
    ])
    func keepAlive(pieces: [String], answer: String) throws {
        let connection = try Connection(clock: .fixed)
        for piece in pieces { try connection.receive(piece) }
        #expect(try connection.sent() == answer)
        #expect(connection.channel.isActive)
    }

    @Test(arguments: [
        "\rx", "GET / HTTP/1.1\r\nHost: sip.test\r\n\r\n", "hello\r\nContent-Length: -1\r\n\r\n",
        "hello\r\nContent-Length: 99999999999999999999\r\n\r\n", "hello\r\nContent-Length: 40000\r\n\r\n",
        String(repeating: "x", count: 20_000), "hello\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
    ])
    func garbageCloses(_ garbage: String) throws {
        let connection = try Connection(clock: .fixed)
        try connection.receive(message("hello") + garbage)
        #expect(try connection.sent() == message("hello"), "what came before is answered")
        #expect(!connection.channel.isActive)
        #expect(connection.connections.count == 0)
    }

    @Test func deferredUntilDurable() throws {
        let connection = try Connection(clock: .fixed)
        try connection.receive(message("defer 2") + message("hello"))
        #expect(try connection.sent() == message("hello"))
        connection.gate.advance(to: 1)
        #expect(try connection.sent().isEmpty)
        connection.gate.advance(to: 2)
        connection.channel.embeddedEventLoop.run()
        #expect(try connection.sent() == message("defer 2"))
        try connection.receive(message("defer 2"))
        #expect(try connection.sent() == message("defer 2"), "it is on disk already")
    }

    /// Steps of seconds that pass and text that comes, and whether the connection is open at the end.
    enum Step: Sendable {
        case pass(Int64)
        case text(String)
    }

    @Test(
        arguments: [
            ([.pass(950), .text("\r\n\r\n"), .pass(950)], true),
            ([.pass(970)], false),
            ([.text(message("hello")), .pass(970)], false),
            ([.text("hel"), .pass(15), .text("lo\r\nContent-Length: 0\r\n\r\n"), .pass(100)], true),
            ([.text("hel"), .pass(15), .text("lo"), .pass(15)], false),
            ([.text("hel"), .pass(15), .text("lo"), .pass(4)], true),
            ([.text(message("hello") + "hel"), .pass(30)], false),
            ([.text("hello\r\nContent-Length: 9\r\n\r\n12345"), .pass(30)], false),
            ([.text("\r"), .text("\n"), .pass(100)], true),
            ([.text("\r"), .pass(30)], false),
            // Who is bound to it is to be reached, however silent.
            ([.text(message("bound 3600")), .pass(3599)], true), ([.text(message("bound 3600")), .pass(3900)], false),
            ([.text(message("bound 3600")), .text(message("bound 0")), .pass(1200)], false),
            ([.text(message("bound 3600")), .text(message("hello")), .pass(1200)], true),
        ] as [([Step], Bool)])
    func lateness(steps: [Step], isOpen: Bool) throws {
        let time = ManualEdgeClock()
        let connection = try Connection(clock: time.clock, limits: StreamLimits(idle: 960, messageTime: 20))
        for step in steps {
            switch step {
            case .pass(let seconds):
                time.advance(seconds: seconds)
                connection.channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
            case .text(let text): try connection.receive(text)
            }
        }
        #expect(connection.channel.isActive == isOpen)
        #expect(connection.connections.count == (isOpen ? 1 : 0))
    }

    /// TLS that is not agreed upon counts as a message that is not whole.
    @Test(arguments: [(19, false, true), (30, false, false), (30, true, true)] as [(Int64, Bool, Bool)])
    func lateAgreement(seconds: Int64, isAgreed: Bool, isOpen: Bool) throws {
        let time = ManualEdgeClock()
        let connection = try Connection(
            clock: time.clock, limits: StreamLimits(idle: 960, messageTime: 20), transport: .tls)
        if isAgreed {
            connection.channel.pipeline.fireUserInboundEventTriggered(
                TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
        }
        time.advance(seconds: seconds)
        connection.channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        #expect(connection.channel.isActive == isOpen)
    }

    @Test func whoDoesNotReadIsClosed() throws {
        let connection = try Connection(clock: .fixed)
        try connection.receive(message("hello"))
        #expect(connection.channel.isActive)
        connection.channel.isWritable = false
        try connection.receive(message("hello") + message("again"))
        #expect(!connection.channel.isActive)
        #expect(connection.echo.lengths.count == 2, "nothing more is worked on")
    }

    /// A sender who never pauses between two messages holds no more memory than one who does.
    @Test func anEndlessStreamDoesNotGrow() throws {
        let connection = try Connection(clock: .fixed)
        let stream = message("silent", body: 100)
        let half = stream.count / 2
        try connection.receive(String(stream.prefix(half)))
        for _ in 0..<5000 { try connection.receive(String(stream.dropFirst(half) + stream.prefix(half))) }
        #expect(connection.echo.lengths.count == 5000)
        #expect(connection.handler.held <= 4096)
    }
}
