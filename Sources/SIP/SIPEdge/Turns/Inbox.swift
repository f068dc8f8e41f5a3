import Synchronization

/// Messages that many threads leave, and that whoever has the turn takes in their order.
final class Inbox<Message: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var messages: [Message] = []
        /// Messages in front that were taken.
        var taken = 0
        /// Whether somebody is bound to look.
        var isScheduled = false
    }

    /// How many wait.
    var count: Int { state.withLock { $0.messages.count - $0.taken } }

    /// Whether the caller must have somebody look.
    func post(_ message: Message) -> Bool {
        state.withLock { state in
            state.messages.append(message)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
    }

    /// The next messages, at most `limit`; without any, the next `post` has somebody look.
    func take(_ limit: Int) -> [Message] {
        state.withLock { state in
            let messages = Array(state.messages[state.taken...].prefix(limit))
            state.taken += messages.count
            if state.taken == state.messages.count {
                state.messages.removeAll(keepingCapacity: state.messages.capacity < 4096)
                state.taken = 0
            }
            if messages.isEmpty { state.isScheduled = false }
            return messages
        }
    }
}
