/// Which part of a list is asked for, in the order of making.
package struct ListQuery: Sendable, Equatable {
    package var start: Start
    package var size: Int

    /// Where the part begins, by the number that the store gave to an item.
    package enum Start: Sendable, Equatable {
        case first
        case after(Int64)
        /// The part that ends before the item.
        case before(Int64)
    }

    package init(start: Start = .first, size: Int = 50) {
        self.start = start
        self.size = size
    }
}

/// Some items of a list, each with its place in it.
package struct ListPage<Item: Sendable>: Sendable {
    package let items: [Item]
    /// The places of the first and last item; `nil` for a page without any.
    package let bounds: ClosedRange<Int64>?
    /// Whether items stand behind the last one, and before the first.
    package let hasNext: Bool
    package let hasPrevious: Bool

    package init(items: [Item], bounds: ClosedRange<Int64>?, hasNext: Bool, hasPrevious: Bool) {
        self.items = items
        self.bounds = bounds
        self.hasNext = hasNext
        self.hasPrevious = hasPrevious
    }
}
