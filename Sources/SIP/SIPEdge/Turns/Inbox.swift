import NIOCore
import Synchronization

/// Messages that many threads leave, and that whoever has the turn takes in their order.
final class Inbox<Message: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var messages = CircularBuffer<Message>()
        /// Whether somebody is bound to look.
        var isScheduled = false
    }

    /// How many wait.
    var count: Int { state.withLock { $0.messages.count } }

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
            var messages: [Message] = []
            while messages.count < limit, let message = state.messages.popFirst() { messages.append(message) }
            // What a start took is given back.
            if state.messages.isEmpty, state.messages.capacity > 4096 { state.messages = CircularBuffer() }
            if messages.isEmpty { state.isScheduled = false }
            return messages
        }
    }
}
