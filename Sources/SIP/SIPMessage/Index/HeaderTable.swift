/// A header name of up to 24 bytes in small letters, packed for comparison in three steps.
struct PackedName: Equatable {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0

    static let capacity = 24
    /// Sets the bit that tells small letters from capitals; no other byte of a token becomes a letter or `-` by it.
    static let fold: UInt64 = 0x2020_2020_2020_2020

    @inline(__always)
    init(_ first: UInt64, _ second: UInt64, _ third: UInt64) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// Packs `count` bytes, at most 24, byte by byte.
    init(count: Int, byte: (Int) -> UInt8) {
        for offset in 0..<min(count, Self.capacity) {
            let value = UInt64(byte(offset) | 0x20) << UInt64((offset & 7) * 8)
            switch offset >> 3 {
            case 0: first |= value
            case 1: second |= value
            default: third |= value
            }
        }
    }

    @inline(__always)
    var slot: Int {
        let mixed = (first ^ (second &* 0x9E37_79B9_7F4A_7C15) ^ third) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> 56)
    }
}

/// The header names by their packed form, long and compact: a hash table with linear probing, three quarters empty.
private struct HeaderTable {
    var names = InlineArray<256, HeaderName>(repeating: .other)
    var keys = InlineArray<256, PackedName>(repeating: PackedName(0, 0, 0))

    init() {
        for name in HeaderName.allCases where name != .other {
            let text = name.text
            add(name, PackedName(count: text.utf8CodeUnitCount) { unsafe text.utf8Start[$0] })
            if let compact = name.compact { add(name, PackedName(UInt64(compact), 0, 0)) }
        }
    }

    private mutating func add(_ name: HeaderName, _ key: PackedName) {
        var slot = key.slot
        while names[slot] != .other { slot = (slot + 1) & 255 }
        names[slot] = name
        keys[slot] = key
    }
}

private let headerTable = HeaderTable()

extension HeaderName {
    /// The name with that packed form, or `.other`. The global is subscripted in place: as a method of the table this
    /// would copy the table.
    @inline(__always)
    init(_ key: PackedName) {
        var slot = key.slot
        while headerTable.names[slot] != .other {
            if headerTable.keys[slot] == key {
                self = headerTable.names[slot]
                return
            }
            slot = (slot &+ 1) & 255
        }
        self = .other
    }
}
