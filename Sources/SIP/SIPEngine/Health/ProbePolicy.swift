/// How destinations are probed; times in milliseconds.
package struct ProbePolicy: Sendable, Equatable {
    /// From one probe to the next; 0 probes nobody.
    package var interval: Int64 = 30_000
    /// Without an answer for so long, the destination's next address is tried.
    package var patience: Int64 = 4000
    /// Addresses of one destination that are tried.
    package var targets = 4
    package var timers = TransactionTimers()
    /// Probes a second over all destinations, and how many at once: where they do not suffice, each waits longer.
    package var rate: Double = 200
    package var burst: Double = 20

    package init() {}
}

/// What all probes of one process share.
package final class ProbeTerms: Sendable {
    package let policy: ProbePolicy
    let names: LocalNameSource
    /// The value of User-Agent; empty is none.
    let userAgent: [UInt8]
    let key: EngineKey

    /// The generator is asked once, for the key that everything random is made with.
    package init(
        policy: ProbePolicy, names: @escaping LocalNameSource, userAgent: [UInt8],
        using generator: inout some RandomNumberGenerator
    ) {
        self.policy = policy
        self.names = names
        self.userAgent = userAgent
        key = EngineKey(using: &generator)
    }
}
