package import Provisioning
import ServiceLifecycle
import Synchronization

/// A SIP side that holds what a test puts there, and remembers what it was told to do.
package final class FakeEdge: LiveEdge, Service {
    package struct Content: Sendable {
        package var bindings: [LiveBinding] = []
        package var bans: [SourceBan] = []
        package var refusals: [Refusal] = []
        package var messages: [TraceSubject: [TracedMessage]] = [:]
        package var explanations: [String: [CredentialExplanation]] = [:]
        package var destinations: [LiveDestination] = []
        package var counters = EdgeCounters()
        package var listeners = ["udp:127.0.0.1:5060"]
        fileprivate var watchers: [AsyncStream<EdgeEvent>.Continuation] = []

        package init() {}
    }

    private let content: Mutex<Content>

    package init(_ content: Content = Content()) { self.content = Mutex(content) }

    package func change(_ body: @Sendable (inout Content) -> Void) { content.withLock { body(&$0) } }

    package var watching: Int { content.withLock { $0.watchers.count } }

    package func emit(_ event: EdgeEvent) {
        for watcher in content.withLock({ $0.watchers }) { watcher.yield(event) }
    }

    package func run() async throws { try? await gracefulShutdown() }

    package func bindings(matching user: String?, limit: Int) -> [LiveBinding] {
        content.withLock { content in
            Array(content.bindings.filter { user.map($0.aor.contains) ?? true }.prefix(limit))
        }
    }

    package func removeBindings(of aor: String, contact: String?) async -> Int {
        content.withLock { content in
            let before = content.bindings.count
            content.bindings.removeAll { $0.aor == aor && (contact ?? $0.contact) == $0.contact }
            return before - content.bindings.count
        }
    }

    package func bans() -> [SourceBan] { content.withLock { $0.bans } }

    package func liftBan(of source: String) -> Bool {
        content.withLock { content in
            let before = content.bans.count
            content.bans.removeAll { $0.source == source }
            return content.bans.count < before
        }
    }

    package func refusals(limit: Int) -> [Refusal] { content.withLock { Array($0.refusals.prefix(limit)) } }
    package func trace(of subject: TraceSubject) -> [TracedMessage] {
        content.withLock { $0.messages[subject] ?? [] }
    }
    package func explain(user: String) -> [CredentialExplanation] { content.withLock { $0.explanations[user] ?? [] } }

    package func events() -> AsyncStream<EdgeEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: EdgeEvent.self, bufferingPolicy: .bufferingNewest(100))
        content.withLock { $0.watchers.append(continuation) }
        return stream
    }

    package func destinations() -> [LiveDestination] { content.withLock { $0.destinations } }
    package func counters() -> EdgeCounters { content.withLock { $0.counters } }
    package func listeners() -> [String] { content.withLock { $0.listeners } }
}

extension LiveBinding {
    /// A binding of `aor` that was made at `now`, in milliseconds since 1970, for an hour.
    package static func sample(_ aor: String, account: Int64 = 1, contact: String? = nil, now: Int64) -> LiveBinding {
        LiveBinding(
            account: account, aor: aor, contact: contact ?? "sip:\(aor.prefix { $0 != "@" })@192.0.2.7:5060",
            source: "udp:192.0.2.7:40312", registeredAt: now, expiresAt: now + 3_600_000, callID: "abc@192.0.2.7",
            cseq: 4,
            userAgent: "Phone/1.0", instance: "", regID: nil, path: [], q: 1000)
    }
}
