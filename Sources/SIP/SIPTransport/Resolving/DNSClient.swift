package import NIOCore
package import SIPEngine

/// Answers questions about names; the answer may come on any thread, also before `ask` returns.
package protocol DNSAsking: Sendable {
    func ask(_ question: DNSQuestion, whenDone: @escaping @Sendable (DNSAnswer) -> Void)
}

/// A stub resolver: asks the recursive servers that it is given, many questions at a time, on one event loop.
///
/// Each question has a socket, and so a port, of its own, besides a random id (RFC 5452 section 9). Why not the blocking
/// calls of libresolv, or c-ares: `Docs/decisions/0051-asking-the-dns.md`.
package final class DNSClient: DNSAsking {
    package struct Settings: Sendable {
        /// Empty for those of resolv.conf, which is read anew now and then.
        package var servers: [SourceAddress]
        /// Milliseconds that a server has for its answer.
        package var patience: Int64
        /// How often each server is asked.
        package var rounds: Int
        /// Questions on the wire at the same time, and questions that wait for one of these to end.
        package var concurrency: Int
        package var waiting: Int

        package init(
            servers: [SourceAddress] = [], patience: Int64 = 2000, rounds: Int = 2, concurrency: Int = 512,
            waiting: Int = 65_536
        ) {
            self.servers = servers
            self.patience = patience
            self.rounds = rounds
            self.concurrency = concurrency
            self.waiting = waiting
        }
    }

    private let loop: any EventLoop
    private let queue: NIOLoopBoundBox<DNSQueue>

    package init(_ settings: Settings, group: any EventLoopGroup) {
        let loop = group.next()
        self.loop = loop
        queue = .makeBoxSendingValue(DNSQueue(settings, loop: loop), eventLoop: loop)
    }

    package func ask(_ question: DNSQuestion, whenDone: @escaping @Sendable (DNSAnswer) -> Void) {
        loop.execute { [queue] in queue.value.ask(question, whenDone) }
    }
}

/// The questions of a client; lives on its event loop.
private final class DNSQueue {
    private let settings: DNSClient.Settings
    private let loop: any EventLoop
    private var running = 0
    private var waiting = CircularBuffer<(DNSQuestion, @Sendable (DNSAnswer) -> Void)>()
    private var systemServers: [SourceAddress] = []
    private var systemServersReadAt: NIODeadline?

    init(_ settings: DNSClient.Settings, loop: any EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    func ask(_ question: DNSQuestion, _ whenDone: @escaping @Sendable (DNSAnswer) -> Void) {
        guard running < settings.concurrency else {
            guard waiting.count < settings.waiting else { return whenDone(.failed) }
            return waiting.append((question, whenDone))
        }
        running += 1
        let exchange = DNSExchange(question, servers: servers, settings: settings, loop: loop) { [self] answer in
            running -= 1
            whenDone(answer)
            if let (question, whenDone) = waiting.popFirst() { ask(question, whenDone) }
        }
        exchange.start()
    }

    /// A laptop or a container gets other servers while we run.
    private var servers: [SourceAddress] {
        guard settings.servers.isEmpty else { return settings.servers }
        let now = NIODeadline.now()
        if systemServersReadAt.map({ now - $0 > .seconds(10) }) ?? true {
            systemServers = DNSMessage.systemServers()
            systemServersReadAt = now
        }
        return systemServers
    }
}
