import Synchronization

/// Says how much of the journal is on disk, and wakes those whose answers wait for it.
package final class DurabilityGate: Sendable {
    private let reached = Atomic<UInt64>(0)
    private let oneShots = Mutex<[(sequence: UInt64, continuation: CheckedContinuation<Void, Never>)]>([])
    private let waiters = Mutex<[@Sendable (UInt64) -> Void]>([])

    package init() {}

    /// Every sequence up to this one is on disk.
    package var sequence: UInt64 { reached.load(ordering: .sequentiallyConsistent) }

    /// Calls `waiter` with the sequence after every sync, on the journal's thread; it must not block.
    package func whenAdvanced(_ waiter: @escaping @Sendable (UInt64) -> Void) {
        waiters.withLock { $0.append(waiter) }
    }

    /// Returns once the sequence is on disk.
    package func reached(_ sequence: UInt64) async {
        await withCheckedContinuation { continuation in
            let waiting = oneShots.withLock { shots -> Bool in
                guard self.sequence < sequence else { return false }
                shots.append((sequence, continuation))
                return true
            }
            if !waiting { continuation.resume() }
        }
    }

    /// Called by the journal after a sync.
    package func advance(to sequence: UInt64) {
        reached.store(sequence, ordering: .sequentiallyConsistent)
        for waiter in waiters.withLock({ $0 }) { waiter(sequence) }
        let ready = oneShots.withLock { shots in
            let ready = shots.filter { $0.sequence <= sequence }
            shots.removeAll { $0.sequence <= sequence }
            return ready
        }
        for shot in ready { shot.continuation.resume() }
    }
}
