import Crypto
import Synchronization

/// Name and password pairs that were found right a short while ago, so that a slow hash is not paid for every request.
///
/// Requests that bring the same pair at the same time share one check.
final class VerifiedCallers: Sendable {
    typealias Outcome = Result<StoredCaller?, ProvisioningError>

    private typealias Key = HashedAuthenticationCode<SHA256>

    /// The time since some fixed moment; never goes back.
    private let uptime: @Sendable () -> Duration
    private let lifetime: Duration
    /// How long it is remembered that a pair was once right, which alone lets nobody in.
    private static let trust: Duration = .seconds(24 * 3600)
    private let capacity: Int
    private let secret = SymmetricKey(size: .bits256)
    private let state = Mutex(State())

    private struct State {
        var known: [Key: (caller: StoredCaller, until: Duration, trustedUntil: Duration)] = [:]
        var checks: [Key: Task<Outcome, Never>] = [:]
        /// Grows with every `forget`: a check that began before may have read what is no longer so.
        var generation = 0
    }

    private enum Step {
        case known(StoredCaller)
        case checking(Task<Outcome, Never>)
    }

    init(uptime: @escaping @Sendable () -> Duration, lifetime: Duration = .seconds(60), capacity: Int = 1024) {
        self.uptime = uptime
        self.lifetime = lifetime
        self.capacity = capacity
    }

    /// The caller of that pair if it was found right a short while ago.
    func remembered(name: String, password: Secret<String>) -> StoredCaller? {
        let key = key(name, password)
        let now = uptime()
        return state.withLock { state in state.known[key].flatMap { $0.until > now ? $0.caller : nil } }
    }

    /// The outcome for that pair: remembered, or awaited from a check under way, or from `check`, which is told whether
    /// the pair was right before. It is remembered no longer than `limit`.
    func caller(
        name: String, password: Secret<String>, limit: Duration? = nil,
        check: @escaping @Sendable (_ isTrusted: Bool) async -> Outcome
    ) async -> Outcome {
        let key = key(name, password)
        let now = uptime()
        let step: Step = state.withLock { state in
            if let entry = state.known[key], entry.until > now { return .known(entry.caller) }
            if let task = state.checks[key] { return .checking(task) }
            let generation = state.generation
            let isTrusted = state.known[key].map { $0.trustedUntil > now } ?? false
            let task = Task {
                let outcome = await check(isTrusted)
                self.finish(key, outcome, limit: limit, generation: generation)
                return outcome
            }
            state.checks[key] = task
            return .checking(task)
        }
        return switch step {
        case .known(let caller): .success(caller)
        case .checking(let task): await task.value
        }
    }

    /// Remembers nothing of these callers any longer.
    func forget(_ isMeant: (Caller) -> Bool) {
        state.withLock { state in
            state.generation += 1
            state.checks = [:]
            state.known = state.known.filter { !isMeant($0.value.caller.caller) }
        }
    }

    private func finish(_ key: Key, _ outcome: Outcome, limit: Duration?, generation: Int) {
        let now = uptime()
        state.withLock { state in
            guard state.generation == generation else { return }
            state.checks[key] = nil
            guard case .success(let found) = outcome else { return }
            guard let caller = found else { return state.known[key] = nil }
            if state.known.count >= capacity { state.known = state.known.filter { $0.value.trustedUntil > now } }
            if state.known.count >= capacity { state.known = state.known.filter { $0.value.until > now } }
            if state.known.count >= capacity { state.known = [:] }
            state.known[key] = (caller, now + min(lifetime, limit ?? lifetime), now + Self.trust)
        }
    }

    private func key(_ name: String, _ password: Secret<String>) -> Key {
        var code = HMAC<SHA256>(key: secret)
        code.update(data: SHA256.hash(data: Array(name.utf8)).bytes)
        code.update(data: Array(password.reveal().utf8))
        return code.finalize()
    }
}

extension Digest {
    var bytes: [UInt8] { Array(self) }
}
