/// What calls cost at the carriers of an account that have costs of their own.
///
/// Every call throws `forbidden` for a caller whose role does not allow it.
package struct CarrierCosts: Sendable {
    let store: any ProvisioningStore

    /// Creates a cost, or stores nothing and returns `nil` where only a check is asked for.
    ///
    /// Throws every fault: what the dialect found (`faults`, by the model's names), `carrierReferenceUnknown`, shape.
    package func create(
        _ details: CarrierCostDetails, faults: [Fault] = [], onlyChecks: Bool = false, by caller: Caller
    ) async throws(ProvisioningError) -> CarrierCost? {
        try caller.requireChange()
        let shape = details.faults()
        return try await store.write { (store) throws(ProvisioningError) in
            var found = faults
            if !faults.contains(where: { $0.field == "carrier" }),
                try store.carrier(details.carrier, of: caller.account) == nil
            {
                found.append(Fault(.carrierReferenceUnknown, field: "carrier", values: ["\(details.carrier)"]))
            }
            let known = Set(found.map(\.field))
            try ProvisioningError.throwAny(found + shape.filter { !known.contains($0.field) })
            return onlyChecks ? nil : try store.insertCarrierCost(details, account: caller.account)
        }
    }

    /// Throws `carrierCostUnknown`.
    package func get(_ id: CarrierCostID, by caller: Caller) async throws(ProvisioningError) -> CarrierCost {
        try caller.requireChange()
        return try await store.read { (store) throws(ProvisioningError) in
            try store.requireCarrierCost(id, of: caller.account)
        }
    }

    /// Throws `carrierUnknown`.
    package func list(of carrier: CarrierID, by caller: Caller) async throws(ProvisioningError) -> [CarrierCost] {
        try caller.requireChange()
        return try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireCarrier(carrier, of: caller.account)
            return try store.carrierCosts(of: carrier, account: caller.account)
        }
    }

    /// Throws `carrierCostUnknown`.
    package func delete(_ id: CarrierCostID, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireCarrierCost(id, of: caller.account))
        }
    }
}

extension ProvisioningReader {
    /// Throws `carrierCostUnknown`.
    fileprivate func requireCarrierCost(_ id: CarrierCostID, of account: AccountID) throws(ProvisioningError)
        -> CarrierCost
    {
        guard let cost = try carrierCost(id, of: account) else {
            throw ProvisioningError(.carrierCostUnknown, field: "id", "\(id)")
        }
        return cost
    }
}

extension CarrierCostDetails {
    fileprivate func faults() -> [Fault] {
        var faults = called.faults()
        if description.length > 255 {
            faults.append(Fault(.textTooLong, field: "description", values: ["description", "255"]))
        } else if description.hasControls {
            faults.append(Fault(.valueInvalid, field: "description", values: ["description", description]))
        }
        let fits =
            callerMatch == .prefix
            ? callerPrefix.isDialable(upTo: 32) : callerPrefix.length <= 100 && !callerPrefix.hasControls
        if !fits {
            faults.append(Fault(.valueInvalid, field: "callerPrefix", values: ["callerPrefix", callerPrefix]))
        }
        if media == .message {
            faults.append(Fault(.valueInvalid, field: "media", values: ["media", media.rawValue]))
        }
        if hours.days.isEmpty || hours.days.contains(where: { !("1"..."7").contains($0) }) {
            faults.append(Fault(.valueInvalid, field: "days", values: ["days", hours.days]))
        }
        return faults
            + [
                Fault(outOf: 1...10, priority, field: "priority"),
                Fault(outOf: 0...86_400, includedSeconds, field: "included"),
                Fault(outOf: 1...86_400, increment, field: "increment"),
            ].compactMap(\.self)
    }
}
