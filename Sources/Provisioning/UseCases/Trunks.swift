/// IP-authenticated trunks of a site.
///
/// Every call throws `siteUnknown`, and `forbidden` for a caller whose role does not allow it.
package struct Trunks: Sendable {
    let store: any ProvisioningStore
    let addressCheck: any AddressCheck

    /// Creates a trunk; `makeDefault` says whether it becomes the site's default one (`nil`: only where the site has none yet),
    /// and `details.isDefault` is not read.
    package func create(_ details: TrunkDetails, makeDefault: Bool?, in site: SiteID, by caller: Caller)
        async throws(ProvisioningError) -> Trunk
    { throw ProvisioningError(.unavailable) }

    /// Throws `trunkUnknown`.
    package func get(_ id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> Trunk {
        throw ProvisioningError(.unavailable)
    }

    package func list(in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> [Trunk] {
        throw ProvisioningError(.unavailable)
    }

    /// Replaces everything that a caller says about a trunk; `makeDefault` `nil` leaves the default as it is.
    ///
    /// Throws `trunkUnknown`.
    package func update(
        _ id: TrunkID, in site: SiteID, to details: TrunkDetails, makeDefault: Bool?, by caller: Caller
    ) async throws(ProvisioningError) -> Trunk { throw ProvisioningError(.unavailable) }

    /// Throws `trunkGone`, `defaultTrunkHasOthers`, `trunkHasNumbers`.
    package func delete(_ id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }
}
