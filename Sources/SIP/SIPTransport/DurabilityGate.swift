import Synchronization

/// Says how far the journal got: what is on disk, what was lost, and wakes those whose answers wait for it.
///
/// Sequences are settled in their order. Those that the disk refused are settled as lost, and their answers are errors.
package final class DurabilityGate: Sendable {
    /// What became of a sequence.
    package enum Standing: Equatable, Sendable { case waiting, durable, lost }

    private typealias OneShot = (sequence: UInt64, body: @Sendable (Bool) -> Void)

    private let settled = Atomic<UInt64>(0)
    private let oneShots = Mutex<[OneShot]>([])
    private let waiters = Mutex<[@Sendable (UInt64) -> Void]>([])
    /// Behind it nothing is lost, and nobody needs to look for it.
    private let lastLoss = Atomic<UInt64>(0)
    private let losses = Mutex<[ClosedRange<UInt64>]>([])

    /// Losses that are told apart. Older ones become one with all between them, which errs to the side of an error.
    private static let lossesKept = 64

    package init() {}

    /// Every sequence up to this one is settled: on disk, or lost.
    package var sequence: UInt64 { settled.load(ordering: .sequentiallyConsistent) }

    package func standing(of sequence: UInt64) -> Standing {
        guard sequence <= self.sequence else { return .waiting }
        guard sequence <= lastLoss.load(ordering: .sequentiallyConsistent) else { return .durable }
        return losses.withLock { $0.contains { $0.contains(sequence) } } ? .lost : .durable
    }

    /// Calls `waiter` with the sequence whenever some were settled, on the journal's thread; it must not block.
    package func whenAdvanced(_ waiter: @escaping @Sendable (UInt64) -> Void) {
        waiters.withLock { $0.append(waiter) }
    }

    /// Returns once the sequence is settled: whether it is on disk.
    @discardableResult
    package func reached(_ sequence: UInt64) async -> Bool {
        await withCheckedContinuation { continuation in
            whenReached(sequence) { continuation.resume(returning: $0) }
        }
    }

    /// Calls back once the sequence is settled, with whether it is on disk: at once where it is, else on the journal's
    /// thread, which it must not block.
    package func whenReached(_ sequence: UInt64, _ body: @escaping @Sendable (Bool) -> Void) {
        let waiting = oneShots.withLock { shots -> Bool in
            guard self.sequence < sequence else { return false }
            shots.append((sequence, body))
            return true
        }
        if !waiting { body(standing(of: sequence) == .durable) }
    }

    /// Called by the journal after a sync: everything up to the sequence that was not lost is on disk.
    package func advance(to sequence: UInt64) {
        settled.store(sequence, ordering: .sequentiallyConsistent)
        for waiter in waiters.withLock({ $0 }) { waiter(sequence) }
        let ready = oneShots.withLock { shots in
            let ready = shots.filter { $0.sequence <= sequence }
            shots.removeAll { $0.sequence <= sequence }
            return ready
        }
        for shot in ready { shot.body(standing(of: shot.sequence) == .durable) }
    }

    /// Called by the journal when the disk refused what was not settled yet, up to the sequence.
    package func lose(through sequence: UInt64) {
        let first = self.sequence + 1
        guard first <= sequence else { return }
        losses.withLock { losses in
            losses.append(first...sequence)
            if losses.count > Self.lossesKept {
                losses.replaceSubrange(0...1, with: [losses[0].lowerBound...losses[1].upperBound])
            }
        }
        lastLoss.store(sequence, ordering: .sequentiallyConsistent)
        advance(to: sequence)
    }
}
