import Synchronization

/// Slow password checks, a few at a time: pairs that were right before go first, and who tries too often waits.
///
/// A flood of wrong passwords therefore takes neither all processors nor the place of those who know theirs.
final class PasswordChecks: Sendable {
    private let limits: SignInLimits
    /// The time since some fixed moment; never goes back.
    private let uptime: @Sendable () -> Duration
    private let state: Mutex<State>

    private struct State {
        var tries: SignInTries
        var running = 0
        var trusted: [CheckedContinuation<Bool, Never>] = []
        var others: [CheckedContinuation<Bool, Never>] = []

        /// Who comes next, in the order of coming within each kind.
        mutating func next() -> CheckedContinuation<Bool, Never>? {
            if !trusted.isEmpty { return trusted.removeFirst() }
            return others.isEmpty ? nil : others.removeFirst()
        }
    }

    init(limits: SignInLimits, uptime: @escaping @Sendable () -> Duration) {
        self.limits = limits
        self.uptime = uptime
        state = Mutex(State(tries: SignInTries(limits: limits)))
    }

    /// Runs `check` when its turn comes, and counts it as a try unless it found a caller.
    ///
    /// - Parameter isTrusted: whether the same name and password were right before; such a pair is never refused for
    ///   what others tried.
    func run(
        name: String, source: IPAddress?, isTrusted: Bool, _ check: @Sendable () async -> VerifiedCallers.Outcome
    ) async -> Attempt {
        let subjects = [SignInTries.Subject.name(name)] + (source.map { [.source($0.countedAsSource)] } ?? [])
        let now = uptime()
        if !isTrusted, let wait = state.withLock({ $0.tries.begin(subjects, at: now) }) { return .refused(wait: wait) }
        guard await enter(isTrusted: isTrusted) else {
            state.withLock { $0.tries.takeBack(subjects) }
            return .refused(wait: .seconds(1))
        }
        let outcome = await check()
        leave()
        if !isTrusted, case .success(.some) = outcome { state.withLock { $0.tries.takeBack(subjects) } }
        return .made(outcome)
    }

    /// What came of an attempt to have a check made.
    enum Attempt {
        case made(VerifiedCallers.Outcome)
        case refused(wait: Duration)
    }

    /// How many checks run and wait.
    var load: (running: Int, waiting: Int) {
        state.withLock { ($0.running, $0.trusted.count + $0.others.count) }
    }

    /// Returns when a check may run, or at once with `false` where too many wait. Whoever was right before waits.
    private func enter(isTrusted: Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                guard state.running >= limits.checksAtOnce else {
                    state.running += 1
                    return true
                }
                guard isTrusted || state.others.count < limits.waiting else { return false }
                if isTrusted { state.trusted.append(continuation) } else { state.others.append(continuation) }
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Hands the place on, or gives it up.
    private func leave() {
        let next = state.withLock { state in
            let next = state.next()
            if next == nil { state.running -= 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
