/// The SIP domains of an account as its own callers see them: the realms of its credentials.
///
/// A realm is named by its id, its full name, or its short name where that is unambiguous. Every call throws
/// `forbidden` for a caller whose role does not allow it.
package struct Realms: Sendable {
    let store: any ProvisioningStore

    /// Creates `<label>-<account in hexadecimal>.<the account's oldest domain>`; a new default demotes the old one.
    ///
    /// Checks in this order: `elementRequired`, `realmTooLong`, `domainInvalid`, `textTooLong`, then the store:
    /// `domainTaken`.
    package func create(_ draft: RealmDraft, by caller: Caller) async throws(ProvisioningError) -> CredentialRealm {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            let account = caller.account
            guard let oldest = try store.domains(of: account).first else {
                throw ProvisioningError(.accountUnknown, "\(account)")
            }
            let suffix = "-\(String(account.rawValue, radix: 16)).\(oldest.name)"
            let label = try draft.label(suffix: suffix)
            try RealmDraft.requireDescription(draft.description)
            guard let name = SIPDomain.name(from: label + suffix) else {
                throw ProvisioningError(.domainInvalid, field: "name", draft.name)
            }
            let domain = try store.insertDomain(
                name: name, description: draft.description, isDefault: draft.isDefault, account: account)
            return CredentialRealm(domain: domain, credentialCount: 0)
        }
    }

    /// In the order of their ids; `fragment` keeps those whose name holds it.
    package func list(matching fragment: String? = nil, by caller: Caller) async throws(ProvisioningError)
        -> [CredentialRealm]
    {
        try await store.read { (store) throws(ProvisioningError) in
            let counts = try store.credentialCounts(of: caller.account)
            return try store.domains(of: caller.account).filter { fragment == nil || $0.name.contains(fragment ?? "") }
                .map { CredentialRealm(domain: $0, credentialCount: counts[$0.name] ?? 0) }
        }
    }

    /// Throws `realmNotFound`.
    package func get(_ realm: String, by caller: Caller) async throws(ProvisioningError) -> CredentialRealm {
        try await store.read { (store) throws(ProvisioningError) in
            try store.counted(store.requireRealm(realm, of: caller.account))
        }
    }

    /// Replaces the description, and makes the realm the default one where the draft says so.
    ///
    /// Throws `realmNotFound`, `realmNameFixed` where the draft names another realm, `valueInvalid` where it would leave
    /// the account without a default, `textTooLong`.
    package func update(_ realm: String, to update: RealmUpdate, by caller: Caller) async throws(ProvisioningError)
        -> CredentialRealm
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            var domain = try store.requireRealm(realm, of: caller.account)
            if let name = update.name, !name.isEmpty, !domain.isNamed(name) {
                throw ProvisioningError(.realmNameFixed, field: "name")
            }
            guard update.isDefault != false || !domain.isDefault else {
                throw ProvisioningError(.valueInvalid, field: "isDefault", "Default", "false")
            }
            try RealmDraft.requireDescription(update.description)
            domain.description = update.description
            domain.isDefault = domain.isDefault || update.isDefault == true
            try store.update(domain)
            return try store.counted(domain)
        }
    }

    /// Throws `domainUnknown`, `realmIsDefault`, `domainInUse` while it has credentials.
    package func delete(_ realm: String, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            guard let domain = try store.domains(of: caller.account).named(realm) else {
                throw ProvisioningError(.domainUnknown, realm)
            }
            guard !domain.isDefault else { throw ProvisioningError(.realmIsDefault) }
            try store.delete(domain)
        }
    }
}

/// A realm and how many credentials it has.
package struct CredentialRealm: Sendable, Equatable {
    package let domain: SIPDomain
    package let credentialCount: Int
}

/// A new realm as a caller sent it.
package struct RealmDraft: Sendable {
    package var name: String
    package var description: String?
    package var isDefault: Bool

    package init(name: String, description: String? = nil, isDefault: Bool) {
        self.name = name
        self.description = description
        self.isDefault = isDefault
    }

    /// The longest label, in characters.
    private static let limit = 30

    /// The label that the name asks for; the full name that it leads to means the same.
    ///
    /// Throws `elementRequired`, `realmTooLong`, `domainInvalid`.
    fileprivate func label(suffix: String) throws(ProvisioningError) -> String {
        guard !name.isBlank else { throw ProvisioningError(.elementRequired, field: "name", "Realm") }
        let lowered = name.lowercased()
        let label = lowered.hasSuffix(suffix) ? String(lowered.dropLast(suffix.count)) : lowered
        guard label.length <= Self.limit else {
            throw ProvisioningError(.realmTooLong, field: "name", name, "\(Self.limit)")
        }
        guard !label.contains("."), HostName.labels(of: label) != nil else {
            throw ProvisioningError(.domainInvalid, field: "name", name)
        }
        return label
    }

    fileprivate static func requireDescription(_ text: String?) throws(ProvisioningError) {
        guard (text ?? "").length <= 255 else {
            throw ProvisioningError(.textTooLong, field: "description", "Description", "255")
        }
    }
}

/// What a caller says about a realm that exists.
package struct RealmUpdate: Sendable {
    /// As the caller named it; it cannot be changed.
    package var name: String?
    package var description: String?
    package var isDefault: Bool?

    package init(name: String? = nil, description: String? = nil, isDefault: Bool? = nil) {
        self.name = name
        self.description = description
        self.isDefault = isDefault
    }
}

extension SIPDomain {
    /// Whether the text is its full or its short name, in any case.
    func isNamed(_ text: String) -> Bool { [name, shortName].contains(text.lowercased()) }
}

extension [SIPDomain] {
    /// The one of that id, else of that full name, else of that short name where no other has it.
    func named(_ text: String) -> SIPDomain? {
        if let exact = first(where: { $0.id.description == text }) ?? first(where: { $0.name == text.lowercased() }) {
            return exact
        }
        let short = filter { $0.isNamed(text) }
        return short.count == 1 ? short[0] : nil
    }
}

extension ProvisioningReader {
    /// Throws `realmNotFound`.
    func requireRealm(_ realm: String, of account: AccountID) throws(ProvisioningError) -> SIPDomain {
        guard let domain = try domains(of: account).named(realm) else {
            throw ProvisioningError(.realmNotFound, field: "realm", realm)
        }
        return domain
    }

    fileprivate func counted(_ domain: SIPDomain) throws(ProvisioningError) -> CredentialRealm {
        CredentialRealm(domain: domain, credentialCount: try credentialCounts(of: domain.account)[domain.name] ?? 0)
    }
}
