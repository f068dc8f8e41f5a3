import Provisioning
import ServiceLifecycle
import Synchronization

/// A SIP side that holds what a test puts there, and remembers what it was told to do.
final class FakeEdge: LiveEdge, Service {
    struct Content: Sendable {
        var bindings: [LiveBinding] = []
        var bans: [SourceBan] = []
        var refusals: [Refusal] = []
        var messages: [String: [TracedMessage]] = [:]
        var explanations: [String: [CredentialExplanation]] = [:]
        var counters = EdgeCounters()
        var listeners = ["udp:127.0.0.1:5060"]
        var watchers: [AsyncStream<EdgeEvent>.Continuation] = []
    }

    private let content: Mutex<Content>

    init(_ content: Content = Content()) { self.content = Mutex(content) }

    func change(_ body: @Sendable (inout Content) -> Void) { content.withLock { body(&$0) } }

    var watching: Int { content.withLock { $0.watchers.count } }

    func emit(_ event: EdgeEvent) {
        for watcher in content.withLock({ $0.watchers }) { watcher.yield(event) }
    }

    func run() async throws { try? await gracefulShutdown() }

    func bindings(matching user: String?, limit: Int) -> [LiveBinding] {
        content.withLock { content in
            Array(content.bindings.filter { user.map($0.aor.contains) ?? true }.prefix(limit))
        }
    }

    func removeBindings(of aor: String, contact: String?) async -> Int {
        content.withLock { content in
            let before = content.bindings.count
            content.bindings.removeAll { $0.aor == aor && (contact ?? $0.contact) == $0.contact }
            return before - content.bindings.count
        }
    }

    func bans() -> [SourceBan] { content.withLock { $0.bans } }

    func liftBan(of source: String) -> Bool {
        content.withLock { content in
            let before = content.bans.count
            content.bans.removeAll { $0.source == source }
            return content.bans.count < before
        }
    }

    func refusals(limit: Int) -> [Refusal] { content.withLock { Array($0.refusals.prefix(limit)) } }
    func trace(of user: String) -> [TracedMessage] { content.withLock { $0.messages[user] ?? [] } }
    func explain(user: String) -> [CredentialExplanation] { content.withLock { $0.explanations[user] ?? [] } }

    func events() -> AsyncStream<EdgeEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: EdgeEvent.self, bufferingPolicy: .bufferingNewest(100))
        content.withLock { $0.watchers.append(continuation) }
        return stream
    }

    func counters() -> EdgeCounters { content.withLock { $0.counters } }
    func listeners() -> [String] { content.withLock { $0.listeners } }
}

extension LiveBinding {
    /// A binding of `aor` that ends an hour from `now`.
    static func sample(_ aor: String, contact: String = "sip:alice@192.0.2.7:5060", now: Int64) -> LiveBinding {
        LiveBinding(
            account: 1, aor: aor, contact: contact, source: "udp:192.0.2.7:40312", registeredAt: now,
            expiresAt: now + 3_630_000, callID: "abc@192.0.2.7", cseq: 4, userAgent: "Phone/1.0", instance: "",
            regID: nil, path: [], q: 1000)
    }
}
