/// The carriers of an account, where its calls leave for the telephone network.
///
/// Every change throws `forbidden` for a caller whose role does not allow it.
package struct Carriers: Sendable {
    let store: any ProvisioningStore
    let seal: Seal

    /// Throws every fault that creating the draft would be refused for, and stores nothing.
    package func check(_ draft: CarrierDraft, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        _ = try await store.read { (store) throws(ProvisioningError) in
            try store.requireCarrierDetails(draft, of: caller.account)
        }
    }

    /// Checks, naming every fault: what the dialect found, texts, what the carrier's kind needs, ranges, references.
    package func create(_ draft: CarrierDraft, by caller: Caller) async throws(ProvisioningError) -> Carrier {
        try caller.requireChange()
        return try await store.write { [seal] (store) throws(ProvisioningError) in
            let details = try store.requireCarrierDetails(draft, of: caller.account)
            return try store.insertCarrier(details, account: caller.account) { id in
                seal.sealed(draft.password, of: id, account: caller.account)
            }
        }
    }

    /// Changes a carrier to what `change` makes of it, or stores nothing where only a check is asked for.
    ///
    /// Throws `carrierUnknown`, then as on create.
    package func update(
        _ id: CarrierID, by caller: Caller, onlyChecks: Bool = false,
        _ change: @escaping @Sendable (CarrierDetails) -> CarrierDraft
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        guard !onlyChecks else {
            return try await store.read { (store) throws(ProvisioningError) in
                let carrier = try store.requireCarrier(id, of: caller.account)
                _ = try store.requireCarrierDetails(change(carrier.details), of: caller.account)
            }
        }
        try await store.write { [seal] (store) throws(ProvisioningError) in
            var carrier = try store.requireCarrier(id, of: caller.account)
            let draft = change(carrier.details)
            carrier.details = try store.requireCarrierDetails(draft, of: caller.account)
            if draft.password != nil {
                carrier.sealedPassword = seal.sealed(draft.password, of: id, account: caller.account)
            }
            try store.update(carrier)
        }
    }

    /// Throws `carrierUnknown`.
    package func get(_ id: CarrierID, by caller: Caller) async throws(ProvisioningError) -> Carrier {
        try await store.read { (store) throws(ProvisioningError) in try store.requireCarrier(id, of: caller.account) }
    }

    package func list(by caller: Caller) async throws(ProvisioningError) -> [Carrier] {
        try await store.read { (store) throws(ProvisioningError) in try store.carriers(of: caller.account) }
    }

    /// Throws `carrierUnknown`, `carrierInUse`.
    package func delete(_ id: CarrierID, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireCarrier(id, of: caller.account))
        }
    }

    /// The password to answer a carrier's challenge with, or `nil` where it has none or the key is another by now.
    package func password(of carrier: Carrier) -> Secret<String>? {
        carrier.sealedPassword.flatMap { seal.open($0, bound: .password(of: carrier.id, account: carrier.account)) }
    }
}

extension Seal {
    fileprivate func sealed(_ password: Secret<String>?, of carrier: CarrierID, account: AccountID) -> [UInt8]? {
        guard let password, !password.reveal().isEmpty else { return nil }
        return seal(password, bound: .password(of: carrier, account: account))
    }
}

extension Seal.Context {
    package static func password(of carrier: CarrierID, account: AccountID) -> Self {
        Self(.carrierPassword, account: account, row: carrier.rawValue)
    }
}

extension ProvisioningReader {
    /// Throws `carrierUnknown`.
    func requireCarrier(_ id: CarrierID, of account: AccountID) throws(ProvisioningError) -> Carrier {
        guard let carrier = try carrier(id, of: account) else {
            throw ProvisioningError(.carrierUnknown, field: "id", "\(id)")
        }
        return carrier
    }

    /// The details of a draft without faults, with its defaults.
    fileprivate func requireCarrierDetails(_ draft: CarrierDraft, of account: AccountID) throws(ProvisioningError)
        -> CarrierDetails
    {
        let rules = CarrierRules(account: account, dialPlans: try dialPlans(), currencies: try currencies())
        try ProvisioningError.throwAny(rules.faults(of: draft))
        return rules.completed(draft.details)
    }
}
