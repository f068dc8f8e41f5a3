import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Closes a connection that is one too many of its source, that dribbles a body, or that leaves its answers unread.
///
/// Hummingbird's own idle time starts again with every part of a body and stands still while an answer is under way.
final class HTTPConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: HTTPLimits
    private let sources: HTTPSources
    private var source: String?
    private var timer: RepeatedTask?
    /// When the head of the request came whose body is not whole; `nil` between requests.
    private var requestBegan: NIODeadline?
    /// When answers began to wait for the client to read.
    private var stalledSince: NIODeadline?

    init(limits: HTTPLimits, sources: HTTPSources) {
        self.limits = limits
        self.sources = sources
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let interval = TimeAmount.nanoseconds(min(limits.requestTime, limits.answerStall).nanoseconds / 4)
        let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            own.value.0.closeIfLate(own.value.1)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelActive(context: ChannelHandlerContext) {
        let host = context.remoteAddress?.ipAddress ?? ""
        guard sources.admit(host, upTo: limits.connectionsPerSource) else {
            context.close(promise: nil)
            return
        }
        source = host
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: requestBegan = requestBegan ?? .now()
        case .body: break
        case .end: requestBegan = nil
        }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalledSince = context.channel.isWritable ? nil : .now()
        context.fireChannelWritabilityChanged()
    }

    private func closeIfLate(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        let isSlow = requestBegan.map { now - $0 > limits.requestTime } ?? false
        let isStalled = stalledSince.map { now - $0 > limits.answerStall } ?? false
        if isSlow || isStalled { context.close(promise: nil) }
    }

    private func end() {
        timer?.cancel()
        timer = nil
        if let source { sources.leave(source) }
        source = nil
    }
}

/// How many connections each address has open at a listener.
final class HTTPSources: Sendable {
    private let open = Mutex<[String: Int]>([:])
    private let isClosed = Atomic<Bool>(false)

    /// Admits nobody from now on: a connection that becomes active once nobody accepts any ends the process, since its
    /// answers have no writer (NIO's `NIOAsyncWriter`).
    func close() { isClosed.store(true, ordering: .releasing) }

    /// Whether that address may open one more; if so it counts until it leaves.
    func admit(_ host: String, upTo limit: Int) -> Bool {
        guard !isClosed.load(ordering: .acquiring) else { return false }
        return open.withLock { open in
            let count = open[host, default: 0]
            guard count < limit else { return false }
            open[host] = count + 1
            return true
        }
    }

    func leave(_ host: String) {
        open.withLock { open in
            let left = open[host, default: 1] - 1
            open[host] = left > 0 ? left : nil
        }
    }

    /// Connections of all addresses.
    var count: Int { open.withLock { $0.values.reduce(0, +) } }
}
