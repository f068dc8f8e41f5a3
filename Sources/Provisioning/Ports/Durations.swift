/// How long something took, counted in classes: a histogram as Prometheus has it, though the buckets are not cumulative.
package struct Durations: Sendable, Equatable, Codable {
    /// Upper bounds in seconds; the last bucket has none.
    package let bounds: [Double]
    package private(set) var buckets: [UInt64]
    package private(set) var sum = 0.0

    /// Of HTTP requests.
    package static let http = Durations(bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5])
    /// Of SIP requests, of which the first is repeated after half a second and the last waited for half a minute.
    package static let sip = Durations(bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

    private init(bounds: [Double]) {
        self.bounds = bounds
        buckets = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func observe(_ seconds: Double) {
        buckets[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        sum += seconds
    }

    /// Adds what was counted elsewhere under the same bounds.
    package mutating func add(_ other: Durations) {
        for (place, count) in other.buckets.enumerated() where buckets.indices.contains(place) {
            buckets[place] += count
        }
        sum += other.sum
    }
}
