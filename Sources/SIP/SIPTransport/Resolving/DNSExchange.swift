import NIOCore
import NIOPosix
import SIPEngine

/// One question, from server to server until one answers; lives on one event loop.
final class DNSExchange {
    private let question: DNSQuestion
    /// The servers in the order in which they are asked, each as often as it is.
    private var servers: ArraySlice<SourceAddress>
    private let patience: TimeAmount
    private let loop: any EventLoop
    private let whenDone: (DNSAnswer) -> Void
    private var channel: (any Channel)?
    private var timer: Scheduled<Void>?
    /// Which try it is; what comes from an earlier one is late.
    private var attempt = 0
    private var id: UInt16 = 0
    private var isStream = false
    private var isDone = false

    init(
        _ question: DNSQuestion, servers: [SourceAddress], settings: DNSClient.Settings, loop: any EventLoop,
        whenDone: @escaping (DNSAnswer) -> Void
    ) {
        self.question = question
        self.servers = (0..<settings.rounds).flatMap { _ in servers }[...]
        patience = .milliseconds(settings.patience)
        self.loop = loop
        self.whenDone = whenDone
    }

    func start() { askNext() }

    private func askNext() {
        guard let server = servers.popFirst() else { return finish(.failed) }
        ask(server, stream: false)
    }

    private func ask(_ server: SourceAddress, stream: Bool) {
        close()
        attempt += 1
        id = .random(in: 0...UInt16.max)
        isStream = stream
        guard let address = try? SocketAddress(server), let bytes = DNSMessage.bytes(of: question, id: id) else {
            return finish(.failed)
        }
        let (attempt, own) = (attempt, NIOLoopBound(self, eventLoop: loop))
        let receive: (@Sendable ([UInt8]?) -> Void) = { own.value.received($0, attempt, from: server) }
        let connecting =
            stream
            ? ClientBootstrap(group: loop).connectTimeout(patience)
                .channelInitializer { $0.addFirst { DNSStreamHandler(receive) } }.connect(to: address)
            : DatagramBootstrap(group: loop)
                .channelInitializer { $0.addFirst { DNSDatagramHandler(receive) } }.connect(to: address)
        timer = loop.scheduleTask(in: patience) { own.value.received(nil, attempt, from: server) }
        connecting.whenComplete { result in own.value.connected(result, attempt, bytes, server, stream: stream) }
    }

    private func connected(
        _ result: Result<any Channel, any Error>, _ attempt: Int, _ bytes: [UInt8], _ server: SourceAddress,
        stream: Bool
    ) {
        guard case .success(let channel) = result else { return received(nil, attempt, from: server) }
        guard attempt == self.attempt, !isDone else { return channel.close(promise: nil) }
        self.channel = channel
        var buffer = channel.allocator.buffer(capacity: bytes.count + 2)
        if stream {
            buffer.writeInteger(UInt16(truncatingIfNeeded: bytes.count))
            buffer.writeBytes(bytes)
            channel.writeAndFlush(buffer, promise: nil)
        } else if let address = channel.remoteAddress {
            buffer.writeBytes(bytes)
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: buffer), promise: nil)
        }
    }

    /// Nil when the server cannot be reached, or took too long.
    private func received(_ bytes: [UInt8]?, _ attempt: Int, from server: SourceAddress) {
        guard attempt == self.attempt, !isDone else { return }
        guard let bytes else { return askNext() }
        switch DNSMessage.read(bytes, for: question, id: id) {
        case .stray: break
        case .truncated where !isStream: ask(server, stream: true)
        // There is no more room than a stream's: a server that cuts there would be asked without end.
        case .truncated, .refused: askNext()
        case .answer(let answer): finish(answer)
        }
    }

    private func finish(_ answer: DNSAnswer) {
        isDone = true
        close()
        whenDone(answer)
    }

    private func close() {
        timer?.cancel()
        channel?.close(promise: nil)
        (timer, channel) = (nil, nil)
    }
}

extension Channel {
    fileprivate func addFirst(_ handler: @Sendable () -> some ChannelHandler) -> EventLoopFuture<Void> {
        eventLoop.makeCompletedFuture { try pipeline.syncOperations.addHandler(handler()) }
    }
}

private final class DNSDatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receive: ([UInt8]?) -> Void

    init(_ receive: @escaping ([UInt8]?) -> Void) { self.receive = receive }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(Array(unwrapInboundIn(data).data.readableBytesView))
    }

    /// Nobody listens there.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { receive(nil) }
}

/// Takes an answer behind its length (RFC 1035 section 4.2.2).
private final class DNSStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let receive: ([UInt8]?) -> Void
    private var buffered = ByteBuffer()

    init(_ receive: @escaping ([UInt8]?) -> Void) { self.receive = receive }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffered.writeBuffer(&incoming)
        guard let length = buffered.getInteger(at: buffered.readerIndex, as: UInt16.self),
            let bytes = buffered.getBytes(at: buffered.readerIndex + 2, length: Int(length))
        else { return }
        receive(bytes)
    }

    func channelInactive(context: ChannelHandlerContext) { receive(nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { receive(nil) }
}
