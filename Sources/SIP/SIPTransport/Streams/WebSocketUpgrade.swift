import NIOCore
import NIOHTTP1
import NIOWebSocket
import SIPEngine

/// Makes a WebSocket with the subprotocol `sip` of a connection that begins with HTTP (RFC 7118 section 4.1).
struct WebSocketUpgrade: Sendable {
    let source: SourceAddress
    let limits: StreamLimits
    let connections: StreamConnections
    /// Adds what reads messages, once they can come.
    let fill: @Sendable (any Channel) throws -> Void

    /// Bytes of one message, in however many frames.
    private static let messageLimit = 49_152

    func start(on channel: any Channel) throws {
        connections.opened(channel, from: source)
        // It may end before it began.
        channel.closeFuture.whenComplete { [source, connections] _ in connections.closed(channel, from: source) }
        let opening = WebSocketOpening(patience: .seconds(limits.messageTime))
        let own = NIOLoopBound(opening, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(own.value, promise: nil) }
            ))
        try channel.pipeline.syncOperations.addHandler(opening)
    }

    private var upgrader: NIOWebSocketServerUpgrader {
        NIOWebSocketServerUpgrader(
            maxFrameSize: Self.messageLimit,
            shouldUpgrade: { channel, head in
                let offered = head.headers[canonicalForm: "Sec-WebSocket-Protocol"].contains {
                    $0.lowercased() == "sip"
                }
                return channel.eventLoop.makeSucceededFuture(offered ? ["Sec-WebSocket-Protocol": "sip"] : nil)
            },
            upgradePipelineHandler: { [fill] channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64,
                            maxAccumulatedFrameSize: Self.messageLimit),
                        WebSocketMessages())
                    try fill(channel)
                }
            })
    }
}

/// Watches a connection until it is a WebSocket; any other request learns that it has to become one.
final class WebSocketOpening: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let patience: TimeAmount
    private var timer: Scheduled<Void>?

    init(patience: TimeAmount) { self.patience = patience }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let headers: HTTPHeaders = [
            "Upgrade": "websocket", "Connection": "Upgrade, close", "Sec-WebSocket-Protocol": "sip",
            "Sec-WebSocket-Version": "13", "Content-Length": "0",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .upgradeRequired, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
