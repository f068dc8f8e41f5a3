/// Whether a destination is up, by what it answers to OPTIONS (RFC 3261 section 11) and to calls: it changes its mind slowly.
///
/// Any answer shows that somebody is there, 405 and 501 too; only silence, a failed transport, 408 and 503 are failures. Who
/// never answered an OPTIONS is not held to it: then only calls can fail. And whoever was silent for long is given another
/// chance (`Docs/decisions/0076-health-by-options.md`).
package struct TrunkHealth: Sendable, Equatable {
    /// How slowly.
    package struct Hysteresis: Sendable, Equatable {
        /// Failures in a row that make one that is up go down.
        package var failures: Int
        /// Successes in a row that bring it back.
        package var successes: Int
        /// Milliseconds of silence after which one that is down is tried by calls again.
        package var patience: Int64

        package init(failures: Int = 3, successes: Int = 2, patience: Int64 = 600_000) {
            self.failures = failures
            self.successes = successes
            self.patience = patience
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

        fileprivate var isAnswer: Bool { if case .answered = self { true } else { false } }
    }

    package private(set) var isUp = true
    /// What the last OPTIONS met.
    package private(set) var last: Probe?
    /// When it last went up or down.
    package private(set) var since: Timestamp?
    /// Whether it is known to answer OPTIONS, so that silence says something.
    package private(set) var answersOptions = false
    private var heard: Timestamp?
    private var streak = 0
    private let hysteresis: Hysteresis

    package init(_ hysteresis: Hysteresis = Hysteresis()) { self.hysteresis = hysteresis }

    /// Whether one more of what is unlike its state may change it: worth another look soon.
    package var isInDoubt: Bool { streak > 0 }

    /// Takes what an OPTIONS met; returns whether it is up from now on where that changed.
    package mutating func receive(_ probe: Probe, at now: Timestamp) -> Bool? {
        last = probe
        if probe.isAnswer { (answersOptions, heard) = (true, now) }
        if !isUp, let since, now.milliseconds - max(since, heard ?? since).milliseconds >= hysteresis.patience {
            answersOptions = false
            return turn(at: now)
        }
        return answersOptions ? count(isAlive: probe.isAlive, at: now) : nil
    }

    /// Takes what a call met: an answer of any kind shows that somebody is there; silence counts where OPTIONS cannot tell.
    package mutating func receive(callIsAnswered isAnswered: Bool, at now: Timestamp) -> Bool? {
        if isAnswered { heard = now }
        return isAnswered || !answersOptions ? count(isAlive: isAnswered, at: now) : nil
    }

    private mutating func count(isAlive: Bool, at now: Timestamp) -> Bool? {
        guard isAlive != isUp else {
            streak = 0
            return nil
        }
        streak += 1
        return streak >= (isUp ? hysteresis.failures : hysteresis.successes) ? turn(at: now) : nil
    }

    private mutating func turn(at now: Timestamp) -> Bool {
        streak = 0
        isUp.toggle()
        since = now
        return isUp
    }
}
