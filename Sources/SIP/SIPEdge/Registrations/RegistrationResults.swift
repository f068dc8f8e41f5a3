import Provisioning
import Synchronization

/// Writes how registrations stand to the store, many at a time and only where it is new: a steady refresh writes nothing.
final class RegistrationResults: Sendable {
    private let state = Mutex(State())

    private struct State {
        var store: (any ProvisioningStore)?
        var waiting: [OutboundRegistrationID: RegistrationResult] = [:]
        var writer: Task<Void, Never>?
    }

    /// Between the first result and its write, in which others join it; and after the store refused.
    private static let pause: Duration = .milliseconds(50)
    private static let patience: Duration = .seconds(1)
    /// Most rows of one transaction: others write in between.
    private static let batch = 500

    func start(_ store: any ProvisioningStore) { state.withLock { $0.store = store } }

    func note(_ result: RegistrationResult) {
        state.withLock { state in
            state.waiting[result.id] = result
            guard state.writer == nil, state.store != nil else { return }
            state.writer = Task { [self] in await write() }
        }
    }

    private func write() async {
        try? await Task.sleep(for: Self.pause)
        while let (store, results) = next() {
            do throws(ProvisioningError) {
                try await store.write { (store) throws(ProvisioningError) in try store.note(results) }
            } catch {
                giveBack(results)
                // Told to stop: the next start tries them all anyway.
                guard (try? await Task.sleep(for: Self.patience)) != nil else { return }
            }
        }
    }

    private func next() -> (any ProvisioningStore, [RegistrationResult])? {
        state.withLock { state in
            guard let store = state.store, !state.waiting.isEmpty else {
                state.writer = nil
                // What a start took is given back.
                if state.waiting.isEmpty { state.waiting = [:] }
                return nil
            }
            let results = Array(state.waiting.values.prefix(Self.batch))
            for result in results { state.waiting[result.id] = nil }
            return (store, results)
        }
    }

    private func giveBack(_ results: [RegistrationResult]) {
        state.withLock { state in
            for result in results where state.waiting[result.id] == nil { state.waiting[result.id] = result }
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
