/// SIP domains, which are the realms of credentials.
package struct Domains: Sendable {
    let store: any ProvisioningStore

    /// Checks `domainInvalid`, then the store: `accountUnknown`, `domainTaken`. A new default demotes the old one.
    package func create(_ name: String, description: String?, isDefault: Bool, account: AccountID)
        async throws(ProvisioningError) -> SIPDomain
    {
        guard let canonical = SIPDomain.name(from: name), (description ?? "").length <= 255 else {
            throw ProvisioningError(.domainInvalid, field: "name", name)
        }
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.insertDomain(
                name: canonical, description: description, isDefault: isDefault, account: account)
        }
    }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [SIPDomain] {
        try await store.read { (store) throws(ProvisioningError) in try store.domains(of: account) }
    }

    /// See ``SIPDomain/mailAddress(of:in:)``; the domain is the account's default one.
    package func mailAddress(of account: AccountID) async throws(ProvisioningError) -> String {
        SIPDomain.mailAddress(
            of: account, in: try await list(of: account).first(where: \.isDefault)?.name ?? "invalid")
    }

    /// Throws `domainUnknown`, `domainInUse`.
    package func delete(_ name: String, account: AccountID) async throws(ProvisioningError) {
        try await store.write { (store) throws(ProvisioningError) in
            guard let domain = try store.domain(named: name.lowercased(), of: account) else {
                throw ProvisioningError(.domainUnknown, name)
            }
            guard !domain.isDefault else { throw ProvisioningError(.domainInUse, domain.name) }
            try store.delete(domain)
        }
    }
}

extension SIPDomain {
    /// The canonical form of a domain's name, or `nil` for what is none: labels of RFC 1123, the last not all digits.
    static func name(from text: String) -> String? {
        guard let last = HostName.labels(of: text)?.last, !last.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return text.lowercased()
    }
}
