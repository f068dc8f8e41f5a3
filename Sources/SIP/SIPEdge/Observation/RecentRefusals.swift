import Provisioning
import SIPEngine
import Synchronization

/// The latest refusals and why; at most `share` in a period are written down.
final class RecentRefusals: Sendable {
    private let capacity: Int
    private let share: Int
    /// Milliseconds.
    private let period: Int64
    private let state = Mutex(State())

    private struct State {
        var entries: [Refusal] = []
        var next = 0
        var begun: Int64 = 0
        var kept = 0
        /// Of this period, where each source has one.
        var sources: [SourceAddress] = []

        mutating func begin(_ period: Int64) {
            guard begun != period else { return }
            (begun, kept) = (period, 0)
            sources.removeAll(keepingCapacity: true)
        }
    }

    init(capacity: Int = 1000, share: Int = 200, period: Int64 = 1000) {
        self.capacity = capacity
        self.share = share
        self.period = period
    }

    /// Makes and keeps a refusal, unless this period had its share.
    func keep(now: Int64, _ refusal: () -> Refusal) {
        state.withLock { state in
            state.begin(now / period)
            state.kept += 1
            guard state.kept <= share else { return }
            add(refusal(), to: &state)
        }
    }

    /// Whether a refusal of that source, whatever its port, is to be kept: the first of it in a period that has room.
    func takes(_ source: SourceAddress, now: Int64) -> Bool {
        state.withLock { state in
            state.begin(now / period)
            let isNew = !state.sources.contains { $0.high == source.high && $0.low == source.low }
            guard state.sources.count < share, isNew else { return false }
            state.sources.append(source)
            return true
        }
    }

    /// Keeps what `takes` has room for.
    func keep(_ refusal: Refusal) { state.withLock { add(refusal, to: &$0) } }

    private func add(_ refusal: Refusal, to state: inout State) {
        if state.entries.count < capacity {
            state.entries.append(refusal)
        } else {
            state.entries[state.next] = refusal
        }
        state.next = (state.next + 1) % capacity
    }

    /// Newest first.
    func latest(_ limit: Int) -> [Refusal] {
        let (entries, next) = state.withLock { ($0.entries, $0.next) }
        let ordered = entries.count < capacity ? entries[...] : entries[next...] + entries[..<next]
        return Array(ordered.reversed().prefix(limit))
    }
}
