import Provisioning
import Synchronization

/// Writes rows to the store in the background, many at a time and of each only the last.
final class StoreQueue<Key: Hashable & Sendable, Row: Sendable>: Sendable {
    typealias Write = @Sendable ([Row], any ProvisioningTransaction) throws(ProvisioningError) -> Void

    private let state = Mutex(State())
    private let write: Write

    private struct State {
        var store: (any ProvisioningStore)?
        var waiting: [Key: Row] = [:]
        var writer: Task<Void, Never>?
    }

    init(write: @escaping Write) { self.write = write }

    func start(_ store: any ProvisioningStore) { state.withLock { $0.store = store } }

    func put(_ row: Row, for key: Key) {
        state.withLock { state in
            state.waiting[key] = row
            guard state.writer == nil, state.store != nil else { return }
            state.writer = Task { [self] in await writeAll() }
        }
    }

    private func writeAll() async {
        // In which others join the first.
        try? await Task.sleep(for: .milliseconds(50))
        while let (store, rows) = next() {
            do throws(ProvisioningError) {
                try await store.write { [write] (store) throws(ProvisioningError) in
                    try write(rows.map(\.value), store)
                }
            } catch {
                giveBack(rows)
                // Told to stop.
                guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            }
        }
    }

    /// Not too many rows for one transaction: others write in between.
    private func next() -> (any ProvisioningStore, [(key: Key, value: Row)])? {
        state.withLock { state in
            guard let store = state.store, !state.waiting.isEmpty else {
                state.writer = nil
                // What a start took is given back.
                if state.waiting.isEmpty { state.waiting = [:] }
                return nil
            }
            let rows = Array(state.waiting.prefix(500))
            for row in rows { state.waiting[row.key] = nil }
            return (store, rows)
        }
    }

    private func giveBack(_ rows: [(key: Key, value: Row)]) {
        state.withLock { state in
            for row in rows where state.waiting[row.key] == nil { state.waiting[row.key] = row.value }
        }
    }

    /// Returns when what waited was written, or could not be.
    func stop() async {
        let writer = state.withLock { $0.writer }
        writer?.cancel()
        await writer?.value
        state.withLock { $0.store = nil }
    }
}
