import Provisioning
import ServiceLifecycle

/// Stands where the SIP side goes until it is plugged in: nothing is live, and `/ready` says so.
struct UnpluggedEdge: LiveEdge, Service {
    let uniformityKey: [UInt8]

    func run() async throws { try? await gracefulShutdown() }
    func bindings(matching user: String?, limit: Int) -> [LiveBinding] { [] }
    func removeBindings(of aor: String, contact: String?) async -> Int { 0 }
    func bans() -> [SourceBan] { [] }
    func liftBan(of source: String) -> Bool { false }
    func refusals(limit: Int) -> [Refusal] { [] }
    func trace(of user: String) -> [TracedMessage] { [] }
    func explain(user: String) -> [CredentialExplanation] { [] }
    func events() -> AsyncStream<EdgeEvent> { AsyncStream { _ in } }
    func counters() -> EdgeCounters { EdgeCounters() }
    func listeners() -> [String] { [] }
}
