/// Digest credentials of an account.
///
/// Every call throws `forbidden` for a caller whose role does not allow it.
package struct Credentials: Sendable {
    let store: any ProvisioningStore

    /// Creates what can be created, each draft by itself; the outcomes stand in the order of the drafts.
    ///
    /// Throws `credentialListEmpty`, `credentialListTooLong`, `realmUnknown`.
    package func create(_ drafts: [CredentialDraft], by caller: Caller) async throws(ProvisioningError)
        -> [CredentialOutcome]
    { throw ProvisioningError(.unavailable) }

    /// Creates a credential whose hashes (MD5 and SHA-256) are made here from a password.
    package func create(_ name: CredentialName, password: Secret<String>, realm: String?, account: AccountID)
        async throws(ProvisioningError) -> Credential
    { throw ProvisioningError(.unavailable) }

    /// The credential of that composite name in the account's default realm (or `realm`); a bare user name is enough where it is unambiguous.
    ///
    /// Throws `credentialUnknown`.
    package func get(_ composite: String, realm: String? = nil, by caller: Caller) async throws(ProvisioningError)
        -> Credential
    { throw ProvisioningError(.unavailable) }

    /// Throws `credentialsNone` where the account has none that match.
    package func list(_ query: CredentialQuery, by caller: Caller) async throws(ProvisioningError) -> CredentialPage {
        throw ProvisioningError(.unavailable)
    }

    /// Sets new hashes; live bindings stay until they refresh.
    ///
    /// Throws `credentialUnknown`, `credentialNameFixed` when the draft names another user or domain.
    package func update(_ composite: String, to draft: CredentialDraft, by caller: Caller)
        async throws(ProvisioningError) -> Credential
    { throw ProvisioningError(.unavailable) }

    /// Deletes the credential; its bindings have ended when this returns.
    ///
    /// Throws `credentialUnknown`.
    package func delete(_ composite: String, by caller: Caller) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }
}

/// A credential as a caller sent it, nothing checked yet.
package struct CredentialDraft: Sendable, Equatable {
    package var userName: String?
    package var domain: String?
    package var hash1: String?
    package var hash1b: String?
    package var realm: String?

    package init(
        userName: String? = nil, domain: String? = nil, hash1: String? = nil, hash1b: String? = nil,
        realm: String? = nil
    ) {
        self.userName = userName
        self.domain = domain
        self.hash1 = hash1
        self.hash1b = hash1b
        self.realm = realm
    }
}

/// What became of one draft.
package enum CredentialOutcome: Sendable, Equatable {
    case created(Credential)
    case refused(Fault)
}
