import NIOCore
import NIOWebSocket

/// Takes messages out of WebSocket frames and puts them into some (RFC 7118 section 4.2).
final class WebSocketMessages: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = WebSocketFrame

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary: context.fireChannelRead(wrapInboundOut(frame.unmaskedData))
        case .ping:
            send(.pong, frame.unmaskedData, context)
            // Who pings and does not read the answers would make them pile up here.
            guard context.channel.isWritable else { return context.close(promise: nil) }
            tellAlive(context)
        case .pong: tellAlive(context)
        case .connectionClose:
            send(.connectionClose, frame.unmaskedData, context)
            context.close(promise: nil)
        default: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        // What is no UTF-8 cannot go as text (RFC 6455 section 5.6).
        let isText = String(validating: bytes.readableBytesView, as: UTF8.self) != nil
        let frame = WebSocketFrame(fin: true, opcode: isText ? .text : .binary, data: bytes)
        context.write(wrapOutboundOut(frame), promise: promise)
    }

    /// Nothing was said, but somebody is there (RFC 7118 section 6).
    private func tellAlive(_ context: ChannelHandlerContext) { context.fireChannelRead(wrapInboundOut(ByteBuffer())) }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }
}
