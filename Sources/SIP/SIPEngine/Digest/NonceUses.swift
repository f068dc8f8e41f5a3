import Synchronization

/// The highest count seen with each of the latest nonces; fixed in size whatever happens.
///
/// Nonce numbers are handed out in sequence, so a number's place is its remainder and a slot says whose it is.
final class NonceUses: Sendable {
    private static let shards = 16
    private let slotsPerShard: Int
    private let locks: [Shard]

    init(capacity: Int) {
        slotsPerShard = max(1, capacity / Self.shards)
        let slots = slotsPerShard
        locks = (0..<Self.shards).map { _ in Shard(slots: slots) }
    }

    /// Whether the count is new for that nonce; a nonce that fell out of the window has none left.
    func take(count: UInt32, of number: UInt32, latest: UInt32) -> Bool {
        guard count > 0, Int(latest &- number) < slotsPerShard * Self.shards else { return false }
        let shard = locks[Int(number) % Self.shards]
        let place = Int(number) / Self.shards % slotsPerShard
        return shard.slots.withLock { slots in
            let slot = slots[place]
            let owner = UInt32(truncatingIfNeeded: slot >> 32)
            let highest = UInt32(truncatingIfNeeded: slot)
            guard owner != number || count > highest else { return false }
            slots[place] = UInt64(number) << 32 | UInt64(count)
            return true
        }
    }

    private final class Shard: Sendable {
        let slots: Mutex<[UInt64]>

        init(slots count: Int) { slots = Mutex([UInt64](repeating: 0, count: count)) }
    }
}
