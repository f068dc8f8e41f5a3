/// When a source has failed often enough to be answered with silence; times in seconds since 1970.
package struct BanPolicy: Sendable, Equatable {
    /// Failures within the window that bring a ban; 0 is never.
    package var failures: Int
    package var window: UInt32
    package var duration: UInt32
    /// Failing sources, and banned ones, that are remembered at the same time. Beyond it all failures are forgotten, and
    /// the ban that would end first.
    package var capacity: Int

    package init(failures: Int = 20, window: UInt32 = 60, duration: UInt32 = 600, capacity: Int = 65_536) {
        self.failures = failures
        self.window = window
        self.duration = duration
        self.capacity = capacity
    }
}

/// Counts the failures of sources and bans those with too many; an IPv6 source is its /64.
package struct SourceBans: Sendable {
    package let policy: BanPolicy
    private var failing: [Key: Failures] = [:]
    private var banned: [Key: Ban] = [:]
    /// The bans in the order in which they end; those before `next` and those that were lifted are over.
    private var endings: [(key: Key, until: UInt32)] = []
    private var next = 0
    private var sweptAt: UInt32?

    package init(policy: BanPolicy) { self.policy = policy }

    /// A source that gets silence.
    package struct Ban: Sendable, Equatable {
        package let source: SourceAddress
        package let reason: String
        package let failures: Int
        package let since: UInt32
        package let until: UInt32
    }

    package var count: Int { banned.count }

    package func isBanned(_ source: SourceAddress, now: UInt32) -> Bool {
        guard !banned.isEmpty, let ban = banned[Key(source)] else { return false }
        return ban.until > now
    }

    /// Notes a failed authentication; returns the ban when this one brought it.
    package mutating func failed(_ source: SourceAddress, reason: String, now: UInt32) -> Ban? {
        guard policy.failures > 0 else { return nil }
        let key = Key(source)
        var entry = failing[key] ?? Failures(count: 0, since: now)
        if now &- entry.since >= policy.window { entry = Failures(count: 0, since: now) }
        entry.count += 1
        guard entry.count >= policy.failures else {
            makeRoom(for: key, now: now)
            failing[key] = entry
            return nil
        }
        failing[key] = nil
        let ban = Ban(
            source: source, reason: reason, failures: entry.count, since: now, until: now &+ policy.duration)
        while banned.count >= policy.capacity, banned[key] == nil, next < endings.count { endNext() }
        banned[key] = ban
        endings.append((key, ban.until))
        return ban
    }

    /// Forgets the failures of a source that authenticated.
    package mutating func succeeded(_ source: SourceAddress) {
        guard !failing.isEmpty else { return }
        failing[Key(source)] = nil
    }

    /// Live bans, the latest first.
    package func bans(now: UInt32) -> [Ban] {
        banned.values.filter { $0.until > now }.sorted { $0.since > $1.since }
    }

    /// Lifts the bans of that address; whether there were any.
    package mutating func lift(host: String) -> Bool {
        let found = banned.filter { $0.value.source.host == host || $0.value.source.text == host }
        for key in found.keys { banned[key] = nil }
        if banned.isEmpty { (endings, next) = ([], 0) }
        return !found.isEmpty
    }

    /// Drops what is over.
    package mutating func sweep(now: UInt32) {
        sweptAt = now
        while next < endings.count, endings[next].until <= now { endNext() }
        for (key, entry) in failing where now &- entry.since >= policy.window { failing[key] = nil }
    }

    /// A flood from ever new sources must not make every failure a walk over the table.
    private mutating func makeRoom(for key: Key, now: UInt32) {
        guard failing.count >= policy.capacity, failing[key] == nil else { return }
        if sweptAt != now { sweep(now: now) }
        if failing.count >= policy.capacity { failing.removeAll(keepingCapacity: true) }
    }

    /// Drops the ban that ends first. Bans last equally long, so that is the first that was made.
    private mutating func endNext() {
        let ending = endings[next]
        if banned[ending.key]?.until == ending.until { banned[ending.key] = nil }
        next += 1
        if next > endings.count / 2 {
            endings.removeFirst(next)
            next = 0
        }
    }

    private struct Failures {
        var count: Int
        var since: UInt32
    }

    private struct Key: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ source: SourceAddress) {
            high = source.high
            low = source.isIPv4 ? source.low : 0
        }
    }
}
