import Crypto

/// Tokens with which programs ask in an account's name.
package struct APITokens: Sendable {
    let store: any ProvisioningStore
    let key: SymmetricKey

    /// A new token, which nobody can be told again.
    ///
    /// Throws `apiTokenNameInvalid` (1 to 64 characters, no control), `accountUnknown`.
    package func create(
        name: String, contract: APIToken.Contract = .year2026, scopes: Set<APIToken.Scope>? = nil, account: AccountID
    ) async throws(ProvisioningError) -> (token: APIToken, secret: Secret<String>) {
        guard !name.isBlank, name.length <= 64, !name.hasControls else {
            throw ProvisioningError(.apiTokenNameInvalid, field: "name", name)
        }
        let random = [UniqueID.random(), .random()].flatMap(\.bytes)
        let secret = Secret(APIToken.prefix + random.hexadecimal)
        let hash = hash(of: secret)
        let token = try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.insertAPIToken(
                name: name, hash: hash, contract: contract, scopes: scopes ?? Set(APIToken.Scope.allCases),
                account: account)
        }
        return (token, secret)
    }

    /// The tokens of a new account: one for each contract, named after it. Throws `accountUnknown`.
    package func createFirst(of account: AccountID) async throws(ProvisioningError)
        -> [(token: APIToken, secret: Secret<String>)]
    {
        var made: [(token: APIToken, secret: Secret<String>)] = []
        for contract in APIToken.Contract.allCases {
            made.append(try await create(name: "first \(contract.rawValue)", contract: contract, account: account))
        }
        return made
    }

    /// Throws `accountUnknown`.
    package func list(of account: AccountID) async throws(ProvisioningError) -> [APIToken] {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.apiTokens(of: account)
        }
    }

    /// From the moment that this returns nobody gets in with it. Throws `apiTokenUnknown`.
    package func delete(_ id: APITokenID, of account: AccountID) async throws(ProvisioningError) {
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.deleteAPIToken(id, of: account)
        }
    }

    /// The token with that text if its account has that project id, or `nil`. Throws `accountSuspended`.
    package func authenticate(project: String, token: Secret<String>) async throws(ProvisioningError) -> APIToken? {
        guard let project = UniqueID(project), token.reveal().utf8.count <= 256 else { return nil }
        let hash = hash(of: token)
        return try await store.read { (store) throws(ProvisioningError) in
            guard let found = try store.apiToken(hash: hash), found.project == project.description else { return nil }
            try store.requireAccount(found.token.account).status.requireOpen(found.token.account)
            return found.token
        }
    }

    private func hash(of token: Secret<String>) -> String {
        Array(HMAC<SHA256>.authenticationCode(for: Array(token.reveal().utf8), using: key)).hexadecimal
    }
}

extension APIToken {
    /// Whoever asks with the token, who may change everything of the account.
    package var caller: Caller {
        Caller(id: CallerID(rawValue: 0), account: account, name: "token \(id)", role: .administrator)
    }
}
