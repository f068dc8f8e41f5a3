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

    // An entry is written where it ends up, and each that makes room for it once: of all this costs, most is `places`.

    @inlinable mutating func rise(_ start: Int) {
        let entry = entries[start]
        var place = start
        while place > 0, entry.at < entries[(place - 1) / 2].at {
            put(entries[(place - 1) / 2], at: place)
            place = (place - 1) / 2
        }
        put(entry, at: place)
    }

    @inlinable mutating func sink(_ start: Int) {
        let entry = entries[start]
        var place = start
        while 2 * place + 1 < entries.count {
            var child = 2 * place + 1
            if child + 1 < entries.count, entries[child + 1].at < entries[child].at { child += 1 }
            guard entries[child].at < entry.at else { break }
            put(entries[child], at: place)
            place = child
        }
        put(entry, at: place)
    }

    @inlinable mutating func put(_ entry: Entry, at place: Int) {
        entries[place] = entry
        places[entry.key] = place
    }
}
