import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The wall clock as it stood at the start, moved on by the monotonic one: a clock that is set does not move it.
package struct EdgeClock: Sendable {
    /// Milliseconds since 1970.
    package let now: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// The machine's clocks.
    package static func system() -> EdgeClock {
        let offset = read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME)
        return EdgeClock { (offset + read(CLOCK_BOOTTIME)) / 1_000_000 }
    }

    /// In nanoseconds: whole milliseconds would let the sum of two be one off.
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
