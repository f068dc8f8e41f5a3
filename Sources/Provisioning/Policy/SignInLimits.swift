/// How many passwords may be tried, and how many at once.
package struct SignInLimits: Sendable {
    /// Slow checks that run at the same time.
    package var checksAtOnce = 1
    /// Checks that may wait for their turn.
    package var waiting = 64
    /// Tries of one source (an IPv4 address, or the first half of an IPv6 one) within a window.
    package var triesOfSource = 20
    /// Tries for one name within a window, whoever makes them.
    package var triesForName = 60
    package var window: Duration = .seconds(60)

    package init() {}
}

/// Who tried how often of late; a try that succeeded does not count.
struct SignInTries {
    /// What is counted.
    enum Subject: Hashable {
        case name(String)
        case source(IPAddress)
    }

    private struct Count {
        var tries: Int
        let end: Duration
    }

    private let limits: SignInLimits
    private var counts: [Subject: Count] = [:]
    /// Most subjects that are remembered.
    private static let capacity = 8192

    init(limits: SignInLimits) { self.limits = limits }

    var count: Int { counts.count }

    /// Counts a try, or returns how long the subject that has none left must wait.
    mutating func begin(_ subjects: [Subject], at now: Duration) -> Duration? {
        let ends = subjects.compactMap { subject -> Duration? in
            guard let count = counts[subject], count.end > now, count.tries >= limit(of: subject) else { return nil }
            return count.end
        }
        if let end = ends.max() { return end - now }
        for subject in subjects { add(subject, at: now) }
        return nil
    }

    /// Takes a counted try back.
    mutating func takeBack(_ subjects: [Subject]) {
        for subject in subjects { counts[subject]?.tries -= 1 }
    }

    private mutating func add(_ subject: Subject, at now: Duration) {
        if let count = counts[subject], count.end > now {
            counts[subject]?.tries += 1
            return
        }
        if counts.count >= Self.capacity { makeRoom(at: now) }
        counts[subject] = Count(tries: 1, end: now + limits.window)
    }

    /// Forgets those whose window is over, and where that is not enough those who tried least.
    private mutating func makeRoom(at now: Duration) {
        counts = counts.filter { $0.value.end > now }
        var least = 1
        while counts.count >= Self.capacity {
            counts = counts.filter { $0.value.tries > least }
            least *= 2
        }
    }

    private func limit(of subject: Subject) -> Int {
        switch subject {
        case .name: limits.triesForName
        case .source: limits.triesOfSource
        }
    }
}

extension IPAddress {
    /// What one host is counted by: an IPv6 host chooses the second half of its address as it likes.
    var countedAsSource: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}
