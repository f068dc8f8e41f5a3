/// Who may ask, and with which role.
package struct Callers: Sendable {
    let store: any ProvisioningStore
    let passwords: any PasswordHashing

    /// Throws `callerInvalid`, `callerTaken`, `accountUnknown`.
    package func create(name: String, account: AccountID, role: Role, password: Secret<String>)
        async throws(ProvisioningError) -> Caller
    { throw ProvisioningError(.unavailable) }

    /// The caller with that name and password, or `nil`; takes as long for an unknown name as for a wrong password.
    ///
    /// Verified pairs are remembered for a short while, keyed by a hash.
    package func authenticate(name: String, password: Secret<String>) async throws(ProvisioningError) -> Caller? {
        throw ProvisioningError(.unavailable)
    }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [Caller] {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `callerUnknown`.
    package func setPassword(_ password: Secret<String>, of name: String) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `callerUnknown`.
    package func delete(_ name: String) async throws(ProvisioningError) { throw ProvisioningError(.unavailable) }
}
