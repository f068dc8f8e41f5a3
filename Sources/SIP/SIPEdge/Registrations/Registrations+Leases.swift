import Provisioning
import SIPEngine
import Synchronization

/// What outlives a stop or a crash.
extension Registrations {
    /// Takes over what is provisioned; nothing is sent before `start`.
    func load(from store: any ProvisioningStore) async throws {
        results.start(store)
        try await store.read { [self] reader throws(ProvisioningError) in
            for account in try reader.accounts() {
                let isFrozen = try reader.ledger(of: account.id)?.isFrozen ?? false
                for shard in shards {
                    shard.state.withLock { state in
                        if account.status != .active { state.suspended.insert(account.id.rawValue) }
                        if isFrozen { state.frozen.insert(account.id.rawValue) }
                    }
                }
            }
            try reader.forEachOutboundRegistration { registration, sealed in
                let number = contacts.number(of: registration.id)
                shard(of: number).state.withLock { state in
                    _ = add(registration, sealed, lease: nil, &state)
                }
            }
        }
    }

    func keep(_ lease: RegistrationLease, of entry: CarriedRegistration) {}

    func forget(_ entry: CarriedRegistration) {}
}
