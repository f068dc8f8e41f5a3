import NIOCore
import NIOTLS
import SIPEngine
import SIPMessage

/// One connection: cuts the stream into messages, hands them over and writes the answers.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let handler: any MessageHandler
    private let gate: DurabilityGate
    private let clock: EdgeClock
    private let limits: StreamLimits
    private let connections: StreamConnections
    private let source: SourceAddress
    private var exchange: Exchange
    private var framer: StreamFramer
    private var buffered = ByteBuffer()
    private var heardAt: Int64
    /// Until when calls are to reach somebody on it, however silent.
    private var boundUntil: Int64 = 0
    /// When the message that is still incomplete began; `nil` between messages.
    private var beganAt: Int64?
    private var timer: RepeatedTask?
    /// Bytes of memory that hold what came and is not answered yet.
    var held: Int { buffered.capacity }

    init(
        source: SourceAddress, handler: any MessageHandler, gate: DurabilityGate, clock: EdgeClock,
        limits: StreamLimits, connections: StreamConnections
    ) {
        self.source = source
        self.handler = handler
        self.gate = gate
        self.clock = clock
        self.limits = limits
        self.connections = connections
        framer = StreamFramer(isByFrame: source.transport.isWebSocket)
        heardAt = clock.now()
        exchange = Exchange(source: source, now: heardAt)
        // An agreement on TLS that is not reached counts as a message that is not whole.
        if source.transport == .tls { beganAt = heardAt }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.opened(context.channel, from: source)
        let interval = TimeAmount.seconds(max(1, min(limits.idle, limits.messageTime) / 4))
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let own = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            own.value.closeIfLate(bound.value)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        connections.closed(context.channel, from: source)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { beganAt = nil }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connections.flush(context.channel)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        exchange.read(clock)
        heardAt = exchange.now
        if buffered.readableBytes == 0 {
            buffered = incoming
        } else {
            // What was answered goes first: a stream that never ends between two messages must not grow.
            buffered.discardReadBytes()
            buffered.writeBuffer(&incoming)
        }
        while buffered.readableBytes > 0 {
            switch framer.next(buffered.readableBytesUInt8Span) {
            case .needMore:
                beganAt = beganAt ?? heardAt
                return
            case .keepAlive(let count, let isPing):
                beganAt = nil
                buffered.moveReaderIndex(forwardBy: count)
                // RFC 5626 section 3.5.1: a double CRLF is answered with one.
                if isPing { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "\r\n")), promise: nil) }
            case .message(let count):
                beganAt = nil
                answer(count, context)
                buffered.moveReaderIndex(forwardBy: count)
            case .broken:
                context.close(promise: nil)
                return
            }
            // Who asks and does not read the answers would make them pile up here.
            guard context.channel.isWritable else {
                context.close(promise: nil)
                return
            }
        }
        buffered.clear()
    }

    private func answer(_ count: Int, _ context: ChannelHandlerContext) {
        exchange.begin(from: source)
        let whole = buffered
        let disposition = handler.handle(whole.readableBytesUInt8Span.extracting(first: count), &exchange)
        if let seconds = exchange.boundUntil { boundUntil = Int64(seconds) * 1000 }
        switch disposition {
        case .silence: break
        case .reply: context.writeAndFlush(wrapOutboundOut(reply(context)), promise: nil)
        case .replyWhenDurable(let sequence):
            if gate.standing(of: sequence) == .durable {
                context.writeAndFlush(wrapOutboundOut(reply(context)), promise: nil)
            } else {
                connections.send(reply(context), on: context.channel, after: sequence, gate: gate)
            }
        }
    }

    private func reply(_ context: ChannelHandlerContext) -> ByteBuffer {
        var buffer = context.channel.allocator.buffer(capacity: exchange.reply.count)
        unsafe exchange.reply.withUnsafeBytes { bytes in _ = unsafe buffer.writeBytes(bytes) }
        return buffer
    }

    private func closeIfLate(_ context: ChannelHandlerContext) {
        let now = clock.now()
        let isIdle = now - heardAt > limits.idle * 1000 && now >= boundUntil
        let isSlow = beganAt.map { now - $0 > limits.messageTime * 1000 } ?? false
        if isIdle || isSlow { context.close(promise: nil) }
    }
}
