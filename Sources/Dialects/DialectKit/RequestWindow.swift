package import Provisioning
import Synchronization

/// Counts what accounts ask for within each minute of the clock; remembers the accounts of this minute only.
package final class RequestWindow: Sendable {
    private let limit: Int
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    private struct State {
        /// In minutes since 1970.
        var minute: Int64 = 0
        var counts: [AccountID: Int] = [:]
    }

    package init(limit: Int, now: @escaping @Sendable () -> Timestamp) {
        self.limit = limit
        self.now = now
    }

    /// Counts a request; `nil` while the account may ask, else when it may again, in seconds since 1970.
    package func refusal(of account: AccountID) -> Int64? {
        let minute = now().milliseconds / 60_000
        let count = state.withLock { state in
            if state.minute != minute { state = State(minute: minute) }
            state.counts[account, default: 0] += 1
            return state.counts[account, default: 0]
        }
        return count > limit ? (minute + 1) * 60 : nil
    }
}
