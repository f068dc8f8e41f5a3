import Crypto
import CryptoExtras

/// Keys that programs sign in with: RSA keys that sign tokens, and secrets of the older kind.
package struct ServiceKeys: Sendable {
    let store: any ProvisioningStore
    let tokens: AccessTokens
    let seal: Seal
    let now: @Sendable () -> Timestamp

    private static let limit = 100

    /// A key with what only its holder keeps; it is shown once.
    package struct Issued: Sendable {
        package let key: ServiceKey
        /// A PKCS#8 private key in PEM, or the secret.
        package let secret: Secret<String>
    }

    /// Makes an RSA key whose public half is kept. Throws `accountUnknown`, `parameterTooLong`, `keyLimit`.
    package func create(_ description: String?, role: ServiceRole, account: AccountID) async throws(ProvisioningError)
        -> Issued
    {
        guard let key = await Self.newKey() else { throw ProvisioningError(.unavailable) }
        return try await insert(
            description, role: role, account: account, proof: .publicKey(key.publicKey.pemRepresentation),
            secret: Secret(key.pkcs8PEMRepresentation))
    }

    /// Makes a secret of the older kind, which may do everything. Throws `accountUnknown`, `parameterTooLong`, `keyLimit`.
    package func createSecret(_ description: String?, account: AccountID) async throws(ProvisioningError) -> Issued {
        let secret = Secret(UniqueID.random().description)
        return try await insert(
            description, role: .owner, account: account, proof: .digest(tokens.digest(of: secret)), secret: secret)
    }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [ServiceKey] {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.serviceKeys(of: account)
        }
    }

    /// Throws `keyUnknown`.
    package func delete(_ id: String, account: AccountID) async throws(ProvisioningError) {
        try await store.write { (store) throws(ProvisioningError) in
            guard let key = try store.serviceKey(id.lowercased()), key.account == account else {
                throw ProvisioningError(.keyUnknown, field: "key_id", id)
            }
            try store.delete(key)
        }
    }

    /// The key that signed a token.
    ///
    /// Throws `tokenUnreadable`, `notAuthorized` for an unknown key, a wrong signature or another account's id, then
    /// `tokenLivesTooLong`, `tokenIssuedInFuture`, `tokenExpired`, and `accountSuspended`.
    package func authenticate(token: Secret<String>) async throws(ProvisioningError) -> ServiceKey {
        let token = try ServiceToken(reading: token)
        let found = try await store.read { (store) throws(ProvisioningError) in
            try store.serviceKey(token.keyID).map { (key) throws(ProvisioningError) in
                (key, try store.requireAccount(key.account).status)
            }
        }
        guard let (key, status) = found, case .publicKey(let pem) = key.secret, token.isSigned(by: pem) else {
            throw ProvisioningError(.notAuthorized)
        }
        try token.require(key.account, at: now())
        try status.requireOpen(key.account)
        return key
    }

    /// The key with that secret in an account that is named by its id, its name or its address, of which the first counts.
    ///
    /// Throws `notAuthorized`, `accountSuspended`.
    package func authenticate(secret: Secret<String>, id: String?, name: String?, email: String? = nil)
        async throws(ProvisioningError) -> ServiceKey
    {
        let digest = tokens.digest(of: secret)
        let key = try await store.read { (store) throws(ProvisioningError) -> ServiceKey? in
            guard let account = try store.accountID(id, named: name, email: email),
                let key = try store.serviceKeys(of: account).first(where: { $0.secret.isSame(digest) })
            else { return nil }
            try store.requireAccount(account).status.requireOpen(account)
            return key
        }
        guard let key else { throw ProvisioningError(.notAuthorized) }
        return key
    }

    private func insert(
        _ description: String?, role: ServiceRole, account: AccountID, proof: ServiceKey.Proof, secret: Secret<String>
    ) async throws(ProvisioningError) -> Issued {
        guard (description ?? "").length <= 255 else {
            throw ProvisioningError(.parameterTooLong, field: "description", "description", "255")
        }
        let id = UniqueID.random().description
        let key = ServiceKey(
            id: id, account: account, description: description, role: role, secret: proof,
            created: now())
        let seal = seal
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            guard try store.serviceKeys(of: account).count < Self.limit else { throw ProvisioningError(.keyLimit) }
            try store.insert(key)
            guard case .digest = proof else { return }
            try store.insertSecret(of: key) { seal.seal(secret, bound: Self.place($0, account)) }
        }
        return Issued(key: key, secret: secret)
    }

    /// The secret that the account's callbacks are signed with: its oldest of the older kind; `nil` where it has none.
    package func callbackSecret(of account: AccountID) async throws(ProvisioningError) -> Secret<String>? {
        let kept = try await store.read { (store) throws(ProvisioningError) in try store.sealedSecret(of: account) }
        return kept.flatMap { seal.open($0.sealed, bound: Self.place($0.id, account)) }
    }

    private static func place(_ row: Int64, _ account: AccountID) -> Seal.Context {
        Seal.Context(.keySecret, account: account, row: row)
    }

    /// Slow, so not on the executor of whoever asks.
    @concurrent private static func newKey() async -> _RSA.Signing.PrivateKey? {
        try? _RSA.Signing.PrivateKey(keySize: .bits2048)
    }
}

extension ProvisioningReader {
    /// The account's id from its text, or, where there is none, from the account's name.
    fileprivate func accountID(_ id: String?, named name: String?, email: String?) throws(ProvisioningError)
        -> AccountID?
    {
        if let id { return AccountID(id) }
        if let name { return try accounts().first { $0.name == name }?.id }
        return email.flatMap(SIPDomain.account(ofMailAddress:))
    }
}

extension ServiceKey.Proof {
    /// Compares in constant time.
    fileprivate func isSame(_ digest: String) -> Bool {
        guard case .digest(let kept) = self else { return false }
        return SymmetricKey(data: Array(kept.utf8)) == SymmetricKey(data: Array(digest.utf8))
    }
}
