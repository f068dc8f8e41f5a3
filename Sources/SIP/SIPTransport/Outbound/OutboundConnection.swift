import NIOCore
import NIOSSL
import NIOTLS
import SIPEngine
import Synchronization

/// A stream connection that we opened: takes bytes from any thread and hands them to its event loop in one piece.
final class OutboundConnection: Sendable {
    let id: FlowID
    private let channel: any Channel
    /// Whether each message leaves by itself (RFC 7118 section 5), not as part of a stream.
    private let isByFrame: Bool
    private let pending = Mutex(Pending())

    private struct Pending {
        var bytes = ByteBuffer()
        /// Where each message ends; by frame only.
        var ends: [Int] = []
        var isScheduled = false
        var isClosed = false
    }

    /// Bytes that may wait for the other side to read.
    private static let limit = 4 << 20

    init(id: FlowID, channel: any Channel, isByFrame: Bool = false) {
        self.id = id
        self.channel = channel
        self.isByFrame = isByFrame
    }

    /// Our end.
    var localAddress: SourceAddress? { SourceAddress(channel.localAddress, transport: .tcp) }

    /// Whether the bytes will be sent, as long as the connection lasts.
    func write(_ bytes: Span<UInt8>) -> Bool {
        let (isTaken, mustSchedule) = pending.withLock { pending in
            guard !pending.isClosed, pending.bytes.readableBytes + bytes.count <= Self.limit else {
                return (false, false)
            }
            unsafe bytes.withUnsafeBytes { buffer in _ = unsafe pending.bytes.writeBytes(buffer) }
            if isByFrame { pending.ends.append(pending.bytes.writerIndex) }
            defer { pending.isScheduled = true }
            return (true, !pending.isScheduled)
        }
        if mustSchedule { channel.eventLoop.execute { [self] in flush() } }
        return isTaken
    }

    /// On the event loop; what the other side does not read stays here, where it is counted.
    func flush() {
        guard channel.isWritable else { return }
        var (bytes, ends) = pending.withLock { pending in
            defer { (pending.bytes, pending.ends, pending.isScheduled) = (ByteBuffer(), [], false) }
            return (pending.bytes, pending.ends)
        }
        guard bytes.readableBytes > 0 else { return }
        for end in ends {
            guard let message = bytes.readSlice(length: end - bytes.readerIndex) else { break }
            channel.write(message, promise: nil)
        }
        if bytes.readableBytes > 0 { channel.write(bytes, promise: nil) }
        channel.flush()
    }

    func ended() { pending.withLock { $0.isClosed = true } }

    func close() { channel.close(promise: nil) }
}

/// Watches one connection of ours from its opening to its end.
final class OutboundConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Nil once it was told.
    private var whenReady: ((Result<OutboundConnection, OutboundFault>) -> Void)?
    private let whenActive: (any Channel) throws -> Void
    private let whenEnded: () -> Void
    private let connection: OutboundConnection
    private let security: Security
    private let patience: TimeAmount
    private var timer: Scheduled<Void>?

    /// What must be agreed upon before a connection is of use.
    enum Security {
        case none
        /// TLS, with a certificate for this name; nil where an address was called, which NIOSSL compares itself.
        case tls(name: String?)
    }

    private var fault = OutboundFault.unreachable("closed by the other side")

    init(
        _ connection: OutboundConnection, security: Security, patience: TimeAmount,
        whenActive: @escaping (any Channel) throws -> Void,
        whenReady: @escaping (Result<OutboundConnection, OutboundFault>) -> Void, whenEnded: @escaping () -> Void
    ) {
        self.connection = connection
        self.security = security
        self.patience = patience
        self.whenActive = whenActive
        self.whenReady = whenReady
        self.whenEnded = whenEnded
    }

    func channelActive(context: ChannelHandlerContext) {
        do {
            try whenActive(context.channel)
        } catch {
            fault = error as? OutboundFault ?? .unreachable("\(error)")
            return context.close(promise: nil)
        }
        switch security {
        case .none: tell(.success(connection))
        case .tls:
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            timer = context.eventLoop.scheduleTask(in: patience) {
                let (own, context) = bound.value
                own.fault = .timeout
                context.close(promise: nil)
            }
        }
        context.fireChannelActive()
    }

    /// What comes before all is agreed upon, or though it was not, is nobody's.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if whenReady == nil { context.fireChannelRead(data) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { agreed(context) }
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    private func agreed(_ context: ChannelHandlerContext) {
        do {
            if case .tls(let name?) = security {
                try CertificateName.verify(name, try context.pipeline.syncOperations.nioSSL_peerCertificate())
            }
            tell(.success(connection))
        } catch {
            errorCaught(context: context, error: error)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.flush()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fault =
            if case .tls = security, !(error is IOError) { .insecure("\(error)") } else {
                OutboundFault(connecting: error)
            }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.ended()
        let wasReady = whenReady == nil
        tell(.failure(fault))
        if wasReady { whenEnded() }
        context.fireChannelInactive()
    }

    private func tell(_ result: Result<OutboundConnection, OutboundFault>) {
        timer?.cancel()
        whenReady?(result)
        whenReady = nil
    }
}
