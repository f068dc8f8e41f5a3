import SIPEngine
import Synchronization

/// The live bindings of every credential, in shards so that threads seldom meet.
final class LocationTable: Sendable {
    static let shardCount = 64
    private let shards: [Shard]
    private let journal: BindingJournal?

    /// Without a journal bindings live in memory only. `presence` is told which credential has its first binding, or
    /// lost its last; it must not block.
    init(journal: BindingJournal?, presence: (@Sendable (Int64) -> Void)? = nil) {
        self.journal = journal
        shards = (0..<Self.shardCount).map { _ in Shard(presence) }
    }

    private final class Shard: Sendable {
        let state: Mutex<State>

        init(_ presence: (@Sendable (Int64) -> Void)?) { state = Mutex(State(presence: presence)) }
    }

    struct Entry: Sendable {
        let created: Int64
        var set: BindingSet
        /// The second in which it is looked at, not after its first binding expires.
        var listed: UInt32 = 0
    }

    fileprivate struct State {
        var entries: [Int64: Entry] = [:]
        /// Who may expire in a second (of 1970); an entry that was refreshed since is found alive and listed anew, so that a
        /// phone that refreshes often stands here once and not once for every refresh.
        var expiring: [UInt32: [Int64]] = [:]
        /// The second up to which everything expired is gone; 0 before the first time.
        var swept: UInt32 = 0
        var bindings = 0
        let presence: (@Sendable (Int64) -> Void)?
    }

    /// What an update did.
    struct Update {
        let outcome: Registrar.Outcome
        let set: BindingSet
        /// The journal sequence that the answer must wait for; `nil` without a journal.
        let sequence: UInt64?
        /// Whether it was carried out at all.
        let verdict: Verdict

        var isGone: Bool { verdict == .gone }

        enum Verdict {
            case done
            /// The credential was deleted while the request was checked, or its account is stopped.
            case gone
            /// The journal takes nothing: the bindings are as they were.
            case notKept
        }
    }

    /// Runs `apply` on the bindings of a credential and records what it changed, all under the shard's lock, so that a
    /// deletion comes either before (`isStillLive` says so) or after and takes the bindings away.
    func update(
        _ identity: Identity, isStillLive: () -> Bool, _ apply: (inout BindingSet) -> Registrar.Outcome
    ) -> Update {
        shard(of: identity.id).state.withLock { state in
            var set = state.entries[identity.id]?.set ?? BindingSet()
            guard isStillLive() else {
                return Update(outcome: .unchanged, set: BindingSet(), sequence: nil, verdict: .gone)
            }
            let before = set
            let outcome = apply(&set)
            var sequence: UInt64?
            if case .changed = outcome {
                if let journal {
                    sequence = journal.append(id: identity.id, created: identity.created, set: set, before: before)
                    guard sequence != nil else {
                        return Update(outcome: .unchanged, set: before, sequence: nil, verdict: .notKept)
                    }
                }
                state.store(set, of: identity.id, created: identity.created, before: before.count)
            } else if case .unchanged = outcome {
                // A retransmission must not overtake the record of the request that it repeats.
                sequence = journal?.lastSequence
            }
            return Update(outcome: outcome, set: set, sequence: sequence, verdict: .done)
        }
    }

    /// Takes bindings of a credential away: all, or those with that contact. Returns what went, and the journal sequence;
    /// `nil` when the journal takes nothing, and the bindings are as they were.
    func remove(id: Int64, contact: String? = nil) -> (removed: [RemovedBinding], sequence: UInt64?)? {
        shard(of: id).state.withLock { state in
            guard let entry = state.entries[id] else { return ([], nil) }
            let (kept, removed) = entry.set.removing(contact)
            guard !removed.isEmpty else { return ([], nil) }
            var sequence: UInt64?
            if let journal {
                sequence = journal.append(id: id, created: entry.created, set: kept, before: entry.set)
                guard sequence != nil else { return nil }
            }
            state.store(kept, of: id, created: entry.created, before: entry.set.count)
            return (removed, sequence)
        }
    }

    /// Takes all bindings of a credential away that is deleted, or whose account is stopped, whether or not the journal takes
    /// a record: a replay leaves out those of a credential that is gone.
    func revoke(id: Int64) -> [RemovedBinding] {
        shard(of: id).state.withLock { state in
            guard let entry = state.entries[id] else { return [] }
            _ = journal?.append(id: id, created: entry.created, set: BindingSet(), before: entry.set)
            state.store(BindingSet(), of: id, created: entry.created, before: entry.set.count)
            return entry.set.removing(nil).removed
        }
    }

    /// Puts back what a credential had before a record that could not be kept, unless it was deleted meanwhile.
    func undo(_ record: BindingJournal.Undo, isStillLive: () -> Bool) {
        shard(of: record.id).state.withLock { state in
            guard isStillLive() else { return }
            state.store(
                record.set, of: record.id, created: record.created, before: state.entries[record.id]?.set.count ?? 0)
        }
    }

