/// Whether a destination is up, by what it answers to OPTIONS (RFC 3261 section 11): it changes its mind slowly.
///
/// Any answer shows that somebody is there, 405 and 501 too; only silence, a failed transport, 408 and 503 are failures.
package struct TrunkHealth: Sendable, Equatable {
    /// How slowly.
    package struct Hysteresis: Sendable, Equatable {
        /// Failures in a row that make one that is up go down.
        package var failures: Int
        /// Successes in a row that bring it back.
        package var successes: Int

        package init(failures: Int = 3, successes: Int = 2) {
            self.failures = failures
            self.successes = successes
        }
    }

    /// What was heard.
    package enum Probe: Sendable, Equatable {
        case answered(status: Int)
        case unanswered
        /// The transport failed or the name resolves to nothing.
        case unreachable(String)

        package var isAlive: Bool {
            guard case .answered(let status) = self else { return false }
            return status != 408 && status != 503
        }
    }

    package private(set) var isUp = true
    package private(set) var last: Probe?
    /// When it last went up or down.
    package private(set) var since: Timestamp?
    private var streak = 0
    private let hysteresis: Hysteresis

    package init(_ hysteresis: Hysteresis = Hysteresis()) { self.hysteresis = hysteresis }

    /// Takes an answer; returns whether it is up from now on where that changed.
    package mutating func receive(_ probe: Probe, at now: Timestamp) -> Bool? {
        last = probe
        guard probe.isAlive != isUp else {
            streak = 0
            return nil
        }
        streak += 1
        guard streak >= (isUp ? hysteresis.failures : hysteresis.successes) else { return nil }
        streak = 0
        isUp.toggle()
        since = now
        return isUp
    }
}
