package import NIOCore
import NIOPosix
package import SIPEngine

/// Speaks to one media relay (rtpengine) over UDP; lives on one event loop and may be asked from any thread.
///
/// A request that is not answered is repeated, which the relay recognises by its cookie, and given up after a while.
package final class MediaRelay: Sendable {
    package struct Settings: Sendable, Equatable {
        package var address: SourceAddress
        /// Milliseconds until a request is repeated.
        package var patience: Int64
        /// How often it is sent.
        package var tries: Int
        /// Requests that may be under way; one more fails at once.
        package var waiting: Int

        package init(address: SourceAddress, patience: Int64 = 500, tries: Int = 4, waiting: Int = 4096) {
            self.address = address
            self.patience = patience
            self.tries = tries
            self.waiting = waiting
        }
    }

    package enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        case unreachable(String)
        case noAnswer
        case refused(String)
        case overloaded

        package var description: String {
            switch self {
            case .unreachable(let reason): "the media relay cannot be reached: \(reason)"
            case .noAnswer: "the media relay does not answer"
            case .refused(let reason): "the media relay refused: \(reason)"
            case .overloaded: "too many requests wait for the media relay"
            }
        }
    }

    package typealias Outcome = Result<MediaRelayAnswer, Fault>

    private let loop: any EventLoop
    private let requests: NIOLoopBoundBox<Requests>

    package init(_ settings: Settings, group: any EventLoopGroup) {
        let loop = group.next()
        self.loop = loop
        requests = .makeBoxSendingValue(Requests(settings, loop: loop), eventLoop: loop)
    }

    /// Calls back on the relay's event loop.
    package func ask(_ request: MediaRelayRequest, whenDone: @escaping @Sendable (Outcome) -> Void) {
        loop.execute { [requests] in requests.value.ask(request, whenDone) }
    }

    /// Throws `Fault`.
    package func ask(_ request: MediaRelayRequest) async throws -> MediaRelayAnswer {
        try await withCheckedThrowingContinuation { continuation in
            ask(request) { continuation.resume(with: $0) }
        }
    }

    package func stop() { loop.execute { [requests] in requests.value.stop() } }

    /// What is under way; on the event loop.
    private final class Requests {
        private let settings: Settings
        private let loop: any EventLoop
        private var channel: EventLoopFuture<any Channel>?
        private var waiting: [String: Waiting] = [:]
        private var isStopped = false
        /// Cookies of another run must not be taken for this one's.
        private let run = UInt64.random(in: 0 ... .max)
        private var sequence: UInt64 = 0

        private struct Waiting {
            let datagram: [UInt8]
            let whenDone: (Outcome) -> Void
            var triesLeft: Int
            var timer: Scheduled<Void>?
        }

        init(_ settings: Settings, loop: any EventLoop) {
            self.settings = settings
            self.loop = loop
        }

        func ask(_ request: MediaRelayRequest, _ whenDone: @escaping (Outcome) -> Void) {
            guard !isStopped else { return whenDone(.failure(.unreachable("the server stops"))) }
            guard waiting.count < settings.waiting else { return whenDone(.failure(.overloaded)) }
            sequence += 1
            let cookie = "\(String(run, radix: 36))\(sequence)"
            waiting[cookie] = Waiting(
                datagram: request.datagram(cookie: cookie), whenDone: whenDone, triesLeft: settings.tries)
            send(cookie)
        }

        private func send(_ cookie: String) {
            guard var request = waiting[cookie] else { return }
            guard request.triesLeft > 0 else { return finish(cookie, .failure(.noAnswer)) }
            request.triesLeft -= 1
            let own = NIOLoopBound(self, eventLoop: loop)
            request.timer = loop.scheduleTask(in: .milliseconds(settings.patience)) { own.value.send(cookie) }
            waiting[cookie] = request
            let datagram = request.datagram
            opened().whenComplete { result in
                switch result {
                case .success(let channel): channel.writeAndFlush(ByteBuffer(bytes: datagram), promise: nil)
                case .failure(let error): own.value.unreachable(cookie, error)
                }
            }
        }

        private func opened() -> EventLoopFuture<any Channel> {
            if let channel { return channel }
            let own = NIOLoopBound(self, eventLoop: loop)
            let opening: EventLoopFuture<any Channel>
            do {
                opening = DatagramBootstrap(group: loop)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                AnswerHandler(target: try SocketAddress(own.value.settings.address)) {
                                    own.value.received($0)
                                })
                        }
                    }
                    .connect(to: try SocketAddress(settings.address))
            } catch {
                opening = loop.makeFailedFuture(error)
            }
            channel = opening
            return opening
        }

        private func unreachable(_ cookie: String, _ error: any Error) {
            channel = nil
            finish(cookie, .failure(.unreachable("\(error)")))
        }

        private func received(_ buffer: ByteBuffer) {
            guard let (cookie, answer) = MediaRelayAnswer.read(buffer.readableBytesUInt8Span) else { return }
            if case .refused(let reason) = answer {
                finish(cookie, .failure(.refused(reason)))
            } else {
                finish(cookie, .success(answer))
            }
        }

        private func finish(_ cookie: String, _ outcome: Outcome) {
            guard let request = waiting.removeValue(forKey: cookie) else { return }
            request.timer?.cancel()
            request.whenDone(outcome)
        }

        func stop() {
            isStopped = true
            for cookie in waiting.keys { finish(cookie, .failure(.unreachable("the server stops"))) }
            channel?.whenSuccess { $0.close(promise: nil) }
            channel = nil
        }
    }
}

/// Datagrams of one peer.
private final class AnswerHandler: ChannelDuplexHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let target: SocketAddress
    private let receive: (ByteBuffer) -> Void

    init(target: SocketAddress, _ receive: @escaping (ByteBuffer) -> Void) {
        self.target = target
        self.receive = receive
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { receive(unwrapInboundIn(data).data) }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let envelope = AddressedEnvelope(remoteAddress: target, data: unwrapOutboundIn(data))
        context.write(wrapOutboundOut(envelope), promise: promise)
    }

    /// Nobody listens there yet; the request is repeated.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
