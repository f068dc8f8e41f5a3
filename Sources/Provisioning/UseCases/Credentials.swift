/// Digest credentials of an account.
///
/// Every call throws `forbidden` for a caller whose role does not allow it.
package struct Credentials: Sendable {
    let store: any ProvisioningStore

    /// Creates what can be created, each draft by itself; the outcomes stand in the order of the drafts.
    ///
    /// Throws `credentialListEmpty`, `credentialListTooLong`. A draft is refused with the first fault of: its shape
    /// (user name, lengths, characters, hashes), `realmUnknown`, `applicationInvalid`, `applicationUnknown`,
    /// `credentialRepeated` where an earlier draft of the list took the name, `credentialTaken`.
    package func create(_ drafts: [CredentialDraft], by caller: Caller) async throws(ProvisioningError)
        -> [CredentialOutcome]
    {
        try caller.requireChange()
        try CredentialDraft.requireCount(drafts)
        return try await store.write { (store) throws(ProvisioningError) in
            var creation = try CredentialCreation(account: caller.account, store: store)
            return drafts.map { creation.outcome(of: $0) }
        }
    }

    /// Creates a credential whose hashes (MD5 and SHA-256) are made here from a password.
    ///
    /// Throws the first fault of the name's shape, `elementRequired` or `credentialFieldTooLong` for the password,
    /// `accountUnknown`, `realmUnknown`, `credentialTaken`.
    package func create(_ name: CredentialName, password: Secret<String>, realm: String?, account: AccountID)
        async throws(ProvisioningError) -> Credential
    {
        let name = CredentialName(userName: name.userName, domain: name.domain.flatMap { $0.isEmpty ? nil : $0 })
        if let fault = CredentialName.fault(userName: name.userName, domain: name.domain) {
            throw ProvisioningError([fault])
        }
        try password.requirePassword()
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            let realm = try store.requireRealmName(realm, of: account)
            let hashes = CredentialHashes(of: name.composite, realm: realm, password: password)
            return try store.insertCredential(name, realm: realm, hashes: hashes, account: account)
        }
    }

    /// The credential of that composite name in the account's default realm (or `realm`); a bare user name is enough
    /// where it is unambiguous.
    ///
    /// Throws `credentialUnknown`.
    package func get(_ composite: String, realm: String? = nil, by caller: Caller) async throws(ProvisioningError)
        -> Credential
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.requireCredential(composite, realm: realm, of: caller.account)
        }
    }

    /// Throws `credentialsNone` where the account has none that match, `pageInvalid` for a first element that it has
    /// not.
    package func list(_ query: CredentialQuery, by caller: Caller) async throws(ProvisioningError) -> CredentialPage {
        let page = try await store.read { (store) throws(ProvisioningError) in
            try store.credentials(of: caller.account, matching: query)
        }
        guard !page.credentials.isEmpty, !query.namesApplication else {
            throw ProvisioningError(.credentialsNone, "\(caller.account)")
        }
        return page
    }

    /// Sets new hashes, and the realm they were made for where the draft names one; live bindings stay until they
    /// refresh.
    ///
    /// Throws `credentialUnknown`; then `credentialNameFixed` when the draft names another user or domain and the first
    /// fault of the hashes, together; then `applicationInvalid`, `applicationUnknown`, `realmUnknown`, `credentialTaken`.
    package func update(_ composite: String, to draft: CredentialDraft, by caller: Caller)
        async throws(ProvisioningError) -> Credential
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            var credential = try store.requireCredential(composite, realm: nil, of: caller.account)
            var faults: [Fault] = []
            if !draft.mayName(credential.name) { faults.append(Fault(.credentialNameFixed, field: "userName")) }
            if let fault = draft.hashFault() { faults.append(fault) }
            try ProvisioningError.throwAny(faults)
            try draft.requireNoApplication(of: caller.account)
            if let realm = draft.realm, !realm.isEmpty {
                credential.realm = try store.requireRealmName(realm, of: caller.account)
            }
            credential.hashes = draft.parsed.hashes
            try store.update(credential)
            return credential
        }
    }

    /// Deletes the credential; its bindings have ended when this returns.
    ///
    /// Throws `credentialUnknown`.
    package func delete(_ composite: String, realm: String? = nil, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireCredential(composite, realm: realm, of: caller.account))
        }
    }
}

/// A credential as a caller sent it, nothing checked yet.
package struct CredentialDraft: Sendable, Equatable {
    package var userName: String?
    package var domain: String?
    package var hash1: String?
    package var hash1b: String?
    package var realm: String?
    /// The id of the realm that the credential is to move to.
    package var realmID: String?
    package var application: String?

    package init(
        userName: String? = nil, domain: String? = nil, hash1: String? = nil, hash1b: String? = nil,
        realm: String? = nil, realmID: String? = nil, application: String? = nil
    ) {
        self.userName = userName
        self.domain = domain
        self.hash1 = hash1
        self.hash1b = hash1b
        self.realm = realm
        self.realmID = realmID
        self.application = application
    }

    /// Whether what the draft says about the name, if anything, is that name in one of its spellings.
    func mayName(_ name: CredentialName) -> Bool {
        let userName = userName.flatMap { $0.isEmpty ? nil : $0 }
        let domain = domain.flatMap { $0.isEmpty ? nil : $0 }
        let given = CredentialName(userName: userName ?? name.userName, domain: domain ?? name.domain)
        return given.composite == name.composite || (domain == nil && userName == name.composite)
    }
}

/// What became of one draft.
package enum CredentialOutcome: Sendable, Equatable {
    case created(Credential)
    case refused(Fault)
}

extension [SIPDomain] {
    /// The realm of that name, or the default one. Throws `realmUnknown`.
    func realm(named name: String?, of account: AccountID) throws(ProvisioningError) -> String {
        let wanted = name.flatMap { $0.isEmpty ? nil : $0.lowercased() }
        guard let domain = first(where: { wanted == nil ? $0.isDefault : $0.name == wanted }) else {
            throw ProvisioningError(.realmUnknown, field: "realm", name ?? "", "\(account)")
        }
        return domain.name
    }
}

extension ProvisioningReader {
    fileprivate func requireRealmName(_ name: String?, of account: AccountID) throws(ProvisioningError) -> String {
        try domains(of: account).realm(named: name, of: account)
    }

    /// Throws `credentialUnknown`.
    fileprivate func requireCredential(_ composite: String, realm: String?, of account: AccountID)
        throws(ProvisioningError) -> Credential
    {
        let bare = String(composite.prefix { $0 != "@" })
        let wanted = realm?.lowercased()
        let candidates = try credentials(userName: bare, of: account).filter { wanted == nil || $0.realm == wanted }
        let exact = candidates.filter { $0.name.composite == composite }
        if exact.count == 1 { return exact[0] }
        if exact.isEmpty, bare == composite, candidates.count == 1 { return candidates[0] }
        if exact.count > 1 {
            let realm = try requireRealmName(nil, of: account)
            if let credential = exact.first(where: { $0.realm == realm }) { return credential }
        }
        throw ProvisioningError(.credentialUnknown, composite, "\(account)")
    }
}
