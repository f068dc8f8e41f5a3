/// A token bucket in two numbers (the virtual scheduling of GCRA): when the next token would be there if none had been
/// saved, and how much may have been saved. Times in milliseconds.
package struct TokenBucket: Sendable, Equatable {
    /// Tokens a second; 0 is no limit.
    package var rate: Double
    /// Tokens that may be taken at once after a pause; at least 1.
    package var burst: Double
    private var nextAt: Double = -.infinity

    package init(rate: Double, burst: Double) {
        self.rate = rate
        self.burst = max(1, burst)
    }

    /// When a token is there.
    package func available(at now: Int64) -> Int64 {
        guard rate > 0 else { return now }
        let saved = (burst - 1) * 1000 / rate
        return max(now, Int64((nextAt - saved).rounded(.up).clampedToInt64))
    }

    /// Takes a token where one is there.
    package mutating func take(at now: Int64) -> Bool {
        guard available(at: now) <= now else { return false }
        if rate > 0 { nextAt = max(nextAt, Double(now)) + 1000 / rate }
        return true
    }

    /// Nothing is missing any more: the same as a new one.
    package func isFull(at now: Int64) -> Bool { rate <= 0 || nextAt <= Double(now) }
}

extension Double {
    fileprivate var clampedToInt64: Double { min(max(self, -9e15), 9e15) }
}
