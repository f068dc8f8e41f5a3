import CDatagrams

/// Nanoseconds of the monotonic clock, which every process of the machine reads alike.
package enum Clock {
    package static func now() -> UInt64 { monotonic_nanoseconds() }
    package static func seconds(since start: UInt64) -> Double { Double(now() - start) / 1e9 }
    /// Makes sleeps end to the microsecond.
    package static func sleepExactly() { monotonic_sleep_exactly() }
    package static func sleep(_ nanoseconds: UInt64) { monotonic_sleep(nanoseconds) }
    package static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }
}
