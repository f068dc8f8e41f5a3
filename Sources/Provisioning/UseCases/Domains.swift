/// SIP domains, which are the realms of credentials.
package struct Domains: Sendable {
    let store: any ProvisioningStore

    /// Throws `domainInvalid`, `domainTaken`, `accountUnknown`.
    package func create(_ name: String, description: String?, isDefault: Bool, account: AccountID)
        async throws(ProvisioningError) -> SIPDomain
    { throw ProvisioningError(.unavailable) }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [SIPDomain] {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `domainUnknown`, `domainInUse`.
    package func delete(_ name: String, account: AccountID) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }
}
