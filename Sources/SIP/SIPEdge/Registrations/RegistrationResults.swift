import Provisioning
import Synchronization

/// Writes how registrations stand to the store, many at a time and only where it is new: a steady refresh writes nothing.
final class RegistrationResults: Sendable {
    /// Where reports go; throws where they cannot be kept.
    typealias Sink = @Sendable ([RegistrationReport]) async throws(ProvisioningError) -> Void

    private let state = Mutex(State())

    private struct State {
        var sink: Sink?
        var waiting: [OutboundRegistrationID: RegistrationReport] = [:]
        var writer: Task<Void, Never>?
    }

    /// Between the first result and its write, in which others join it; and after the store refused.
    private static let pause: Duration = .milliseconds(50)
    private static let patience: Duration = .seconds(1)
    /// Most rows of one transaction: others write in between.
    private static let batch = 500

    func start(_ sink: @escaping Sink) { state.withLock { $0.sink = sink } }

    func note(_ result: RegistrationReport) {
        state.withLock { state in
            state.waiting[result.id] = result
            guard state.writer == nil, state.sink != nil else { return }
            state.writer = Task { [self] in await write() }
        }
    }

    private func write() async {
        try? await Task.sleep(for: Self.pause)
        while let (sink, results) = next() {
            do throws(ProvisioningError) {
                try await sink(results)
            } catch {
                giveBack(results)
                // Told to stop: the next start tries them all anyway.
                guard (try? await Task.sleep(for: Self.patience)) != nil else { return }
            }
        }
    }

    private func next() -> (Sink, [RegistrationReport])? {
        state.withLock { state in
            guard let sink = state.sink, !state.waiting.isEmpty else {
                state.writer = nil
                return nil
            }
            let results = Array(state.waiting.values.prefix(Self.batch))
            for result in results { state.waiting[result.id] = nil }
            return (sink, results)
        }
    }

    private func giveBack(_ results: [RegistrationReport]) {
        state.withLock { state in
            for result in results where state.waiting[result.id] == nil { state.waiting[result.id] = result }
        }
    }

    /// Returns when what waited was written, or could not be.
    func stop() async {
        let writer = state.withLock { $0.writer }
        writer?.cancel()
        await writer?.value
        state.withLock { $0.sink = nil }
    }
}
