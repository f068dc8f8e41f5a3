import SIPEngine
import Synchronization

/// The live bindings of every credential, in shards so that threads seldom meet.
final class LocationTable: Sendable {
    private static let shardCount = 64
    private let shards: [Shard]
    private let journal: BindingJournal?

    /// Without a journal bindings live in memory only.
    init(journal: BindingJournal?) {
        self.journal = journal
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    private final class Shard: Sendable {
        let state = Mutex(State())
    }

    struct Entry: Sendable {
        fileprivate(set) var created: Int64
        fileprivate(set) var set: BindingSet
        /// The second whose list names this entry; 0 before it has one.
        fileprivate var listed: UInt32 = 0

        fileprivate static let empty = Entry(created: 0, set: BindingSet())

        /// Takes the bindings over; whether the entry is on a list that comes up by `due` already.
        fileprivate mutating func keep(_ set: BindingSet, created: Int64, due: UInt32, swept: UInt32) -> Bool {
            (self.set, self.created) = (set, created)
            if listed > swept, listed <= due { return true }
            listed = due
            return false
        }
    }

    fileprivate struct State {
        var entries: [Int64: Entry] = [:]
        /// Who may expire in a second (of 1970). An entry that was refreshed since is found alive and listed anew, so that
        /// however often somebody refreshes, one list names them.
        var expiring: [UInt32: [Int64]] = [:]
        /// The second up to which everything expired is gone; 0 before the first time.
        var swept: UInt32 = 0
        var bindings = 0
    }

    /// What an update did.
    struct Update {
        let outcome: Registrar.Outcome
        let set: BindingSet
        /// The journal sequence that the answer must wait for; `nil` without a journal.
        let sequence: UInt64?
        /// The credential was deleted while the request was checked.
        let isGone: Bool
    }

    /// Runs `apply` on the bindings of a credential and records what it changed, all under the shard's lock, so that a
    /// deletion comes either before (`isStillLive` says so) or after and takes the bindings away.
    func update(
        _ identity: Identity, isStillLive: () -> Bool, _ apply: (inout BindingSet) -> Registrar.Outcome
    ) -> Update {
        shard(of: identity.id).state.withLock { state in
            var set = state.entries[identity.id]?.set ?? BindingSet()
            guard isStillLive() else {
                return Update(outcome: .unchanged, set: BindingSet(), sequence: nil, isGone: true)
            }
            let before = set.count
            let outcome = apply(&set)
            var sequence: UInt64?
            if case .changed = outcome {
                state.store(set, of: identity.id, created: identity.created, before: before)
                sequence = journal?.append(id: identity.id, created: identity.created, set: set)
            } else if case .unchanged = outcome {
                // A retransmission must not overtake the record of the request that it repeats.
                sequence = journal?.lastSequence
            }
            return Update(outcome: outcome, set: set, sequence: sequence, isGone: false)
        }
    }

    /// Takes bindings of a credential away: all, or those with that contact. Returns what went, and the journal sequence.
    func remove(id: Int64, contact: String? = nil) -> (removed: [RemovedBinding], sequence: UInt64?) {
        shard(of: id).state.withLock { state in
            guard let entry = state.entries[id] else { return ([], nil) }
            var kept = BindingSet()
            var removed: [RemovedBinding] = []
            entry.set.forEach { binding in
                let own = binding.string(binding.contact)
                if contact == nil || contact == own || contact == Redaction.uris(own) {
                    removed.append(RemovedBinding(contact: own, source: binding.source))
                } else {
                    kept.append(binding)
                }
            }
            guard !removed.isEmpty else { return ([], nil) }
            state.store(kept, of: id, created: entry.created, before: entry.set.count)
            return (removed, journal?.append(id: id, created: entry.created, set: kept))
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

    var count: Int { shards.reduce(0) { $0 + $1.state.withLock { $0.bindings } } }

    /// Lines of the lists of those who may expire.
    var listed: Int {
        shards.reduce(0) { $0 + $1.state.withLock { $0.expiring.values.reduce(0) { $0 + $1.count } } }
    }

    /// Calls `body` with every credential that has bindings, shard by shard, under the shard's lock.
    func forEach(_ body: (Int64, Entry) -> Void) {
        for shard in shards {
            shard.state.withLock { state in for (id, entry) in state.entries { body(id, entry) } }
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

extension LocationTable.State {
    mutating func store(_ set: BindingSet, of id: Int64, created: Int64, before: Int) {
        bindings += set.count - before
        guard let next = set.earliestExpiry else {
            entries[id] = nil
            return
        }
        // A second that was swept is not looked at again.
        let due = max(next, swept &+ 1)
        guard !entries[id, default: .empty].keep(set, created: created, due: due, swept: swept) else { return }
        // Who comes and goes all the time leaves one line a second, not one each time.
        if expiring[due]?.suffix(32).contains(id) == true { return }
        expiring[due, default: []].append(id)
    }

    /// Those who may expire up to `now`; the next call goes on from there.
    mutating func takeDue(to now: UInt32) -> [Int64] {
        guard now > swept else { return [] }
        let due = swept == 0 ? expiring.keys.filter { $0 <= now } : Array((swept + 1)...now)
        swept = now
        return due.flatMap { expiring.removeValue(forKey: $0) ?? [] }
    }

    mutating func dropExpired(_ id: Int64, now: UInt32, _ expired: (Int64, RemovedBinding) -> Void) {
        guard let entry = entries[id], let earliest = entry.set.earliestExpiry else { return }
        guard earliest <= now else {
            store(entry.set, of: id, created: entry.created, before: entry.set.count)
            return
        }
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
