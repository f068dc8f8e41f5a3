import Datagrams

/// What was counted of calls over a stretch of time.
struct Tally {
    /// Set up, and torn down.
    var completed = 0
    /// From the INVITE to its 200.
    var setUp = Histogram()
    private(set) var refusals: [Int: Int] = [:]
    /// Messages that came again, or had to be sent again.
    var repetitions = 0
    /// Calls given up.
    var lost = 0
    var unexpected = 0
    /// Messages of calls that are over.
    var late = 0

    mutating func refuse(_ status: Int) { refusals[status, default: 0] += 1 }

    /// Whether nothing failed.
    var isClean: Bool { refusals.isEmpty && lost == 0 && unexpected == 0 }
}
