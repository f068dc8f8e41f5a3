/// Finds slots by a byte name and the account it belongs to, without making a `String`.
///
/// Names hash with Swift's seeded hash, so nobody outside can aim at one bucket; slots with the same hash are chained by
/// the owner, which also compares the names.
struct NameTable {
    private var heads: [UInt64: UInt32] = [:]

    mutating func reserve(_ count: Int) { heads.reserveCapacity(count) }

    static func hash(_ account: Int64, _ name: Span<UInt8>) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(account)
        unsafe name.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The first slot of a chain.
    func head(_ hash: UInt64) -> UInt32? { heads[hash] }

    /// Makes a slot the first of its chain; returns the one that was.
    mutating func push(_ hash: UInt64, _ slot: UInt32) -> UInt32? {
        heads.updateValue(slot, forKey: hash)
    }

    mutating func setHead(_ hash: UInt64, _ slot: UInt32?) { heads[hash] = slot }
}
