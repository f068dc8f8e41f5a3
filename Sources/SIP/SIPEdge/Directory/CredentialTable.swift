import SIPEngine

/// Every credential of the installation, found by account and name.
struct CredentialTable {
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var byName = NameTable()
    /// By the part before the first `@`, for names that have one.
    private var byBareName = NameTable()
    private var realms: [[UInt8]] = []
    private var realmNumbers: [[UInt8]: Int] = [:]
    private var slotOfID: [Int64: UInt32] = [:]

    private struct Slot {
        var id: Int64
        var account: Int64
        var created: Int64
        var name: [UInt8]
        var realm: Int
        var secrets: DigestSecrets
        var next: UInt32?
        var nextBare: UInt32?
    }

    var count: Int { slotOfID.count }

    /// Makes room for that many, so that a start does not grow every table over and over.
    mutating func reserve(_ count: Int) {
        slots.reserveCapacity(count)
        slotOfID.reserveCapacity(count)
        byName.reserve(count)
    }

    /// Adds a credential, or replaces the one with its id.
    mutating func set(
        id: Int64, account: Int64, created: Int64, name: [UInt8], realm: [UInt8], secrets: DigestSecrets
    ) {
        if let known = slotOfID[id] {
            if slots[Int(known)].name == name, slots[Int(known)].account == account {
                let realm = number(of: realm)
                slots[Int(known)].realm = realm
                slots[Int(known)].secrets = secrets
                return
            }
            remove(id: id)
        }
        let slot = free.popLast() ?? UInt32(slots.count)
        var entry = Slot(
            id: id, account: account, created: created, name: name, realm: number(of: realm), secrets: secrets,
            next: nil, nextBare: nil)
        entry.next = byName.push(NameTable.hash(account, name.span), slot)
        if let bare = Self.bareLength(of: name) {
            entry.nextBare = byBareName.push(NameTable.hash(account, name.span.extracting(first: bare)), slot)
        }
        if Int(slot) == slots.count { slots.append(entry) } else { slots[Int(slot)] = entry }
        slotOfID[id] = slot
    }

    mutating func remove(id: Int64) {
        guard let slot = slotOfID.removeValue(forKey: id) else { return }
        let entry = slots[Int(slot)]
        let hash = NameTable.hash(entry.account, entry.name.span)
        byName.setHead(hash, unlink(slot, from: byName.head(hash), next: \.next))
        if let bare = Self.bareLength(of: entry.name) {
            let hash = NameTable.hash(entry.account, entry.name.span.extracting(first: bare))
            byBareName.setHead(hash, unlink(slot, from: byBareName.head(hash), next: \.nextBare))
        }
        slots[Int(slot)] = Slot(
            id: 0, account: 0, created: 0, name: [], realm: 0, secrets: DigestSecrets(), next: nil, nextBare: nil)
        free.append(slot)
    }

    /// How many places there are, taken or free.
    var slotCount: Int { slots.count }

    /// Removes those of an account that stand in some of the places.
    mutating func removeAll(of account: Int64, in places: Range<Int>) {
        for slot in places.clamped(to: slots.indices) where slots[slot].account == account {
            remove(id: slots[slot].id)
        }
    }

    func isLive(id: Int64, slot: Int) -> Bool { slots[slot].id == id }

    func identity(id: Int64) -> Identity? { slotOfID[id].map { identity(at: $0) } }

    /// The credential of that name, that of `realm` first where the account has it in several.
    func find(_ name: Span<UInt8>, account: Int64, realm: [UInt8]) -> Identity? {
        var found: UInt32?
        var next = byName.head(NameTable.hash(account, name))
        while let slot = next {
            // Read where it stands: copying the entry would touch the counts of everything it holds.
            if slots[Int(slot)].account == account, name.holdsSame(as: slots[Int(slot)].name) {
                if realms[slots[Int(slot)].realm] == realm { return identity(at: slot) }
                found = found ?? slot
            }
            next = slots[Int(slot)].next
        }
        return found.map { identity(at: $0) }
    }

    /// The one credential whose name before the `@` is this; `nil` when there are several.
    func findUnambiguous(_ bareName: Span<UInt8>, account: Int64) -> Identity? {
        var found: UInt32?
        var next = byBareName.head(NameTable.hash(account, bareName))
        while let slot = next {
            let entry = slots[Int(slot)]
            if entry.account == account, let bare = Self.bareLength(of: entry.name),
                entry.name.span.extracting(first: bare).holdsSame(as: bareName)
            {
                guard found == nil else { return nil }
                found = slot
            }
            next = entry.nextBare
        }
        return found.map { identity(at: $0) }
    }

    /// The credential with that canonical AOR.
    func identity(aor: String) -> Identity? {
        for slot in slotOfID.values {
            let identity = identity(at: slot)
            if identity.aor == aor { return identity }
        }
        return nil
    }

    /// Credentials whose name or AOR holds the text, at most `limit`.
    func search(_ text: String, limit: Int) -> [Identity] {
        var found: [Identity] = []
        for slot in slotOfID.values where found.count < limit {
            let identity = identity(at: slot)
            if identity.aor.contains(text) { found.append(identity) }
        }
        return found
    }

    private func identity(at slot: UInt32) -> Identity {
        let entry = slots[Int(slot)]
        return Identity(
            id: entry.id, account: entry.account, created: entry.created, name: entry.name,
            realm: realms[entry.realm], secrets: entry.secrets, slot: Int(slot))
    }

    /// Takes a slot out of its chain; returns the chain's first slot.
    private mutating func unlink(
        _ slot: UInt32, from head: UInt32?, next: WritableKeyPath<Slot, UInt32?>
    ) -> UInt32? {
        if head == slot { return slots[Int(slot)][keyPath: next] }
        var current = head
        while let place = current {
            if slots[Int(place)][keyPath: next] == slot {
                slots[Int(place)][keyPath: next] = slots[Int(slot)][keyPath: next]
                return head
            }
            current = slots[Int(place)][keyPath: next]
        }
        return head
    }

    private mutating func number(of realm: [UInt8]) -> Int {
        if let known = realmNumbers[realm] { return known }
        realms.append(realm)
        realmNumbers[realm] = realms.count - 1
        return realms.count - 1
    }

    /// How many bytes stand before the first `@`; `nil` without one.
    static func bareLength(of name: [UInt8]) -> Int? { name.firstIndex(of: 0x40) }
}

extension Span where Element == UInt8 {
    func holdsSame(as other: [UInt8]) -> Bool { holdsSame(as: other.span) }

    func holdsSame(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
