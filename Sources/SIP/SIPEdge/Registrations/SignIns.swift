import Synchronization

/// Which registrations wait for a user of ours to sign in, by the user's credential.
final class SignIns: Sendable {
    private let count = Atomic<Int>(0)
    private let state = Mutex<(registrations: [Int64: UInt64], whenChanged: (@Sendable (UInt64) -> Void)?)>(([:], nil))

    /// Calls back with the registration whose user came or left; must not block.
    func whenChanged(_ body: @escaping @Sendable (UInt64) -> Void) { state.withLock { $0.whenChanged = body } }

    func watch(_ credential: Int64, for registration: UInt64) {
        state.withLock { state in
            state.registrations[credential] = registration
            count.store(state.registrations.count, ordering: .sequentiallyConsistent)
        }
    }

    func forget(_ credential: Int64, for registration: UInt64) {
        state.withLock { state in
            // A user that moved to another registration is that one's.
            guard state.registrations[credential] == registration else { return }
            state.registrations[credential] = nil
            count.store(state.registrations.count, ordering: .sequentiallyConsistent)
        }
    }

    /// A credential has its first binding, or lost its last.
    func changed(_ credential: Int64) {
        guard count.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let (registration, whenChanged) = state.withLock { ($0.registrations[credential], $0.whenChanged) }
        if let registration { whenChanged?(registration) }
    }
}
