import SIPEngine

/// Which targets are due for a keep-alive (RFC 5626 section 4.4); many registrations over one way share one.
///
/// A ring of seconds: a tick costs what is due, however many wait.
struct KeepAliveSchedule {
    private struct Kept {
        var users: Int
        var interval: Int
        var slot: Int
        /// By a STUN binding request instead of CR LF CR LF, with the one that is to be answered, and what the other side
        /// saw of us last.
        var isSTUN = false
        var binding: STUNBinding?
        var mapped: SourceAddress?
    }

    private var kept: [Target: Kept] = [:]
    private var ring: [[Target]]
    private var position = 0

    /// CR LF CR LF.
    static let ping: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    /// The longest interval, in seconds.
    static let longest = 600

    init() { ring = Array(repeating: [], count: Self.longest + 1) }

    var count: Int { kept.count }

    /// Notes one more user of the target; the shortest interval that was asked for holds, and STUN where one asks for it.
    mutating func add(
        _ target: Target, every seconds: Int, bySTUN isSTUN: Bool = false,
        using random: inout some RandomNumberGenerator
    ) {
        let interval = min(max(1, seconds), Self.longest)
        defer { if isSTUN { kept[target]?.isSTUN = true } }
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

    /// What keeps the target's way open this time.
    mutating func ping(_ target: Target, using random: inout some RandomNumberGenerator) -> [UInt8] {
        guard kept[target]?.isSTUN ?? false else { return Self.ping }
        let binding = STUNBinding(using: &random)
        kept[target]?.binding = binding
        return binding.request
    }

    /// Takes what may answer a binding request; whether it says that we have another address than before.
    mutating func answer(_ bytes: Span<UInt8>, from target: Target) -> Bool {
        guard let known = kept[target], let mapped = known.binding?.mappedAddress(in: bytes) else { return false }
        kept[target]?.binding = nil
        kept[target]?.mapped = mapped
        return known.mapped.map { $0 != mapped } ?? false
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
