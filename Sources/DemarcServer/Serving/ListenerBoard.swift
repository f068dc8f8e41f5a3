import NIOCore
import OperatorAPI
import Synchronization

/// Which HTTP listeners are bound, and where.
final class ListenerBoard: Sendable {
    private struct State {
        var bound: [(listener: HTTPCounters.Listener, url: String)] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let expected: Int
    private let state = Mutex(State())

    init(expected: Int) { self.expected = expected }

    /// Notes a listener; whoever waits goes on when it was the last.
    func bound(_ listener: HTTPCounters.Listener, at address: SocketAddress?, scheme: String) {
        guard let port = address?.port, let host = address?.ipAddress else { return }
        let url = "\(scheme)://\(ListenAddress.bracketed(host)):\(port)"
        let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.bound.append((listener, url))
            guard state.bound.count == expected else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in ready { continuation.resume() }
    }

    /// Returns when every listener is bound, or when the task is told to stop.
    func waitUntilBound() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if state.bound.count >= expected || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    func urls(of listener: HTTPCounters.Listener) -> [String] {
        state.withLock { $0.bound.filter { $0.listener == listener }.map(\.url) }
    }
}
