import SIPEngine

/// Which targets are due for a keep-alive (RFC 5626 section 4.4); many registrations over one way share one.
///
/// A ring of seconds: a tick costs what is due, however many wait.
struct KeepAliveSchedule {
    private struct Kept {
        var users: Int
        var interval: Int
        var slot: Int
    }

    private var kept: [Target: Kept] = [:]
    private var ring: [[Target]]
    private var position = 0

    /// The longest interval, in seconds.
    static let longest = 600

    init() { ring = Array(repeating: [], count: Self.longest + 1) }

    var count: Int { kept.count }

    /// Notes one more user of the target; the shortest interval that was asked for holds.
    mutating func add(_ target: Target, every seconds: Int, using random: inout some RandomNumberGenerator) {
        let interval = min(max(1, seconds), Self.longest)
        if let old = kept[target] {
            kept[target]?.users += 1
            guard interval < old.interval else { return }
            kept[target]?.interval = interval
        } else {
            kept[target] = Kept(users: 1, interval: interval, slot: 0)
        }
        place(target, using: &random)
    }

    /// Ends one user's interest.
    mutating func remove(_ target: Target) {
        guard let users = kept[target]?.users else { return }
        if users > 1 { kept[target]?.users = users - 1 } else { kept[target] = nil }
    }

    /// Moves on by a second: who is due.
    mutating func tick(using random: inout some RandomNumberGenerator) -> [Target] {
        position = (position + 1) % ring.count
        let (slot, candidates) = (position, ring[position])
        ring[position] = []
        var due: [Target] = []
        // A target whose interval changed, or that went and came back, stands in other slots too.
        for target in candidates where kept[target]?.slot == slot {
            due.append(target)
            place(target, using: &random)
        }
        return due
    }

    /// At a random point of the last fifth of the interval (section 4.4.1), so that they spread.
    private mutating func place(_ target: Target, using random: inout some RandomNumberGenerator) {
        guard let interval = kept[target]?.interval else { return }
        let wait = Int.random(in: max(1, interval - interval / 5)...interval, using: &random)
        let slot = (position + wait) % ring.count
        kept[target]?.slot = slot
        ring[slot].append(target)
    }
}
