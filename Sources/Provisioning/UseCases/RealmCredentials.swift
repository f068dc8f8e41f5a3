/// Credentials as they are reached through their realm, by id.
///
/// A realm is named as in `Realms`. Every call throws `forbidden` for a caller whose role does not allow it.
package struct RealmCredentials: Sendable {
    let store: any ProvisioningStore

    /// Creates what can be created in the realm, as `Credentials.create` does.
    ///
    /// Throws `realmNotFound`, `credentialListEmpty`, `credentialListTooLong`. A draft is refused with `realmMismatch`
    /// where it names another realm, and with `credentialTakenInRealm` for a name that is taken.
    package func create(_ drafts: [CredentialDraft], in realm: String, by caller: Caller)
        async throws(ProvisioningError) -> (realm: SIPDomain, outcomes: [CredentialOutcome])
    {
        try caller.requireChange()
        try CredentialDraft.requireCount(drafts)
        return try await store.write { (store) throws(ProvisioningError) in
            let domain = try store.requireRealm(realm, of: caller.account)
            var creation = try CredentialCreation(account: caller.account, in: domain, store: store)
            return (domain, drafts.map { creation.outcome(of: $0) })
        }
    }

    /// Throws `realmNotFound`, and as `Credentials.list` does.
    package func list(_ query: CredentialQuery, in realm: String, by caller: Caller) async throws(ProvisioningError)
        -> (realm: SIPDomain, page: CredentialPage)
    {
        let found = try await store.read { (store) throws(ProvisioningError) in
            let domain = try store.requireRealm(realm, of: caller.account)
            var query = query
            query.realm = domain.name
            return (domain, try store.credentials(of: caller.account, matching: query))
        }
        guard !found.1.credentials.isEmpty, !query.namesApplication else {
            throw ProvisioningError(.credentialsNone, "\(caller.account)")
        }
        return found
    }

    /// Throws `credentialUnknownInRealm`, as for a realm that the account has not.
    package func get(_ id: String, in realm: String, by caller: Caller) async throws(ProvisioningError)
        -> RealmCredential
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.requireCredential(id, in: realm, of: caller.account)
        }
    }

    /// Sets new hashes, and moves the credential where the draft names the id of another realm; live bindings stay
    /// until they refresh.
    ///
    /// Throws `credentialUnknownInRealm`; then `credentialUserNameFixed` when the draft names another user, and the
    /// first fault of the hashes, together; then `applicationInvalid`, `applicationUnknown`, `realmMismatch`,
    /// `realmUnknown`, `credentialTakenInRealm`.
    package func update(_ id: String, in realm: String, to draft: CredentialDraft, by caller: Caller)
        async throws(ProvisioningError) -> RealmCredential
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            let account = caller.account
            var (credential, domain) = try store.requireCredential(id, in: realm, of: account)
            var faults: [Fault] = []
            if !draft.mayName(credential.name) { faults.append(Fault(.credentialUserNameFixed, field: "userName")) }
            if let fault = draft.hashFault() { faults.append(fault) }
            try ProvisioningError.throwAny(faults)
            try draft.requireNoApplication(of: account)
            if let target = draft.realmID, !target.isEmpty {
                domain = try store.requireRealm(id: target, of: account)
            }
            try draft.requireRealm(domain)
            credential.realm = domain.name
            credential.hashes = draft.parsed.hashes
            do throws(ProvisioningError) {
                try store.update(credential)
            } catch {
                guard error.first.rule == .credentialTaken else { throw error }
                throw ProvisioningError(
                    .credentialTakenInRealm, field: "userName", credential.name.composite, "\(domain.id)", "\(account)")
            }
            return (credential, domain)
        }
    }

    /// Deletes the credential; its bindings have ended when this returns.
    ///
    /// Throws `credentialUnknownInRealm`.
    package func delete(_ id: String, in realm: String, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireCredential(id, in: realm, of: caller.account).credential)
        }
    }
}

/// A credential and the realm it is in.
package typealias RealmCredential = (credential: Credential, realm: SIPDomain)

extension CredentialDraft {
    /// Throws `credentialListEmpty`, `credentialListTooLong`.
    static func requireCount(_ drafts: [CredentialDraft]) throws(ProvisioningError) {
        guard !drafts.isEmpty else { throw ProvisioningError(.credentialListEmpty) }
        guard drafts.count <= listLimit else { throw ProvisioningError(.credentialListTooLong, "\(listLimit)") }
    }
}

extension ProvisioningReader {
    /// Throws `credentialUnknownInRealm`.
    fileprivate func requireCredential(_ id: String, in realm: String, of account: AccountID)
        throws(ProvisioningError) -> RealmCredential
    {
        let domain = try domains(of: account).named(realm)
        guard let domain, let id = CredentialID(id), let credential = try credential(id, of: account),
            credential.realm == domain.name
        else {
            throw ProvisioningError(
                .credentialUnknownInRealm, id, domain.map { "\($0.id)" } ?? realm, "\(account)")
        }
        return (credential, domain)
    }

    /// Throws `realmUnknown`.
    fileprivate func requireRealm(id: String, of account: AccountID) throws(ProvisioningError) -> SIPDomain {
        guard let domain = try domains(of: account).first(where: { $0.id.description == id }) else {
            throw ProvisioningError(.realmUnknown, field: "realm", id, "\(account)")
        }
        return domain
    }
}
