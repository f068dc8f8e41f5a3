/// How registrations of ours behave; times in milliseconds unless they say seconds.
package struct RegistrationPolicy: Sendable, Equatable {
    /// RFC 3261 section 17.1.2.2: the first retransmission, and the longest wait between two.
    package var t1: Int64 = 500
    package var t2: Int64 = 4000
    /// After which a lookup of names counts as failed.
    package var resolutionTimeout: Int64 = 30_000

    /// Where in a lease it is refreshed, in hundredths of it.
    package var refreshWindow: ClosedRange<Int64> = 50...90
    /// Between two refreshes, however short the lease.
    package var shortestRefresh: Int64 = 4000
    /// Seconds; a lease beyond it is refreshed as if it were as long.
    package var longestLease: UInt32 = 86_400
    /// Between the last success and the refresh after a lost connection.
    package var flowInterval: Int64 = 60_000

    /// After a failure that may pass: the first wait, which doubles, and the longest.
    package var retryBase: Int64 = 5000
    package var retryLimit: Int64 = 300_000
    /// After a refusal that somebody must mend.
    package var rejectedBase: Int64 = 600_000
    package var rejectedLimit: Int64 = 7_200_000
    /// Retry-After beyond it counts as it.
    package var longestRetryAfter: Int64 = 3_600_000

    /// How long an un-REGISTER may take when a registration is removed, frozen or drained, and when its settings change.
    package var departureLimit: Int64 = 10_000
    package var changeLimit: Int64 = 2000
    /// How much later than now a first registration counts as due beside leases that end: one that ends sooner goes first.
    package var firstGrace: Int64 = 30_000

    /// Within one try: challenges answered, redirections followed, intervals lengthened, targets tried.
    package var challenges: UInt8 = 4
    package var redirections: UInt8 = 3
    package var briefIntervals: UInt8 = 2
    package var targets = 8

    package init() {}

    /// Timer F.
    package var transactionTimeout: Int64 { 64 * t1 }
}

/// What all registrations of one process share.
package final class RegistrationTerms: Sendable {
    package let policy: RegistrationPolicy
    let names: LocalNameSource
    /// The value of User-Agent; empty is none.
    package let userAgent: [UInt8]
    let key: EngineKey

    /// The generator is asked once, for the key that everything random is made with.
    package init(
        policy: RegistrationPolicy, names: @escaping LocalNameSource, userAgent: [UInt8],
        using generator: inout some RandomNumberGenerator
    ) {
        self.policy = policy
        self.names = names
        self.userAgent = userAgent
        key = EngineKey(using: &generator)
    }
}

/// How we are reached from an address: `host` or `host:port` for Via and Contact; empty where we are not.
package typealias LocalNameSource = @Sendable (SourceAddress) -> [UInt8]
