package import Provisioning
import Synchronization

/// A clock that moves only when it is told to.
package final class ManualClock: Sendable {
    private let elapsed = Mutex(Duration.zero)
    private let start: Timestamp

    /// `start` is 2026-01-01T00:00:00Z.
    package init(start: Timestamp = Timestamp(milliseconds: 1_767_225_600_000)) { self.start = start }

    /// The time since the clock was made.
    package var uptime: Duration { elapsed.withLock { $0 } }

    /// The wall clock's time.
    package var now: Timestamp {
        Timestamp(milliseconds: start.milliseconds + Int64((uptime / .milliseconds(1)).rounded()))
    }

    package func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }
}
