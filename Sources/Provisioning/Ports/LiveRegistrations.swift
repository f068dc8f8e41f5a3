/// What is live of the registrations that we keep at other servers, as people see it and act on it.
package protocol LiveRegistrations: Sendable {
    /// How a registration stands now; `nil` for one that is not carried here.
    func registration(_ id: OutboundRegistrationID) -> LiveRegistration?
    /// Those that match, in the order of their ids.
    func registrations(matching query: LiveRegistrationQuery) -> [LiveRegistration]
    /// The last transitions of one, oldest first, at most 50; what repeats is one entry with a count.
    func history(of id: OutboundRegistrationID) -> [RegistrationTransition]
    /// Has one try at once, whatever it waits for but the pace; `false` for one that is not carried here.
    func retry(_ id: OutboundRegistrationID) -> Bool
    /// Gives up every lease at its registrar and starts none until the next start; returns when all are given up, or
    /// their time to do so is over, with how many still were not.
    func drain() async -> Int
    /// Whether `drain` was asked for: no registration is tried until the next start.
    var isDrained: Bool { get }
    /// Every transition from now on, until the consumer ends; a slow consumer loses the oldest.
    func transitions() -> AsyncStream<LiveRegistration>
    func registrationCounters() -> RegistrationCounters
}

/// Which registrations are asked for; what is not said does not matter.
package struct LiveRegistrationQuery: Sendable, Equatable {
    package var account: AccountID?
    package var state: LiveRegistration.State?
    /// Only those behind this one.
    package var after: OutboundRegistrationID?
    package var limit: Int

    package init(
        account: AccountID? = nil, state: LiveRegistration.State? = nil, after: OutboundRegistrationID? = nil,
        limit: Int = 100
    ) {
        self.account = account
        self.state = state
        self.after = after
        self.limit = limit
    }
}

/// One registration of ours at somebody else's server, as it stands; times in milliseconds since 1970.
package struct LiveRegistration: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Not wanted now: drained, or its user is not signed in.
        case unregistered
        case registering
        /// A lease is held, whatever the last refresh said.
        case registered
        /// No lease, and a failure that may pass: tried again soon.
        case retrying
        /// The registrar refuses: tried again slowly until something is changed.
        case rejected
        case unregistering
        /// Unpaid or suspended: off the wire.
        case frozen
    }

    package var id: Int64
    package var account: Int64
    /// `user@registrar`.
    package var aor: String
    package var state: State
    /// A lookup, a wait for the pace or a request is under way.
    package var isInProgress: Bool
    /// Of the last try: the registrar's status, 408 for no answer, 503 for a failure below SIP; 0 before the first.
    package var status: Int
    package var reason: String
    package var lastSuccess: Int64?
    /// Seconds.
    package var granted: Int?
    package var expiresAt: Int64?
    package var nextActionAt: Int64?
    /// Failed tries since the last success.
    package var attempts: Int
    /// `udp:192.0.2.1:5060`; empty before the first lookup.
    package var target: String
    /// Our contact as the registrar lists it; empty without a lease.
    package var contact: String

    private enum CodingKeys: String, CodingKey {
        case id, account, aor, state, isInProgress, status, reason, lastSuccess
        // Everything else that is a time is in milliseconds.
        case granted = "grantedSeconds"
        case expiresAt, nextActionAt, attempts, target, contact
    }

    package init(
        id: Int64, account: Int64, aor: String, state: State, isInProgress: Bool, status: Int, reason: String,
        lastSuccess: Int64?, granted: Int?, expiresAt: Int64?, nextActionAt: Int64?, attempts: Int, target: String,
        contact: String
    ) {
        self.id = id
        self.account = account
        self.aor = aor
        self.state = state
        self.isInProgress = isInProgress
        self.status = status
        self.reason = reason
        self.lastSuccess = lastSuccess
        self.granted = granted
        self.expiresAt = expiresAt
        self.nextActionAt = nextActionAt
        self.attempts = attempts
        self.target = target
        self.contact = contact
    }
}

/// How a registration came to stand as it did; times in seconds since 1970.
package struct RegistrationTransition: Sendable, Equatable, Codable {
    package var state: LiveRegistration.State
    package var status: Int
    package var first: Int64
    package var last: Int64
    package var count: Int

    package init(state: LiveRegistration.State, status: Int, first: Int64, last: Int64, count: Int) {
        self.state = state
        self.status = status
        self.first = first
        self.last = last
        self.count = count
    }
}

/// Gauges and totals since the start.
package struct RegistrationCounters: Sendable, Equatable, Codable {
    /// How many stand how, by the state's name.
    package var states: [String: Int] = [:]
    /// Requests sent, retransmissions too.
    package var sent: UInt64 = 0
    /// Final answers by status.
    package var answers: [Int: UInt64] = [:]
    /// Transactions that nobody answered.
    package var timeouts: UInt64 = 0
    /// Of those that were answered.
    package var durations = Durations.sip
    /// Those that wait for the pace now.
    package var waiting = 0
    /// Registrars that answer nobody, where one at a time tries.
    package var silent = 0

    package init() {}
}
