/// Tenants; only the operator makes them.
package struct Accounts: Sendable {
    let store: any ProvisioningStore

    /// Creates an account with its default SIP domain (`domain`, or one made of its id).
    ///
    /// Throws `accountNameInvalid`, `countryInvalid`, `domainInvalid`, `domainTaken`.
    package func create(_ draft: AccountDraft) async throws(ProvisioningError) -> (account: Account, domain: SIPDomain) {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `accountUnknown`.
    package func get(_ id: AccountID) async throws(ProvisioningError) -> Account { throw ProvisioningError(.unavailable) }

    package func list() async throws(ProvisioningError) -> [Account] { throw ProvisioningError(.unavailable) }

    /// Switches features on and off and sets the ceiling; what is not named stays.
    ///
    /// Throws `accountUnknown`.
    package func update(_ id: AccountID, enable: Set<ProductFeature>, disable: Set<ProductFeature>, ceiling: TrafficClass?)
        async throws(ProvisioningError) -> Account
    { throw ProvisioningError(.unavailable) }

    package func totals() async throws(ProvisioningError) -> StoreTotals { throw ProvisioningError(.unavailable) }
}

/// What an operator says about a new account.
package struct AccountDraft: Sendable {
    package var name: String
    package var domain: String?
    package var features: Set<ProductFeature>
    package var ceiling: TrafficClass
    package var country: String

    package init(
        name: String, domain: String? = nil, features: Set<ProductFeature> = [.messaging, .termination],
        ceiling: TrafficClass = .all, country: String = "US"
    ) {
        self.name = name
        self.domain = domain
        self.features = features
        self.ceiling = ceiling
        self.country = country
    }
}
