import Provisioning
import Synchronization

/// Registrations that a test puts there; remembers what it was told to do.
final class FakeRegistrations: LiveRegistrations {
    struct Content: Sendable {
        var registrations: [LiveRegistration] = []
        var history: [RegistrationTransition] = []
        var counters = RegistrationCounters()
        var retried: [Int64] = []
        /// What a drain leaves.
        var remaining = 0
        var drains = 0
        var watchers: [AsyncStream<LiveRegistration>.Continuation] = []
    }

    private let content: Mutex<Content>

    init(_ content: Content = Content()) { self.content = Mutex(content) }

    var retried: [Int64] { content.withLock { $0.retried } }
    var drains: Int { content.withLock { $0.drains } }
    var watching: Int { content.withLock { $0.watchers.count } }

    func change(_ body: @Sendable (inout Content) -> Void) { content.withLock { body(&$0) } }

    func emit(_ registration: LiveRegistration) {
        for watcher in content.withLock({ $0.watchers }) { watcher.yield(registration) }
    }

    func registration(_ id: OutboundRegistrationID) -> LiveRegistration? {
        content.withLock { $0.registrations.first { $0.id == id.rawValue } }
    }

    func registrations(matching query: LiveRegistrationQuery) -> [LiveRegistration] {
        let found = content.withLock { $0.registrations }.filter { registration in
            (query.account.map { $0.rawValue == registration.account } ?? true)
                && (query.state.map { $0 == registration.state } ?? true)
                && (query.after.map { $0.rawValue < registration.id } ?? true)
        }
        return Array(found.prefix(query.limit))
    }

    func history(of id: OutboundRegistrationID) -> [RegistrationTransition] { content.withLock { $0.history } }

    func retry(_ id: OutboundRegistrationID) -> Bool {
        guard registration(id) != nil else { return false }
        content.withLock { $0.retried.append(id.rawValue) }
        return true
    }

    func drain() async -> Int {
        content.withLock {
            $0.drains += 1
            return $0.remaining
        }
    }

    func transitions() -> AsyncStream<LiveRegistration> {
        let (stream, continuation) = AsyncStream.makeStream(of: LiveRegistration.self)
        content.withLock { $0.watchers.append(continuation) }
        return stream
    }

    func registrationCounters() -> RegistrationCounters { content.withLock { $0.counters } }
}

extension LiveRegistration {
    static func sample(_ id: Int64, _ state: State, account: Int64 = 1, status: Int = 200, reason: String = "OK")
        -> LiveRegistration
    {
        LiveRegistration(
            id: id, account: account, aor: "user\(id)@sip.example.com", state: state, isInProgress: false,
            status: status, reason: reason, lastSuccess: state == .registered ? 1_767_323_045_000 : nil,
            granted: state == .registered ? 300 : nil, expiresAt: nil, nextActionAt: nil,
            attempts: state == .registered ? 0 : 3, target: "udp:192.0.2.1:5060",
            contact: state == .registered ? "sip:r\(id)@198.51.100.7:5060" : "")
    }
}

extension FakeRegistrations.Content {
    /// One that is registered, one that is refused by a registrar with odd words, one of another account that waits.
    static var sample: FakeRegistrations.Content {
        var content = FakeRegistrations.Content()
        content.registrations = [
            .sample(1, .registered), .sample(2, .rejected, status: 403, reason: "<i>no</i>"),
            .sample(3, .retrying, account: 2, status: 408, reason: "no answer"),
        ]
        content.history = [
            RegistrationTransition(state: .registering, status: 0, first: 1_767_323_040, last: 1_767_323_040, count: 1),
            RegistrationTransition(
                state: .rejected, status: 403, first: 1_767_323_041, last: 1_767_323_045, count: 4),
        ]
        content.counters.states = ["registered": 1, "rejected": 1, "retrying": 1]
        content.counters.sent = 12
        content.counters.answers = [401: 3, 200: 2]
        return content
    }
}
