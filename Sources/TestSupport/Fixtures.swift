package import Provisioning
import Store

/// An account with its default domain and one caller of each role.
package struct Tenant: Sendable {
    package let account: Account
    package let domain: SIPDomain
    package let administrator: Caller
    package let reader: Caller
}

extension TemporaryStore {
    /// Makes an account with those features; its callers are `<name>-administrator` and `<name>-reader`.
    package func tenant(
        _ name: String = "tenant", features: Set<ProductFeature> = [.messaging, .termination],
        ceiling: TrafficClass = .all, domain: String? = nil
    ) async throws -> Tenant {
        let draft = AccountDraft(name: name, domain: domain, features: features, ceiling: ceiling)
        let (account, domain) = try await useCases().accounts.create(draft)
        let callers = try await store.write { (store) throws(ProvisioningError) in
            try Role.allCases.map { (role) throws(ProvisioningError) in
                try store.insertCaller(
                    name: "\(name)-\(role)", account: account.id, role: role, passwordHash: PasswordHash(text: ""))
            }
        }
        return Tenant(account: account, domain: domain, administrator: callers[0], reader: callers[1])
    }

    /// Makes a site of that tenant.
    package func site(_ name: String = "Raleigh", of tenant: Tenant) async throws -> Site {
        try await useCases().sites.create(SiteDetails(name: name, address: .whiteHouse), by: tenant.administrator)
    }
}

extension PostalAddress {
    /// The address of the Bandwidth sippeers page (2018-01-11).
    package static let whiteHouse = PostalAddress(
        houseNumber: "1600", streetName: "Pennsylvania Avenue Northwest", city: "Washington", stateCode: "DC",
        zip: "20500", kind: .service)
}

extension TerminationHost {
    /// A host from its text, such as `2.1.1.96/30`.
    package init(
        _ text: String, port: UInt16 = 0, traffic: TrafficClass? = nil, dataAllowed: Bool? = nil
    ) throws(IPNetworkFault) {
        self.init(network: try IPNetwork(parsing: text), port: port, traffic: traffic, dataAllowed: dataAllowed)
    }
}
