/// What was counted over a stretch of time.
struct Tally {
    /// Answers that ended a request, the wrong ones too.
    private(set) var answered = 0
    /// REGISTERs answered 200 with the phone's own Contact.
    var registrations = 0
    /// Answers that are not what the protocol says should come.
    var unexpected = 0
    /// Challenges that only say that the nonce is too old; the phone starts again with the new one.
    var stale = 0
    var retransmissions = 0
    /// Requests given up after all retransmissions.
    var lost = 0
    /// Datagrams that answer nothing that still waits.
    var late = 0
    private(set) var statuses: [Int: Int] = [:]
    private(set) var latency = Histogram()
    private var ok = 0
    private var challenged = 0

    /// Notes an answer and how many nanoseconds it took, from the request's first transmission.
    mutating func note(status: Int, after nanoseconds: UInt64) {
        answered += 1
        latency.add(nanoseconds)
        switch status {
        case 200: ok += 1
        case 401: challenged += 1
        default: statuses[status, default: 0] += 1
        }
    }

    /// How often each status came, in the order of the statuses.
    var counts: [(status: Int, count: Int)] {
        let all = statuses.merging([200: ok, 401: challenged], uniquingKeysWith: +)
        return all.sorted { $0.key < $1.key }.map { (status: $0.key, count: $0.value) }
    }

    /// Whether there was success and nothing else.
    var isClean: Bool { registrations > 0 && unexpected == 0 && lost == 0 }
}

/// Counts durations in classes at most 1/32 of their value wide.
struct Histogram {
    private var classes = [Int](repeating: 0, count: 64 * 32)
    private(set) var count = 0

    mutating func add(_ nanoseconds: UInt64) {
        classes[Self.index(of: nanoseconds)] += 1
        count += 1
    }

    /// The duration in nanoseconds that a fraction of all stays at or under; nil when there are none.
    func percentile(_ fraction: Double) -> UInt64? {
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
