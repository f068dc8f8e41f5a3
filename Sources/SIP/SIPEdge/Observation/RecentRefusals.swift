import Provisioning
import Synchronization

/// The latest refusals and why; at most `perSecond` a second are written down.
final class RecentRefusals: Sendable {
    private let capacity: Int
    private let perSecond: Int
    private let state = Mutex(State())

    private struct State {
        var entries: [Refusal] = []
        var next = 0
        var second: Int64 = 0
        var kept = 0
    }

    init(capacity: Int = 1000, perSecond: Int = 200) {
        self.capacity = capacity
        self.perSecond = perSecond
    }

    /// Makes and keeps a refusal, unless this second had its share.
    func keep(now: Int64, _ refusal: () -> Refusal) {
        state.withLock { state in
            if state.second != now / 1000 { (state.second, state.kept) = (now / 1000, 0) }
            state.kept += 1
            guard state.kept <= perSecond else { return }
            if state.entries.count < capacity {
                state.entries.append(refusal())
            } else {
                state.entries[state.next] = refusal()
            }
            state.next = (state.next + 1) % capacity
        }
    }

    /// Newest first.
    func latest(_ limit: Int) -> [Refusal] {
        let (entries, next) = state.withLock { ($0.entries, $0.next) }
        let ordered = entries.count < capacity ? entries[...] : entries[next...] + entries[..<next]
        return Array(ordered.reversed().prefix(limit))
    }
}
