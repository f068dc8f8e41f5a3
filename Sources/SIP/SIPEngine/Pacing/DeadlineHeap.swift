/// Deadlines by key, the earliest first: a binary heap that can move and remove any entry in logarithmic time.
///
/// Inlinable throughout: without its key's type known, a fifth of a start's time went into asking for that.
package struct DeadlineHeap<Key: Hashable & Sendable>: Sendable {
    @usableFromInline var entries: [Entry] = []
    @usableFromInline var places: [Key: Int] = [:]

    package struct Entry: Sendable {
        package let at: Int64
        package let key: Key

        @inlinable init(at: Int64, key: Key) {
            self.at = at
            self.key = key
        }
    }

    @inlinable package init() {}

    @inlinable package var isEmpty: Bool { entries.isEmpty }
    @inlinable package var count: Int { entries.count }
    @inlinable package var first: Entry? { entries.first }

    @inlinable package subscript(key: Key) -> Int64? { places[key].map { entries[$0].at } }

    /// Sets, moves, or with nil removes the deadline of a key.
    @inlinable package mutating func set(_ key: Key, at time: Int64?) {
        guard let time else { return remove(key) }
        guard let place = places[key] else {
            entries.append(Entry(at: time, key: key))
            places[key] = entries.count - 1
            return rise(entries.count - 1)
        }
        let before = entries[place].at
        guard before != time else { return }
        entries[place] = Entry(at: time, key: key)
        if time < before { rise(place) } else { sink(place) }
    }

    @inlinable package mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        let last = entries.removeLast()
        guard place < entries.count else { return }
        let before = entries[place].at
        entries[place] = last
        places[last.key] = place
        if last.at < before { rise(place) } else { sink(place) }
    }

    /// Takes out the earliest where it is due.
    @inlinable package mutating func removeFirst(dueAt now: Int64) -> Key? {
        guard let first, first.at <= now else { return nil }
        remove(first.key)
        return first.key
    }

    /// In no order.
    @inlinable package func forEach(_ body: (Entry) -> Void) { entries.forEach(body) }

    @inlinable mutating func rise(_ start: Int) {
        var place = start
        while place > 0, entries[place].at < entries[(place - 1) / 2].at {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    @inlinable mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count {
                if entries[child].at < entries[least].at { least = child }
            }
            guard least != place else { return }
            swap(place, least)
            place = least
        }
    }

    @inlinable mutating func swap(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        places[entries[left].key] = left
        places[entries[right].key] = right
    }
}
