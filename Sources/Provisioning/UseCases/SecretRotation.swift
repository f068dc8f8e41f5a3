import Synchronization

/// A new key for everything that is kept sealed, while the server goes on.
///
/// Both keys are kept until everything is sealed under the new one. A pass over all values that begins after the new key is
/// in use ends with none under the old one, since what is written meanwhile is sealed with the new: so a crash
/// costs no more than another pass.
package final class SecretRotation: Sendable {
    private let store: any ProvisioningStore
    private let seal: Seal
    private let pass = Mutex(Pass())

    /// How many values one transaction looks at.
    private static let batch = 200

    /// How far a pass came: values up to that row of that purpose are sealed under the new key.
    private struct Pass: Sendable {
        var purpose = 0
        var row = Int64.min
        var resealed = 0
        var unreadable = 0
    }

    package struct Progress: Sendable, Equatable {
        /// Values that there are.
        package let total: Int
        /// Values that were sealed anew.
        package let resealed: Int
        /// Values that no key opens, which stay as they are.
        package let unreadable: Int
        /// Whether the old key is gone.
        package let isDone: Bool
    }

    init(store: any ProvisioningStore, seal: Seal) {
        self.store = store
        self.seal = seal
    }

    /// Seals with a new key from now on; does nothing while a rotation is under way. Throws `sealingKeyNotKept`.
    package func begin() async throws(ProvisioningError) {
        try seal.addKey()
    }

    /// Whether a rotation was begun and is not done.
    package var isUnderWay: Bool { seal.isRotating }

    /// Goes on with a rotation that is under way, for at least that many values; at the end of them the old key is gone.
    ///
    /// Throws `sealingKeyNotKept`, `unavailable`; then it goes on with the next call.
    package func proceed(values limit: Int = .max) async throws(ProvisioningError) -> Progress {
        let total = try await store.read { (store) throws(ProvisioningError) in try store.sealedCount() }
        var seen = 0
        while seen < limit, isUnderWay {
            let current = pass.withLock { $0 }
            guard current.purpose < Seal.Purpose.allCases.count else {
                try seal.retireKeys()
                break
            }
            let (next, count) = try await step(current)
            seen += count
            // Of two that go on at the same time one is ahead.
            pass.withLock { pass in if (pass.purpose, pass.row) == (current.purpose, current.row) { pass = next } }
        }
        let isDone = !isUnderWay
        let last = pass.withLock { pass in
            defer { if isDone { pass = Pass() } }
            return pass
        }
        return Progress(total: total, resealed: last.resealed, unreadable: last.unreadable, isDone: isDone)
    }

    private func step(_ pass: Pass) async throws(ProvisioningError) -> (next: Pass, count: Int) {
        let purpose = Seal.Purpose.allCases[pass.purpose]
        return try await store.write { [seal] (store) throws(ProvisioningError) in
            var next = pass
            let values = try store.sealedValues(purpose, above: pass.row, limit: Self.batch)
            for var value in values {
                next.row = value.place.row
                guard !seal.isCurrent(value.sealed) else { continue }
                guard let secret = seal.open(value.sealed, bound: value.place) else {
                    next.unreadable += 1
                    continue
                }
                value.sealed = seal.seal(secret, bound: value.place)
                try store.replace(value)
                next.resealed += 1
            }
            if values.count < Self.batch {
                next.purpose += 1
                next.row = .min
            }
            return (next, values.count)
        }
    }
}
