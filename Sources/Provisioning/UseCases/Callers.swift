/// Who may ask, and with which role.
package struct Callers: Sendable {
    let store: any ProvisioningStore
    let passwords: any PasswordHashing
    let verified: VerifiedCallers
    let checks: PasswordChecks
    let tokens: AccessTokens
    let verifiedTokens: VerifiedCallers
    /// The time of day, for tokens and for saying when to come back.
    let now: @Sendable () -> Timestamp

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
    /// Verified pairs are remembered for a short while, keyed by a hash. Throws `tooManyAttempts` where the source or
    /// others tried too often for the name, or too many checks wait; `accountSuspended` once the password is right.
    package func authenticate(name: String, password: Secret<String>, from source: IPAddress? = nil)
        async throws(ProvisioningError) -> Caller?
    {
        try await verifiedCaller(name: name, password: password, from: source)?.admitted()
    }

    private func verifiedCaller(name: String, password: Secret<String>, from source: IPAddress?)
        async throws(ProvisioningError) -> StoredCaller?
    {
        guard Self.isName(name), (try? password.requirePassword()) != nil else { return nil }
        return try await verified.caller(name: name, password: password) { isTrusted in
            await limited(name: name, source: source, isTrusted: isTrusted) {
                await verify(name: name, password: password)
            }
        }.get()
    }

    /// A token that stands for that name and password until it is over or one of the two changes, or `nil` for a pair
    /// that is wrong.
    ///
    /// Throws as `authenticate` does.
    package func token(name: String, password: Secret<String>, from source: IPAddress? = nil)
        async throws(ProvisioningError) -> Secret<String>?
    {
        // Issued for the password that was checked, not for one that may have replaced it since.
        guard let stored = try await verifiedCaller(name: name, password: password, from: source) else { return nil }
        _ = try stored.admitted()
        return tokens.issue(for: stored, at: now())
    }

    /// The caller that a token stands for, or `nil` for one that is not ours, over, or revoked.
    ///
    /// Throws `accountSuspended`.
    package func authenticate(token: Secret<String>) async throws(ProvisioningError) -> Caller? {
        if let stored = verifiedTokens.remembered(name: "", password: token) { return try stored.admitted() }
        let now = now()
        guard let claims = tokens.claims(of: token, at: now) else { return nil }
        let rest = Duration.milliseconds(claims.exp * 1000 - now.milliseconds)
        return try await verifiedTokens.caller(name: "", password: token, limit: rest) { _ in
            await holder(of: claims)
        }.get()?.admitted()
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
        forget(caller)
    }

    /// Throws `callerUnknown`.
    package func delete(_ name: String) async throws(ProvisioningError) {
        let caller = try await store.write { (store) throws(ProvisioningError) in
            let caller = try store.requireCaller(name)
            try store.delete(caller)
            return caller
        }
        forget(caller)
    }

    private func forget(_ caller: Caller) { forget { $0.id == caller.id } }

    /// What was remembered of an account's callers may no longer be so.
    func forget(of account: AccountID) { forget { $0.account == account } }

    private func forget(_ isMeant: (Caller) -> Bool) {
        verified.forget(isMeant)
        verifiedTokens.forget(isMeant)
    }

    private func holder(of claims: AccessTokens.Claims) async -> VerifiedCallers.Outcome {
        do throws(ProvisioningError) {
            let stored = try await store.read { (store) throws(ProvisioningError) in try store.caller(named: claims.sub)
            }
            guard let stored, tokens.isCurrent(claims, for: stored.passwordHash) else { return .success(nil) }
            return .success(stored)
        } catch {
            return .failure(error)
        }
    }

    private func limited(
        name: String, source: IPAddress?, isTrusted: Bool, _ check: @Sendable () async -> VerifiedCallers.Outcome
    ) async -> VerifiedCallers.Outcome {
        switch await checks.run(name: name, source: source, isTrusted: isTrusted, check) {
        case .made(let outcome): return outcome
        case .refused(let wait):
            let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
            let end = now().milliseconds / 1000 + seconds
            return .failure(ProvisioningError(.tooManyAttempts, "\(seconds)", "\(end)"))
        }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isBlank && name.length <= 64 && !name.contains(":") && !name.hasControls
    }

    /// Slow on purpose, so not on the executor of whoever asks.
    @concurrent private func hashed(_ password: Secret<String>) async -> PasswordHash { passwords.hash(password) }

    @concurrent private func verify(name: String, password: Secret<String>) async
        -> VerifiedCallers.Outcome
    {
        do throws(ProvisioningError) {
            let stored = try await store.read { (store) throws(ProvisioningError) in try store.caller(named: name) }
            guard let stored else {
                _ = passwords.hash(password)
                return .success(nil)
            }
            return .success(passwords.verify(password, against: stored.passwordHash) ? stored : nil)
        } catch {
            return .failure(error)
        }
    }
}

extension StoredCaller {
    /// Throws `accountSuspended`.
    fileprivate func admitted() throws(ProvisioningError) -> Caller {
        try accountStatus.requireOpen(caller.account)
        return caller
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
