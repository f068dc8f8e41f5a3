/// Counts durations in classes at most 1/32 of their value wide.
package struct Histogram {
    private var classes = [Int](repeating: 0, count: 64 * 32)
    package private(set) var count = 0

    package init() {}

    package mutating func add(_ nanoseconds: UInt64) {
        classes[Self.index(of: nanoseconds)] += 1
        count += 1
    }

    /// The duration in nanoseconds that a fraction of all stays at or under; nil when there are none.
    package func percentile(_ fraction: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let wanted = max(1, Int((Double(count) * fraction).rounded(.up)))
        var seen = 0
        for (index, number) in classes.enumerated() {
            seen += number
            if seen >= wanted { return Self.upperBound(of: index) }
        }
        return nil
    }

    private static func index(of value: UInt64) -> Int {
        guard value >= 32 else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - 5
        return (shift + 1) * 32 + Int(value >> UInt64(shift)) - 32
    }

    private static func upperBound(of index: Int) -> UInt64 {
        guard index >= 32 else { return UInt64(index) }
        let shift = UInt64(index / 32 - 1)
        return ((UInt64(index % 32) + 33) << shift) - 1
    }
}
