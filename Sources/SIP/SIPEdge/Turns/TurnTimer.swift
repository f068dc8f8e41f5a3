import NIOCore

/// The next turn that was asked for ahead of its time, of those that share a lock.
struct TurnTimer {
    private var pending: (at: Int64, task: Scheduled<Void>)?
    /// Milliseconds that pass at most before a look at the clock, which may have been set meanwhile.
    private static let longest: Int64 = 60_000

    /// Has `turn` run on the loop once the clock shows `at`, in milliseconds, unless it runs before. Whoever runs calls
    /// `clear` first.
    mutating func set(at: Int64, now: Int64, on loop: any EventLoop, turn: @escaping @Sendable () -> Void) {
        if let pending {
            guard at < pending.at else { return }
            pending.task.cancel()
        }
        let delay = min(max(1, at - now), Self.longest)
        pending = (at, loop.scheduleTask(in: .milliseconds(delay), turn))
    }

    /// It ran.
    mutating func clear() { pending = nil }

    mutating func cancel() {
        pending?.task.cancel()
        pending = nil
    }
}
