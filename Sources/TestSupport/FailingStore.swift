package import Provisioning
import Synchronization

/// A store whose writes fail after some that did not, as for a process that was killed there.
package final class FailingStore: ProvisioningStore {
    private let store: any ProvisioningStore
    private let left: Mutex<Int>

    /// - Parameter writes: how many are carried out.
    package init(_ store: any ProvisioningStore, after writes: Int) {
        self.store = store
        left = Mutex(writes)
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ProvisioningReader) throws(ProvisioningError) -> Result
    ) async throws(ProvisioningError) -> Result { try await store.read(body) }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any ProvisioningTransaction) throws(ProvisioningError) -> Result
    ) async throws(ProvisioningError) -> Result {
        let isLeft = left.withLock { left in
            left -= 1
            return left >= 0
        }
        guard isLeft else { throw ProvisioningError(.unavailable) }
        return try await store.write(body)
    }

    package var isWritable: Bool { store.isWritable }
}
