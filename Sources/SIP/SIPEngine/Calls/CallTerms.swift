/// How calls behave; times in milliseconds unless they say seconds.
package struct CallPolicy: Sendable, Equatable {
    package var timers = TransactionTimers()
    /// Without any answer to an INVITE for so long, the next target is tried.
    package var trying: Int64 = 4000
    /// From the INVITE to the answer, over all targets.
    package var ringing: Int64 = 180_000
    /// From the answer to the end.
    package var length: Int64 = 4 * 3_600_000
    /// Seconds of a session timer that is asked of whoever knows it (RFC 4028), at least 90; 0 asks nobody.
    package var sessionTimer: UInt32 = 1800
    /// How long the caller's INVITE waits to be told where to.
    package var routing: Int64 = 10_000
    package var maxForwards = 70
    /// Early dialogs of one target, requests under way in a call, those of them that are still known when they come again,
    /// offers made again after a glare, and challenges answered for one leg.
    package var dialogs = 12
    package var exchanges = 24
    package var remembered = 96
    package var reoffers: UInt8 = 5
    package var challenges: UInt8 = 2
    /// What is added to a CSeq that a crash may have left behind.
    package var sequenceReserve: UInt32 = 1 << 16

    package init() {}
}

/// The target of a URI, at once.
package typealias NumericTargetSource = @Sendable ([UInt8]) -> Target?

/// What all calls of one process share.
package final class CallTerms: Sendable {
    package let policy: CallPolicy
    /// What we are called towards an address.
    package let names: LocalNameSource
    /// Where a URI leads whose host stands in figures; nil for a name, and where no way of ours leads.
    package let targets: NumericTargetSource
    /// The value of User-Agent and Server; empty is none.
    package let userAgent: [UInt8]
    let key: EngineKey

    /// The generator is asked once, for the key that everything random is made with. A key that is the same over a
    /// restart lets copies of INVITEs find the calls of the last run.
    package init(
        policy: CallPolicy, names: @escaping LocalNameSource,
        targets: @escaping NumericTargetSource, userAgent: [UInt8],
        using generator: inout some RandomNumberGenerator
    ) {
        self.policy = policy
        self.names = names
        self.targets = targets
        self.userAgent = userAgent
        key = EngineKey(using: &generator)
    }
}
