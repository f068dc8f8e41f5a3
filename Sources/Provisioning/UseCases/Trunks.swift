/// IP-authenticated trunks of a site.
///
/// Every call throws `siteUnknown`, and `forbidden` for a caller whose role does not allow it.
package struct Trunks: Sendable {
    let store: any ProvisioningStore
    let addressCheck: any AddressCheck

    /// Creates a trunk; `makeDefault` says whether it becomes the site's default one (`nil`: only where the site has
    /// none yet), and `details.isDefault` is not read.
    ///
    /// Checks in this order: the shape of the fields (name, description, counts, duplicates, masks, address), the
    /// account's features, policy (messaging with termination hosts, traffic ceiling, default trunk), each with every
    /// fault it finds; then the address check; then the store (`trunkNameTaken`, else every `terminationHostTaken` and
    /// `terminationHostAndPortTaken`).
    package func create(_ details: TrunkDetails, makeDefault: Bool?, in site: SiteID, by caller: Caller)
        async throws(ProvisioningError) -> Trunk
    {
        let details = try await checked(details, makeDefault: makeDefault, in: site, trunk: nil, by: caller)
        return try await store.write { (store) throws(ProvisioningError) in
            let siteDefault = try store.defaultTrunk(in: site, of: caller.account)
            let kept = try details.settingDefault(makeDefault, siteDefault: siteDefault, trunk: nil)
            return try store.insertTrunk(kept, site: site, account: caller.account)
        }
    }

    /// Throws `trunkUnknown`.
    package func get(_ id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> Trunk {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireSite(site, of: caller.account)
            return try store.requireTrunk(id, in: site, of: caller.account)
        }
    }

    package func list(in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> [Trunk] {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireSite(site, of: caller.account)
            return try store.trunks(in: site, of: caller.account)
        }
    }

    /// Replaces everything that a caller says about a trunk; `makeDefault` `nil` leaves the default as it is.
    ///
    /// Checks as on create, after `trunkUnknown`, and every `hostsOnHTTPVoice` before the store; an unchanged address is
    /// not checked again.
    package func update(
        _ id: TrunkID, in site: SiteID, to details: TrunkDetails, makeDefault: Bool?, by caller: Caller
    ) async throws(ProvisioningError) -> Trunk {
        let details = try await checked(details, makeDefault: makeDefault, in: site, trunk: id, by: caller)
        return try await store.write { (store) throws(ProvisioningError) in
            var trunk = try store.requireTrunk(id, in: site, of: caller.account)
            if trunk.voice.usesHTTP { try ProvisioningError.throwAny(TrunkRules.httpVoiceFaults(of: details)) }
            let siteDefault = try store.defaultTrunk(in: site, of: caller.account)
            trunk.details = try details.settingDefault(makeDefault, siteDefault: siteDefault, trunk: id)
            try store.update(trunk)
            return trunk
        }
    }

    /// Throws `trunkGone`, `defaultTrunkHasOthers`, `trunkHasHTTPVoice`, `trunkHasNumbers`.
    package func delete(_ id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireSite(site, of: caller.account)
            guard let trunk = try store.trunk(id, in: site, of: caller.account) else {
                throw ProvisioningError(.trunkGone, "\(id)")
            }
            if trunk.details.isDefault, try store.trunks(in: site, of: caller.account).count > 1 {
                throw ProvisioningError(.defaultTrunkHasOthers)
            }
            guard !trunk.voice.usesHTTP else { throw ProvisioningError(.trunkHasHTTPVoice) }
            try store.delete(trunk)
        }
    }

    /// The details as they will be kept, once everything but the store has agreed.
    private func checked(
        _ details: TrunkDetails, makeDefault: Bool?, in site: SiteID, trunk: TrunkID?, by caller: Caller
    ) async throws(ProvisioningError) -> TrunkDetails {
        try caller.requireChange()
        let rules = try await store.read { (store) throws(ProvisioningError) in
            let account = try store.requireAccount(caller.account)
            _ = try store.requireSite(site, of: account.id)
            var existing: Trunk?
            if let trunk { existing = try store.requireTrunk(trunk, in: site, of: account.id) }
            let siteDefault = try store.defaultTrunk(in: site, of: account.id)
            return TrunkRules(account: account, existing: existing, siteDefault: siteDefault)
        }
        try ProvisioningError.throwAny(rules.faults(of: details, makeDefault: makeDefault))
        try await addressCheck.require(details.address, unlike: rules.existing?.details.address)
        return rules.kept(details)
    }
}

extension ProvisioningReader {
    /// Throws `trunkUnknown`.
    func requireTrunk(_ id: TrunkID, in site: SiteID, of account: AccountID) throws(ProvisioningError) -> Trunk {
        guard let trunk = try trunk(id, in: site, of: account) else {
            throw ProvisioningError(.trunkUnknown, "\(id)", "\(account)", "\(site)")
        }
        return trunk
    }
}

extension TrunkDetails {
    /// Throws `defaultTrunkRequired`; the site may have changed since the rules were checked.
    fileprivate func settingDefault(_ makeDefault: Bool?, siteDefault: TrunkID?, trunk: TrunkID?)
        throws(ProvisioningError) -> TrunkDetails
    {
        guard let isDefault = TrunkRules.isDefault(makeDefault, siteDefault: siteDefault, trunk: trunk) else {
            throw ProvisioningError(.defaultTrunkRequired, field: "isDefault")
        }
        var details = self
        details.isDefault = isDefault
        return details
    }
}
