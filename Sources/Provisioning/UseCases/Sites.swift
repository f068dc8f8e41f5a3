/// Sites of an account.
///
/// Every call throws `forbidden` for a caller whose role does not allow it.
package struct Sites: Sendable {
    let store: any ProvisioningStore
    let addressCheck: any AddressCheck

    /// Checks in this order: the shape of the fields and the address (every fault is named), the address check, then
    /// the store (`siteNameTaken`).
    package func create(_ details: SiteDetails, by caller: Caller) async throws(ProvisioningError) -> Site {
        try caller.requireChange()
        try ProvisioningError.throwAny(details.faults())
        try await addressCheck.require(details.address)
        return try await store.write { (store) throws(ProvisioningError) in
            try store.insertSite(details, account: caller.account)
        }
    }

    /// Throws `siteUnknown`.
    package func get(_ id: SiteID, by caller: Caller) async throws(ProvisioningError) -> Site {
        try await store.read { (store) throws(ProvisioningError) in try store.requireSite(id, of: caller.account) }
    }

    package func list(by caller: Caller) async throws(ProvisioningError) -> [Site] {
        try await store.read { (store) throws(ProvisioningError) in try store.sites(of: caller.account) }
    }

    /// Replaces everything that a caller says about a site; checks as on create, an unchanged address is not checked
    /// again.
    ///
    /// Throws `siteUnknown`, `siteNameTaken`.
    package func update(_ id: SiteID, to details: SiteDetails, by caller: Caller) async throws(ProvisioningError)
        -> Site
    {
        try caller.requireChange()
        let old = try await get(id, by: caller)
        try ProvisioningError.throwAny(details.faults())
        try await addressCheck.require(details.address, unlike: old.details.address)
        return try await store.write { (store) throws(ProvisioningError) in
            var site = try store.requireSite(id, of: caller.account)
            site.details = details
            try store.update(site)
            return site
        }
    }

    /// Throws `siteUnknown`, `siteHasTrunks`.
    package func delete(_ id: SiteID, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireSite(id, of: caller.account))
        }
    }
}

extension ProvisioningReader {
    /// Throws `siteUnknown`.
    func requireSite(_ id: SiteID, of account: AccountID) throws(ProvisioningError) -> Site {
        guard let site = try site(id, of: account) else { throw ProvisioningError(.siteUnknown, "\(id)") }
        return site
    }

    /// Throws `accountUnknown`.
    func requireAccount(_ id: AccountID) throws(ProvisioningError) -> Account {
        guard let account = try account(id) else { throw ProvisioningError(.accountUnknown, "\(id)") }
        return account
    }
}

extension Caller {
    /// Throws `forbidden` where the role changes nothing.
    func requireChange() throws(ProvisioningError) {
        guard role.mayChange else { throw ProvisioningError(.forbidden) }
    }
}
