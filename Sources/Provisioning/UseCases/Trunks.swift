/// IP-authenticated trunks of a site.
///
/// Every call throws `siteUnknown`, and `forbidden` for a caller whose role does not allow it.
package struct Trunks: Sendable {
    let store: any ProvisioningStore
    let addressCheck: any AddressCheck

    package func create(_ details: TrunkDetails, in site: SiteID, by caller: Caller)
        async throws(ProvisioningError) -> Trunk
    { throw ProvisioningError(.unavailable) }

    /// Throws `trunkUnknown`.
    package func get(_ id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> Trunk {
        throw ProvisioningError(.unavailable)
    }

    package func list(in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> [Trunk] {
        throw ProvisioningError(.unavailable)
    }

    /// Replaces everything that a caller says about a trunk. Throws `trunkUnknown`.
    package func update(_ id: TrunkID, in site: SiteID, to details: TrunkDetails, by caller: Caller)
        async throws(ProvisioningError) -> Trunk
    { throw ProvisioningError(.unavailable) }

    /// Throws `trunkGone`, `defaultTrunkHasOthers`, `trunkHasNumbers`.
    package func delete(_ id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }
}