    /// Puts back what the journal kept, but for what expired in the meantime.
    func restore(id: Int64, created: Int64, set: BindingSet, now: UInt32) {
        var live = BindingSet()
        set.forEach { if $0.expiresAt > now { live.append($0) } }
        shard(of: id).state.withLock { state in
            state.store(live, of: id, created: created, before: state.entries[id]?.set.count ?? 0)
        }
    }

    func bindings(of id: Int64) -> BindingSet {
        shard(of: id).state.withLock { $0.entries[id]?.set ?? BindingSet() }
    }

    /// Whether the credential has a binding.
    func isSignedIn(_ id: Int64) -> Bool { shard(of: id).state.withLock { $0.entries[id] != nil } }

    var count: Int { shards.reduce(0) { $0 + $1.state.withLock { $0.bindings } } }

    /// How often credentials are listed to be looked at.
    var listings: Int {
        shards.reduce(0) { sum, shard in sum + shard.state.withLock { $0.expiring.values.reduce(0) { $0 + $1.count } } }
    }

    /// Calls `body` with every credential that has bindings, shard by shard, under the shard's lock.
    func forEach(_ body: (Int64, Entry) -> Void) {
        for shard in shards {
            shard.state.withLock { state in for (id, entry) in state.entries { body(id, entry) } }
        }
    }

    /// The credentials that have bindings in one of the shards, in no order.
    func ids(inShard shard: Int) -> [Int64] { shards[shard].state.withLock { Array($0.entries.keys) } }

    /// Calls `body` under the lock of a shard with what some of its credentials have.
    func forEach(of ids: ArraySlice<Int64>, inShard shard: Int, _ body: (BindingSet) -> Void) {
        shards[shard].state.withLock { state in
            for id in ids { if let entry = state.entries[id] { body(entry.set) } }
        }
    }

    /// Copies each shard's entries in turn.
    func snapshot(_ body: ([(Int64, Entry)]) -> Void) {
        for shard in shards { body(shard.state.withLock { state in state.entries.map { ($0.key, $0.value) } }) }
    }

    /// Drops what expired up to `now`, a second since 1970.
    ///
    /// The journal needs no record: expiries are absolute.
    func expire(to now: UInt32, _ expired: (Int64, RemovedBinding) -> Void) {
        for shard in shards {
            shard.state.withLock { state in
                for id in state.takeDue(to: now) { state.dropExpired(id, now: now, expired) }
            }
        }
    }

    private func shard(of id: Int64) -> Shard { shards[Int(truncatingIfNeeded: id) & (Self.shardCount - 1)] }
}

/// A binding that ended.
struct RemovedBinding: Sendable {
    let contact: String
    let source: SourceAddress
}

extension BindingSet {
    /// The set without its bindings to a contact, or without any.
    fileprivate func removing(_ contact: String?) -> (kept: BindingSet, removed: [RemovedBinding]) {
        var kept = BindingSet()
        var removed: [RemovedBinding] = []
        forEach { binding in
            let own = binding.string(binding.contact)
            if contact == nil || contact == own || contact == Redaction.uris(own) {
                removed.append(RemovedBinding(contact: own, source: binding.source))
            } else {
                kept.append(binding)
            }
        }
        return (kept, removed)
    }
}

extension LocationTable.State {
    mutating func store(_ set: BindingSet, of id: Int64, created: Int64, before: Int) {
        let count = set.count
        bindings += count - before
        if (count == 0) != (before == 0) { presence?(id) }
        guard let next = set.earliestExpiry else {
            entries[id] = nil
            return
        }
        // A second that was swept is not looked at again.
        let due = max(next, swept &+ 1)
        var listed = entries[id]?.listed ?? 0
        if listed <= swept || listed > due {
            listed = due
            // Who comes and goes all the time leaves one line a second, not one each time.
            if expiring[due]?.suffix(32).contains(id) != true { expiring[due, default: []].append(id) }
        }
        entries[id] = LocationTable.Entry(created: created, set: set, listed: listed)
    }

    /// Those who may expire up to `now`; the next call goes on from there.
    mutating func takeDue(to now: UInt32) -> [Int64] {
        guard now > swept else { return [] }
        let due = swept == 0 ? expiring.keys.filter { $0 <= now } : Array((swept + 1)...now)
        swept = now
        return due.flatMap { expiring.removeValue(forKey: $0) ?? [] }
    }

    mutating func dropExpired(_ id: Int64, now: UInt32, _ expired: (Int64, RemovedBinding) -> Void) {
        // Listed later by now, because it went and came back: that is when it is looked at.
        guard let entry = entries[id], entry.listed <= now else { return }
        var kept = BindingSet()
        entry.set.forEach { binding in
            if binding.expiresAt > now {
                kept.append(binding)
            } else {
                expired(id, RemovedBinding(contact: binding.string(binding.contact), source: binding.source))
            }
        }
        store(kept, of: id, created: entry.created, before: entry.set.count)
    }
}
