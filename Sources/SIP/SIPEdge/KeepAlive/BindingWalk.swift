import SIPEngine

/// A walk over everything that is bound, a little at a time and again and again: no place is passed twice as fast as another.
struct BindingWalk {
    private var shard = LocationTable.shardCount - 1
    /// How far it is within the shard: of 1, and of its credentials.
    private var share = 1.0
    private var place = 0
    private var ids: [Int64] = []

    /// Credentials that are looked at under one lock.
    private static let handful = 256

    /// Goes on by a share of the whole way; what is bound there goes to `body` under the lock of its shard.
    mutating func advance(by way: Double, over table: LocationTable, _ body: (Binding) -> Void) {
        var left = way * Double(LocationTable.shardCount)
        while left > 0 {
            if share >= 1 { enterNext(table) }
            let step = min(left, 1 - share)
            left -= step
            // What the rounding leaves is no step.
            share = 1 - share - step < 1e-9 ? 1 : share + step
            visit(upTo: share >= 1 ? ids.count : Int(Double(ids.count) * share), table, body)
        }
    }

    private mutating func enterNext(_ table: LocationTable) {
        shard = (shard + 1) % LocationTable.shardCount
        (share, place, ids) = (0, 0, table.ids(inShard: shard))
    }

    private mutating func visit(upTo end: Int, _ table: LocationTable, _ body: (Binding) -> Void) {
        while place < end {
            let next = min(end, place + Self.handful)
            table.forEach(of: ids[place..<next], inShard: shard) { $0.forEach(body) }
            place = next
        }
    }
}
