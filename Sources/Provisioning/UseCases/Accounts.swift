/// Tenants; only the operator makes them.
package struct Accounts: Sendable {
    let store: any ProvisioningStore
    let callers: Callers
    let tariff: Tariff
    let now: @Sendable () -> Timestamp

    /// Creates an account with its default SIP domain (`domain`, or one made of its id).
    ///
    /// Checks in this order, with every fault of the first three: `accountNameInvalid`, `countryInvalid`,
    /// `domainInvalid`; then the store's `domainTaken`.
    package func create(_ draft: AccountDraft) async throws(ProvisioningError) -> (account: Account, domain: SIPDomain)
    {
        let country = draft.country.uppercased()
        var faults: [Fault] = []
        if draft.name.isBlank || draft.name.length > 100 || draft.name.hasControls {
            faults.append(Fault(.accountNameInvalid, field: "name", values: [draft.name]))
        }
        if !Countries.contains(country) {
            faults.append(Fault(.countryInvalid, field: "country", values: [draft.country]))
        }
        if let domain = draft.domain, SIPDomain.name(from: domain) == nil {
            faults.append(Fault(.domainInvalid, field: "domain", values: [domain]))
        }
        try ProvisioningError.throwAny(faults)
        return try await store.write { (store) throws(ProvisioningError) in
            let account = try store.insertAccount(
                name: draft.name, project: Account.newProject(), features: draft.features, ceiling: draft.ceiling,
                country: country)
            let name = draft.domain.flatMap(SIPDomain.name) ?? "a\(account.id).sip.internal"
            let domain = try store.insertDomain(name: name, description: nil, isDefault: true, account: account.id)
            return (account, domain)
        }
    }

    /// Throws `accountUnknown`.
    package func get(_ id: AccountID) async throws(ProvisioningError) -> Account {
        try await store.read { (store) throws(ProvisioningError) in try store.requireAccount(id) }
    }

    package func list() async throws(ProvisioningError) -> [Account] {
        try await store.read { (store) throws(ProvisioningError) in try store.accounts() }
    }

    /// Switches features on and off and sets the ceiling; what is not named stays.
    ///
    /// A feature in both sets ends up off. Throws `accountUnknown`.
    package func update(
        _ id: AccountID, enable: Set<ProductFeature>, disable: Set<ProductFeature>, ceiling: TrafficClass?
    ) async throws(ProvisioningError) -> Account {
        try await store.write { (store) throws(ProvisioningError) in
            var account = try store.requireAccount(id)
            account.features = account.features.union(enable).subtracting(disable)
            account.trafficCeiling = ceiling ?? account.trafficCeiling
            try store.update(account)
            return account
        }
    }

    /// Whether the store takes writes.
    package var isWritable: Bool { store.isWritable }

    package func totals() async throws(ProvisioningError) -> StoreTotals {
        try await store.read { (store) throws(ProvisioningError) in try store.totals() }
    }
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

extension Account {
    /// A random UUID in lower case (RFC 9562 section 5.4).
    fileprivate static func newProject() -> String {
        let high = UInt64.random(in: 0 ... .max) & ~0xf000 | 0x4000
        let low = UInt64.random(in: 0 ... .max) & ~(0b11 << 62) | 0b10 << 62
        let digits = [high, low].map { value in
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var rest = Substring(digits)
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "-")
    }
}
