/// What is live on the SIP side, as the operator sees it and acts on it.
package protocol LiveEdge: Sendable {
    /// Live bindings in the order of their AOR; `user` keeps those whose AOR holds it.
    func bindings(matching user: String?, limit: Int) -> [LiveBinding]
    /// Live bindings of one account in the order of their AOR.
    func bindings(of account: AccountID) -> [LiveBinding]
    /// Ends bindings of an AOR, all or those with that contact; returns how many when that is durable.
    ///
    /// Throws `unavailable` when it cannot be made durable; then they are as they were.
    func removeBindings(of aor: String, contact: String?) async throws(ProvisioningError) -> Int

    /// Sources that are answered with silence, and why.
    func bans() -> [SourceBan]
    /// Whether there was a ban to lift.
    func liftBan(of source: String) -> Bool

    /// The latest refusals, newest first.
    func refusals(limit: Int) -> [Refusal]
    /// The latest messages of one user and of its calls, or of one call, oldest first, secrets redacted.
    func trace(of subject: TraceSubject) -> [TracedMessage]

    /// How the digest side sees a user: which credential, which challenges, what is wrong with it.
    func explain(user: String) -> [CredentialExplanation]

    /// Everything that happens from now on, until the consumer ends; a slow consumer loses the oldest.
    func events() -> AsyncStream<EdgeEvent>

    /// Whether a destination of calls answers no OPTIONS, so that routing passes over it.
    func isDown(_ destination: CarrierTarget) -> Bool
    /// Everything that calls are sent to, in the order of their names.
    func destinations() -> [LiveDestination]

    /// Reads again what may have changed on disk: certificates. Blocks for as long as that takes.
    func reload()

    func counters() -> EdgeCounters
    /// The addresses that are listened on, as `udp:192.0.2.1:5060`.
    func listeners() -> [String]
}

extension LiveEdge {
    package func isDown(_ destination: CarrierTarget) -> Bool { false }
    package func destinations() -> [LiveDestination] { [] }

    package func reload() {}

    package func bindings(of account: AccountID) -> [LiveBinding] {
        bindings(matching: nil, limit: .max).filter { $0.account == account.rawValue }
    }
}

/// One contact of one AOR (RFC 3261 section 10).
package struct LiveBinding: Sendable, Equatable, Codable {
    package var account: Int64
    /// `user@domain`, canonical.
    package var aor: String
    package var contact: String
    /// Where the REGISTER came from, as `udp:192.0.2.7:40312`.
    package var source: String
    /// Milliseconds since 1970.
    package var registeredAt: Int64
    package var expiresAt: Int64
    package var callID: String
    package var cseq: UInt32
    package var userAgent: String
    /// `+sip.instance` (RFC 5626), empty without.
    package var instance: String
    package var regID: Int?
    package var path: [String]
    /// 0 to 1000.
    package var q: Int

    package init(
        account: Int64, aor: String, contact: String, source: String, registeredAt: Int64, expiresAt: Int64,
        callID: String, cseq: UInt32, userAgent: String, instance: String, regID: Int?, path: [String], q: Int
    ) {
        self.account = account
        self.aor = aor
        self.contact = contact
        self.source = source
        self.registeredAt = registeredAt
        self.expiresAt = expiresAt
        self.callID = callID
        self.cseq = cseq
        self.userAgent = userAgent
        self.instance = instance
        self.regID = regID
        self.path = path
        self.q = q
    }
}

/// A source address that gets silence.
package struct SourceBan: Sendable, Equatable, Codable {
    package var source: String
    package var reason: String
    package var failures: Int
    package var since: Int64
    package var until: Int64

    package init(source: String, reason: String, failures: Int, since: Int64, until: Int64) {
        self.source = source
        self.reason = reason
        self.failures = failures
        self.since = since
        self.until = until
    }
}

/// A request that was refused or dropped, and why.
package struct Refusal: Sendable, Equatable, Codable {
    package var at: Int64
    package var source: String
    package var method: String
    package var user: String
    /// 0 when nothing was answered.
    package var status: Int
    package var reason: String

    package init(at: Int64, source: String, method: String, user: String, status: Int, reason: String) {
        self.at = at
        self.source = source
        self.method = method
        self.user = user
        self.status = status
        self.reason = reason
    }
}

/// Whose messages are asked for.
package enum TraceSubject: Sendable, Hashable {
    /// As messages name it.
    case user(String)
    /// By the id of its record.
    case call(String, of: AccountID)
}

/// One message of a trace.
package struct TracedMessage: Sendable, Equatable, Codable {
    package var at: Int64
    /// Received from `remote`, or sent to it.
    package var received: Bool
    package var remote: String
    package var text: String

    package init(at: Int64, received: Bool, remote: String, text: String) {
        self.at = at
        self.received = received
        self.remote = remote
        self.text = text
    }
}

/// What the digest side knows of one credential.
package struct CredentialExplanation: Sendable, Equatable, Codable {
    package var account: Int64
    package var aor: String
    package var realm: String
    /// The algorithms it is challenged with, in order; empty when no hash is usable.
    package var challenges: [String]
    package var bindings: Int
    /// What an operator should know: hashes that are no digests, the last failure.
    package var remarks: [String]

    package init(
        account: Int64, aor: String, realm: String, challenges: [String], bindings: Int, remarks: [String]
    ) {
        self.account = account
        self.aor = aor
        self.realm = realm
        self.challenges = challenges
        self.bindings = bindings
        self.remarks = remarks
    }
}

/// Something that happened on the SIP side.
package struct EdgeEvent: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case registered, refreshed, unregistered, expired
        /// Its credential or account ended.
        case revoked
        /// An operator ended it; the phone may register again.
        case removed
        case refused, banned
    }

    package var at: Int64
    package var kind: Kind
    package var aor: String
    package var contact: String
    package var source: String
    package var detail: String

    package init(at: Int64, kind: Kind, aor: String, contact: String, source: String, detail: String) {
        self.at = at
        self.kind = kind
        self.aor = aor
        self.contact = contact
        self.source = source
        self.detail = detail
    }
}

/// Totals since the start, and gauges.
package struct EdgeCounters: Sendable, Equatable, Codable {
    /// Requests by method name.
    package var requests: [String: UInt64] = [:]
    /// Answers by status code.
    package var responses: [Int: UInt64] = [:]
    /// Datagrams and streams dropped without an answer, by reason.
    package var dropped: [String: UInt64] = [:]
    package var bindings = 0
    package var credentials = 0
    package var bans = 0
    package var connections = 0
    /// Calls that are `ringing`, `up` or `ending`, and what became of those before.
    package var calls: [String: Int] = [:]
    package var callOutcomes: [String: UInt64] = [:]
    /// Destinations of calls by how they stand, and OPTIONS sent to them.
    package var destinations: [String: Int] = [:]
    package var probes: UInt64 = 0
    /// Whether each media relay answers, by its address.
    package var mediaRelays: [String: Bool] = [:]
    /// Datagrams that keep the ways to phones open.
    package var keepAlives: UInt64 = 0
    package var journalBytes: UInt64 = 0
    package var journalSyncs: UInt64 = 0
    /// Changes of bindings that the disk refused.
    package var journalLosses: UInt64 = 0
    /// Whether the disk refuses the journal now, and REGISTER is answered with 503.
    package var journalIsFailing = false

    package init() {}
}
