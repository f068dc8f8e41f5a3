/// The routes of an account's calls to its carriers.
///
/// Every change throws `forbidden` for a caller whose role does not allow it.
package struct CarrierRoutes: Sendable {
    let store: any ProvisioningStore

    /// What a caller wants a route to be, and what its dialect found wrong with that.
    package struct Draft: Sendable {
        package var details: CarrierRouteDetails
        /// By the model's names of fields; such a field of `details` means nothing.
        package var faults: [Fault]

        package init(details: CarrierRouteDetails, faults: [Fault] = []) {
            self.details = details
            self.faults = faults
        }
    }

    /// Creates a route, or stores nothing and returns `nil` where only a check is asked for.
    ///
    /// Throws every fault of the fields and `carrierReferenceUnknown` for each carrier named; then
    /// `routeProductMissing`.
    package func create(_ draft: Draft, onlyChecks: Bool = false, by caller: Caller) async throws(ProvisioningError)
        -> CarrierRoute?
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            try store.requireRouteDetails(draft, of: caller.account)
            return onlyChecks ? nil : try store.insertCarrierRoute(draft.details, account: caller.account)
        }
    }

    /// Throws `carrierRouteUnknown`, then as on create.
    package func update(
        _ id: CarrierRouteID, by caller: Caller, onlyChecks: Bool = false,
        _ change: @escaping @Sendable (CarrierRouteDetails) -> Draft
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            var route = try store.requireCarrierRoute(id, of: caller.account)
            let draft = change(route.details)
            try store.requireRouteDetails(draft, of: caller.account)
            route.details = draft.details
            if !onlyChecks { try store.update(route) }
        }
    }

    /// Throws `carrierRouteUnknown`.
    package func get(_ id: CarrierRouteID, by caller: Caller) async throws(ProvisioningError) -> CarrierRoute {
        try await store.read { (store) throws(ProvisioningError) in
            try store.requireCarrierRoute(id, of: caller.account)
        }
    }

    package func list(by caller: Caller) async throws(ProvisioningError) -> [CarrierRoute] {
        try await store.read { (store) throws(ProvisioningError) in try store.carrierRoutes(of: caller.account) }
    }

    /// Throws `carrierRouteUnknown`.
    package func delete(_ id: CarrierRouteID, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireCarrierRoute(id, of: caller.account))
        }
    }
}

extension ProvisioningReader {
    /// Throws `carrierRouteUnknown`.
    fileprivate func requireCarrierRoute(_ id: CarrierRouteID, of account: AccountID) throws(ProvisioningError)
        -> CarrierRoute
    {
        guard let route = try carrierRoute(id, of: account) else {
            throw ProvisioningError(.carrierRouteUnknown, field: "id", "\(id)")
        }
        return route
    }

    fileprivate func requireRouteDetails(_ draft: CarrierRoutes.Draft, of account: AccountID)
        throws(ProvisioningError)
    {
        let details = draft.details
        var found = draft.faults
        var known = Set(found.map(\.field))
        for fault in try details.faults() + unknownCarriers(of: details, account: account)
        where known.insert(fault.field).inserted { found.append(fault) }
        try ProvisioningError.throwAny(found)
        let feature = details.media == .message ? ProductFeature.messaging : .termination
        guard try requireAccount(account).features.contains(feature) else {
            throw ProvisioningError(.routeProductMissing, "\(account)", feature.rawValue)
        }
    }

    private func unknownCarriers(of details: CarrierRouteDetails, account: AccountID) throws(ProvisioningError)
        -> [Fault]
    {
        var named = details.choices.enumerated().compactMap { place, choice in
            choice.carrier.map { (field: "choice\(place + 1)", carrier: $0) }
        }
        if let copied = details.copiesCostsOf { named.append((field: "copiesCostsOf", carrier: copied)) }
        var faults: [Fault] = []
        for (field, id) in named where try carrier(id, of: account) == nil {
            faults.append(Fault(.carrierReferenceUnknown, field: field, values: ["\(id)"]))
        }
        return faults
    }
}

extension CarrierRouteDetails {
    fileprivate func faults() -> [Fault] {
        var faults = called.faults()
        if called.prefix.isEmpty {
            faults.append(Fault(.elementRequired, field: "calledPrefix", values: ["calledPrefix"]))
        }
        if !callerPrefix.isDialable(upTo: 32) {
            faults.append(Fault(.valueInvalid, field: "callerPrefix", values: ["callerPrefix", callerPrefix]))
        }
        if description.length > 255 {
            faults.append(Fault(.textTooLong, field: "description", values: ["description", "255"]))
        } else if description.hasControls {
            faults.append(Fault(.valueInvalid, field: "description", values: ["description", description]))
        }
        if choices.first == CarrierRouteDetails.Choice.none {
            faults.append(Fault(.valueInvalid, field: "choice1", values: ["choice1", "0"]))
        }
        return faults
    }
}
