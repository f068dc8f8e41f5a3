import NIOCore
import NIOPosix
import Synchronization

/// A DNS server on a port of its own, UDP and TCP, that says what it is told to.
package final class Nameserver: Sendable {
    /// What it does with a question.
    package enum Reply: Sendable {
        /// Records, a line each: `NAME TTL TYPE DATA...`, types A, AAAA, SRV, NAPTR, CNAME and SOA (which goes to the
        /// authority section).
        case records([String])
        /// Records over TCP; over UDP only that there is more.
        case cut([String])
        /// A response code.
        case code(UInt8)
        case silence
        /// First an answer with another id, then one to another question, then these.
        case forged([String])
        /// Bytes behind the id.
        case garbage([UInt8])
    }

    /// The type and name of each question so far, as `A example.com`, with a `+` in front of what came over TCP.
    package var asked: [String] { state.withLock { $0.asked } }
    package let port: UInt16
    private let state: Mutex<State>
    private let channels: [any Channel]

    private struct State {
        var zone: [String: Reply]
        var asked: [String] = []
    }

    /// - Parameter zone: by question, as `A example.com`; others do not exist.
    package static func start(_ zone: [String: Reply] = [:]) async throws -> Nameserver {
        for _ in 0..<20 {
            let box = ServerBox()
            let datagrams = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramAnswers(box))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = datagrams.localAddress?.port ?? 0
            let stream = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamAnswers(box))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
            guard let stream else {
                try await datagrams.close()
                continue
            }
            let server = Nameserver(zone, port: UInt16(clamping: port), channels: [datagrams, stream])
            box.server.withLock { $0 = server }
            return server
        }
        throw CancellationError()
    }

    private init(_ zone: [String: Reply], port: UInt16, channels: [any Channel]) {
        state = Mutex(State(zone: zone))
        self.port = port
        self.channels = channels
    }

    /// Says something else from now on.
    package func set(_ question: String, _ reply: Reply?) { state.withLock { $0.zone[question] = reply } }

    package func stop() async {
        for channel in channels { try? await channel.close() }
    }

    fileprivate func answers(to bytes: [UInt8], isStream: Bool) -> [[UInt8]] {
        guard let question = DNSText.question(bytes) else { return [] }
        let reply = state.withLock { state in
            state.asked.append((isStream ? "+" : "") + question)
            return state.zone[question]
        }
        switch reply {
        case nil: return [DNSText.answer(to: bytes, code: 3, records: ["example 300 SOA 60"])]
        case .records(let records): return [DNSText.answer(to: bytes, records: records)]
        case .cut(let records):
            return [
                isStream
                    ? DNSText.answer(to: bytes, records: records) : DNSText.answer(to: bytes, records: [], isCut: true)
            ]
        case .code(let code): return [DNSText.answer(to: bytes, code: code, records: [])]
        case .silence: return []
        case .forged(let records):
            var (other, elsewhere) = (bytes, bytes)
            other[1] ^= 0xFF
            elsewhere[13] ^= 0x01
            let lie = ["example.com 300 A 203.0.113.66"]
            return [
                DNSText.answer(to: other, records: lie), DNSText.answer(to: elsewhere, records: lie),
                DNSText.answer(to: bytes, records: records),
            ]
        case .garbage(let garbage): return [Array(bytes.prefix(2)) + garbage]
        }
    }
}

/// A server can only be made once its sockets are.
private final class ServerBox: Sendable {
    let server = Mutex<Nameserver?>(nil)

    func answers(to bytes: [UInt8], isStream: Bool) -> [[UInt8]] {
        server.withLock { $0 }?.answers(to: bytes, isStream: isStream) ?? []
    }
}

private final class DatagramAnswers: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let box: ServerBox

    init(_ box: ServerBox) { self.box = box }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        for answer in box.answers(to: Array(envelope.data.readableBytesView), isStream: false) {
            let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer))
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        }
    }
}

private final class StreamAnswers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let box: ServerBox
    private var buffered = ByteBuffer()

    init(_ box: ServerBox) { self.box = box }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffered.writeBuffer(&incoming)
        guard let bytes = buffered.readLengthPrefixedSlice(as: UInt16.self) else { return }
        for answer in box.answers(to: Array(bytes.readableBytesView), isStream: true) {
            // In two pieces, as the network may have it.
            var whole = ByteBuffer(integer: UInt16(truncatingIfNeeded: answer.count))
            whole.writeBytes(answer)
            if let first = whole.readSlice(length: 3) { context.writeAndFlush(wrapOutboundOut(first), promise: nil) }
            context.writeAndFlush(wrapOutboundOut(whole), promise: nil)
        }
    }
}
