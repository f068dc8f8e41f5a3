package import Provisioning
import Synchronization

/// Registrations that a test puts there; remembers what it was told to do.
package final class FakeRegistrations: LiveRegistrations {
    package struct Content: Sendable {
        package var registrations: [LiveRegistration] = []
        package var history: [RegistrationTransition] = []
        package var counters = RegistrationCounters()
        package var retried: [Int64] = []
        /// What a drain leaves.
        package var remaining = 0
        package var drains = 0
        var watchers: [AsyncStream<LiveRegistration>.Continuation] = []

        package init() {}
    }

    private let content: Mutex<Content>

    package init(_ content: Content = Content()) { self.content = Mutex(content) }

    package var retried: [Int64] { content.withLock { $0.retried } }
    package var drains: Int { content.withLock { $0.drains } }
    package var watching: Int { content.withLock { $0.watchers.count } }

    package func change(_ body: @Sendable (inout Content) -> Void) { content.withLock { body(&$0) } }

    package func emit(_ registration: LiveRegistration) {
        for watcher in content.withLock({ $0.watchers }) { watcher.yield(registration) }
    }

    package func registration(_ id: OutboundRegistrationID) -> LiveRegistration? {
        content.withLock { $0.registrations.first { $0.id == id.rawValue } }
    }

    package func registrations(matching query: LiveRegistrationQuery) -> [LiveRegistration] {
        let found = content.withLock { $0.registrations }.filter { registration in
            (query.account.map { $0.rawValue == registration.account } ?? true)
                && (query.state.map { $0 == registration.state } ?? true)
                && (query.after.map { $0.rawValue < registration.id } ?? true)
        }
        return Array(found.prefix(query.limit))
    }

    package func history(of id: OutboundRegistrationID) -> [RegistrationTransition] { content.withLock { $0.history } }

    package func retry(_ id: OutboundRegistrationID) -> Bool {
        guard registration(id) != nil else { return false }
        content.withLock { $0.retried.append(id.rawValue) }
        return true
    }

    package var isDrained: Bool { drains > 0 }

    package func drain() async -> Int {
        content.withLock {
            $0.drains += 1
            return $0.remaining
        }
    }

    package func transitions() -> AsyncStream<LiveRegistration> {
        let (stream, continuation) = AsyncStream.makeStream(of: LiveRegistration.self)
        content.withLock { $0.watchers.append(continuation) }
        return stream
    }

    package func registrationCounters() -> RegistrationCounters { content.withLock { $0.counters } }
}

extension LiveRegistration {
    package static func sample(
        _ id: Int64, _ state: State, account: Int64 = 1, status: Int = 200, reason: String = "OK"
    )
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
    package static var sample: FakeRegistrations.Content {
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
