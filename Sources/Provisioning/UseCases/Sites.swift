/// Sites of an account.
///
/// Every call throws `forbidden` for a caller whose role does not allow it.
package struct Sites: Sendable {
    let store: any ProvisioningStore
    let addressCheck: any AddressCheck

    package func create(_ details: SiteDetails, by caller: Caller) async throws(ProvisioningError) -> Site {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `siteUnknown`.
    package func get(_ id: SiteID, by caller: Caller) async throws(ProvisioningError) -> Site {
        throw ProvisioningError(.unavailable)
    }

    package func list(by caller: Caller) async throws(ProvisioningError) -> [Site] {
        throw ProvisioningError(.unavailable)
    }

    package func update(_ id: SiteID, to details: SiteDetails, by caller: Caller) async throws(ProvisioningError) -> Site {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `siteUnknown`, `siteHasTrunks`.
    package func delete(_ id: SiteID, by caller: Caller) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }
}
