import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The other side of a connection of ours: a stream server that takes down what comes.
final class FarEnd: Sendable {
    let port: UInt16
    private let server: any Channel
    private let state: Mutex<State>

    private struct State {
        var text = ""
        var accepted = 0
        var channels: [any Channel] = []
    }

    private final class Box: Sendable { let state = Mutex<FarEnd?>(nil) }

    /// - Parameter greets: what it says to whoever comes.
    static func start(tls: NIOSSLContext? = nil, greets: String = "", reads: Bool = true) async throws -> FarEnd {
        let box = Box()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: reads)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Taker(box, greets: greets))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let end = FarEnd(server)
        box.state.withLock { $0 = end }
        return end
    }

    private init(_ server: any Channel) {
        self.server = server
        port = UInt16(clamping: server.localAddress?.port ?? 0)
        state = Mutex(State())
    }

    var text: String { state.withLock { $0.text } }
    var accepted: Int { state.withLock { $0.accepted } }

    func say(_ text: String) {
        for channel in state.withLock({ $0.channels }) {
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }
    }

    /// Closes what is open, not the door.
    func hangUp() async {
        for channel in state.withLock({ $0.channels }) { try? await channel.close() }
    }

    func stop() async {
        try? await server.close()
        await hangUp()
    }

    private final class Taker: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let box: Box
        private let greets: String

        init(_ box: Box, greets: String) {
            self.box = box
            self.greets = greets
        }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            box.state.withLock { $0 }?.state.withLock { state in
                state.accepted += 1
                state.channels.append(channel)
            }
            if !greets.isEmpty { channel.writeAndFlush(ByteBuffer(string: greets), promise: nil) }
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            box.state.withLock { $0 }?.state.withLock { $0.text += text }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
