import Provisioning
import SIPEngine
import SIPTransport
import Synchronization

/// What outlives a stop or a crash: the leases, in a journal.
extension Registrations {
    /// Takes over what is provisioned, and the leases that the last run had; nothing is sent before `start`.
    ///
    /// Throws when the store or the journal cannot be read.
    func load(from store: any ProvisioningStore) async throws {
        var last: [Int64: LeaseRecord] = [:]
        try leases.replay { record in last[record.id] = record.set.bytes.isEmpty ? nil : record.set }
        let kept = last
        try await store.read { [self] reader throws(ProvisioningError) in
            for account in try reader.accounts() {
                let isFrozen = try reader.ledger(of: account.id)?.isFrozen ?? false
                let isActive = account.status == .active
                guard isFrozen || !isActive else { continue }
                for shard in shards {
                    shard.state.withLock { state in
                        if !isActive { state.suspended.insert(account.id.rawValue) }
                        if isFrozen { state.frozen.insert(account.id.rawValue) }
                    }
                }
            }
            try reader.forEachOutboundRegistration { registration, sealed in
                let lease = kept[registration.id.rawValue]?.lease
                shard(of: contacts.number(of: registration.id)).state.withLock { state in
                    _ = add(registration, sealed, lease: lease, &state)
                }
            }
        }
        results.start(store)
        leases.start(snapshot: { [weak self] body in self?.snapshot(body) })
    }

    /// Hands over every lease, some at a time: the shards are needed in between.
    private func snapshot(_ body: ([(Int64, LeaseRecord)]) -> Void) {
        for shard in shards {
            let numbers = shard.state.withLock { Array($0.carried.keys) }
            for start in stride(from: 0, to: numbers.count, by: 1000) {
                body(
                    shard.state.withLock { state in
                        numbers[start..<min(start + 1000, numbers.count)].compactMap { number in
                            state.carried[number].map { ($0.row.id.rawValue, LeaseRecord($0.machine.lease)) }
                        }
                    })
            }
        }
    }

    func keep(_ lease: RegistrationLease, of entry: CarriedRegistration) {
        _ = leases.append(id: entry.row.id.rawValue, created: 0, set: LeaseRecord(lease))
    }

    func forget(_ entry: CarriedRegistration) {
        _ = leases.append(id: entry.row.id.rawValue, created: 0, set: LeaseRecord())
    }
}
