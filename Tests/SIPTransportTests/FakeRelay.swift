import NIOCore
import NIOPosix
import SIPEngine
import Synchronization

/// Answers with a text made of what came, or not at all.
final class FakeRelay: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    let seen = Mutex<[String]>([])
    let answer: @Sendable (_ cookie: String, _ count: Int) -> String?

    init(answer: @escaping @Sendable (String, Int) -> String?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let text = String(buffer: envelope.data)
        let count = seen.withLock { seen in
            seen.append(text)
            return seen.count
        }
        guard let reply = answer(String(text.prefix { $0 != " " }), count) else { return }
        let back = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(string: reply))
        context.writeAndFlush(wrapOutboundOut(back), promise: nil)
    }

    func start(port: UInt16 = 0) async throws -> (any Channel, SourceAddress) {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(self) }.bind(host: "127.0.0.1", port: Int(port)).get()
        let port = UInt16(channel.localAddress?.port ?? 0)
        return (channel, SourceAddress(ipv4: 0x7F00_0001, port: port, transport: .udp))
    }
}
