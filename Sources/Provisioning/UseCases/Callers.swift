/// Who may ask, and with which role.
package struct Callers: Sendable {
    let store: any ProvisioningStore
    let passwords: any PasswordHashing
    let verified: VerifiedCallers

    /// Checks `callerInvalid` (1 to 64 characters, no colon, no control; RFC 7617 section 2) and the password's shape,
    /// then the store: `accountUnknown`, `callerTaken`.
    package func create(name: String, account: AccountID, role: Role, password: Secret<String>)
        async throws(ProvisioningError) -> Caller
    {
        guard Self.isName(name) else { throw ProvisioningError(.callerInvalid, field: "name", name) }
        try password.requirePassword()
        let hash = await hashed(password)
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.insertCaller(name: name, account: account, role: role, passwordHash: hash)
        }
    }

    /// The caller with that name and password, or `nil`; takes as long for an unknown name as for a wrong password.
    ///
    /// Verified pairs are remembered for a short while, keyed by a hash.
    package func authenticate(name: String, password: Secret<String>) async throws(ProvisioningError) -> Caller? {
        guard Self.isName(name), (try? password.requirePassword()) != nil else { return nil }
        return try await verified.caller(name: name, password: password) {
            await verify(name: name, password: password)
        }.get()
    }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [Caller] {
        try await store.read { (store) throws(ProvisioningError) in try store.callers(of: account) }
    }

    /// Throws `elementRequired` or `credentialFieldTooLong` for the password, `callerUnknown`.
    package func setPassword(_ password: Secret<String>, of name: String) async throws(ProvisioningError) {
        try password.requirePassword()
        let hash = await hashed(password)
        let caller = try await store.write { (store) throws(ProvisioningError) in
            let caller = try store.requireCaller(name)
            try store.updatePassword(of: caller, to: hash)
            return caller
        }
        verified.forget(caller.id)
    }

    /// Throws `callerUnknown`.
    package func delete(_ name: String) async throws(ProvisioningError) {
        let caller = try await store.write { (store) throws(ProvisioningError) in
            let caller = try store.requireCaller(name)
            try store.delete(caller)
            return caller
        }
        verified.forget(caller.id)
    }

    private static func isName(_ name: String) -> Bool {
        !name.isBlank && name.length <= 64 && !name.contains(":") && !name.hasControls
    }

    /// Slow on purpose, so not on the executor of whoever asks.
    @concurrent private func hashed(_ password: Secret<String>) async -> PasswordHash { passwords.hash(password) }

    @concurrent private func verify(name: String, password: Secret<String>) async
        -> Result<Caller?, ProvisioningError>
    {
        do throws(ProvisioningError) {
            let stored = try await store.read { (store) throws(ProvisioningError) in try store.caller(named: name) }
            guard let stored else {
                _ = passwords.hash(password)
                return .success(nil)
            }
            return .success(passwords.verify(password, against: stored.passwordHash) ? stored.caller : nil)
        } catch {
            return .failure(error)
        }
    }
}

extension ProvisioningReader {
    /// Throws `callerUnknown`.
    fileprivate func requireCaller(_ name: String) throws(ProvisioningError) -> Caller {
        guard let stored = try caller(named: name) else { throw ProvisioningError(.callerUnknown, name) }
        return stored.caller
    }
}

extension Secret<String> {
    /// Throws `elementRequired` for an empty password, `credentialFieldTooLong` for one above 256 bytes.
    func requirePassword() throws(ProvisioningError) {
        let length = reveal().utf8.count
        guard length > 0 else { throw ProvisioningError(.elementRequired, field: "password", "Password") }
        guard length <= 256 else {
            throw ProvisioningError(.credentialFieldTooLong, field: "password", "Password", description, "256")
        }
    }
}
