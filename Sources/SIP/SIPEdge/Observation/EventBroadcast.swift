import Synchronization

/// Hands what happens to everyone who listens; nothing is made while nobody does.
final class EventBroadcast<Event: Sendable>: Sendable {
    private let listening = Atomic<Int>(0)
    private let state = Mutex<(next: Int, sinks: [Int: AsyncStream<Event>.Continuation])>((0, [:]))

    var isHeard: Bool { listening.load(ordering: .relaxed) > 0 }

    func stream() -> AsyncStream<Event> {
        let (stream, sink) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(1024))
        let id = state.withLock { state in
            state.next += 1
            state.sinks[state.next] = sink
            return state.next
        }
        listening.wrappingAdd(1, ordering: .relaxed)
        sink.onTermination = { [self] _ in
            if state.withLock({ $0.sinks.removeValue(forKey: id) }) != nil {
                listening.wrappingSubtract(1, ordering: .relaxed)
            }
        }
        return stream
    }

    func send(_ event: () -> Event) {
        guard isHeard else { return }
        let event = event()
        for sink in state.withLock({ Array($0.sinks.values) }) { sink.yield(event) }
    }

    func finish() {
        for sink in state.withLock({ Array($0.sinks.values) }) { sink.finish() }
    }
}
