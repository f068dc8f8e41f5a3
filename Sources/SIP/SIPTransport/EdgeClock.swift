#if canImport(Glibc)
    import Glibc
#endif

/// The wall clock as it stood at the start, moved on by the monotonic one: a clock that is set does not move it.
package struct EdgeClock: Sendable {
    /// Milliseconds since 1970 on this clock's scale, which everything that lives for a time is measured on.
    package let now: @Sendable () -> Int64
    /// Milliseconds since 1970 as the machine's wall clock shows them now: for people and for the Date header.
    package let wall: @Sendable () -> Int64
    /// What ties this clock's scale to the machine's uptime; `nil` when the platform does not say.
    package let anchor: ClockAnchor?

    package init(
        now: @escaping @Sendable () -> Int64, wall: (@Sendable () -> Int64)? = nil, anchor: ClockAnchor? = nil
    ) {
        self.now = now
        self.wall = wall ?? now
        self.anchor = anchor
    }

    /// What the wall clock was set by since the start, in milliseconds: whole seconds, so that reading two clocks one after
    /// the other, or a clock that is slewed, moves nothing. Added to a moment of this clock it is what people should see.
    package var shift: Int64 { ClockAnchor.rounded(wall() - now()) * 1000 }

    /// The machine's clocks.
    package static func system() -> EdgeClock {
        let offset = read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME)
        return EdgeClock(
            now: { (offset + read(CLOCK_BOOTTIME)) / 1_000_000 }, wall: { read(CLOCK_REALTIME) / 1_000_000 },
            anchor: ClockAnchor.boot().map { ClockAnchor(boot: $0, offset: offset / 1_000_000) })
    }

    /// In nanoseconds: whole milliseconds would let the sum of two be one off.
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A clock's scale in terms of the machine's uptime, so that a later process can translate times that were written on it.
package struct ClockAnchor: Sendable, Equatable {
    /// Names the boot that the uptime counts from.
    package let boot: [UInt8]
    /// Milliseconds between the uptime and the scale.
    package let offset: Int64

    /// Bytes of a boot's name.
    package static let bootLength = 16

    package init(boot: [UInt8], offset: Int64) {
        self.boot = boot
        self.offset = offset
    }

    /// Seconds to add to a time that was written on `other`'s scale; 0 across boots, where only the wall clock is left.
    package func seconds(after other: ClockAnchor) -> Int64 {
        guard boot == other.boot else { return 0 }
        return Self.rounded(offset - other.offset)
    }

    /// Milliseconds to the nearest second.
    fileprivate static func rounded(_ milliseconds: Int64) -> Int64 {
        (milliseconds + (milliseconds < 0 ? -500 : 500)) / 1000
    }

    /// The name of this boot, as Linux gives it: a UUID in hex digits.
    static func boot() -> [UInt8]? {
        guard let file = unsafe fopen("/proc/sys/kernel/random/boot_id", "re") else { return nil }
        defer { unsafe fclose(file) }
        var digits: [UInt8] = []
        while case let character = unsafe fgetc(file), character != EOF, digits.count < bootLength * 2 {
            if let digit = UInt8(exactly: character).flatMap(Character.init(byte:))?.hexDigitValue {
                digits.append(UInt8(digit))
            }
        }
        guard digits.count == bootLength * 2 else { return nil }
        return (0..<bootLength).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }
}

extension Character {
    fileprivate init(byte: UInt8) { self.init(Unicode.Scalar(byte)) }
}
