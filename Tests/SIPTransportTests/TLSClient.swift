import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A client that may show a certificate, and that does not ask whose name is on the server's.
struct TLSClient {
    private let context: NIOSSLContext
    private let name: String

    init(trusting server: TestCertificate, name: String, showing own: TestCertificate? = nil) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(server.authority.utf8)))
        configuration.certificateVerification = .noHostnameVerification
        if let own {
            configuration.certificateChain = own.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(own.key)
        }
        context = try NIOSSLContext(configuration: configuration)
        self.name = name
    }

    /// Whether a message is answered on a new connection, rather than the connection closed.
    func ask(_ text: String, of port: UInt16) async throws -> Bool {
        let answer = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Bool.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { [context, name] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        try NIOSSLClientHandler(context: context, serverHostname: name),
                        Answered(message(text), answer),
                    ])
                }
            }.connect(host: "127.0.0.1", port: Int(port)).get()
        defer { channel.close(promise: nil) }
        return try await answer.futureResult.get()
    }

    private final class Answered: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let text: String
        private let answer: EventLoopPromise<Bool>

        init(_ text: String, _ answer: EventLoopPromise<Bool>) { (self.text, self.answer) = (text, answer) }

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { answer.succeed(true) }

        func channelInactive(context: ChannelHandlerContext) { answer.succeed(false) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
