/// Users of applications: each is a digest credential in its application's domain.
///
/// Every call throws `forbidden` for a caller whose role does not allow it; changes throw `accountFrozen`.
package struct EndUsers: Sendable {
    let store: any ProvisioningStore
    let now: @Sendable () -> Timestamp

    /// What stands in the place of the hashes of a user that is not active: no digest, so nothing matches it.
    private static let inactive = CredentialHashes(hash1: "inactive")

    /// Creates a user, who may register when this returns.
    ///
    /// Throws `endUserNameInvalid`, `endUserPasswordTooShort`, `parameterTooLong`, `endUserPasswordHasSpaces`,
    /// `endUserDisplayNameInvalid`, `endUserCustomDataTooLong`, `applicationIDUnknown`, `applicationNameInvalid`,
    /// `endUserNameTaken`, whoever has the name.
    package func create(
        _ name: String, password: Secret<String>, details: EndUserDetails, in application: Reference<CallApplication>,
        by caller: Caller
    ) async throws(ProvisioningError) -> EndUser {
        try caller.requireChange()
        try EndUserRules.requireName(name)
        try EndUserRules.requirePassword(password)
        try EndUserRules.requireDetails(details)
        let now = now()
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            let application = try store.requireApplication(application, of: caller.account)
            let hashes =
                details.isActive
                ? CredentialHashes(of: name, realm: application.domain.name, password: password) : Self.inactive
            let credential = try store.insertCredential(name, hashes: hashes, in: application)
            return try store.insertEndUser(credential, details: details, in: application, at: now)
        }
    }

    /// Throws `applicationIDUnknown`, `applicationNameInvalid`.
    package func list(
        _ query: EndUserQuery, in application: Reference<CallApplication>?, by caller: Caller
    ) async throws(ProvisioningError) -> Page<EndUser> {
        try await store.read { (store) throws(ProvisioningError) in
            var query = query
            if let application { query.application = try store.requireApplication(application, of: caller.account).id }
            return try store.endUsers(of: caller.account, matching: query)
        }
    }

    /// Sets what the change says: a new password is asked of the next request, while bindings last until they expire or
    /// are refreshed; those of a user that is not active any more have ended when this returns.
    ///
    /// Throws `applicationIDUnknown`, `applicationNameInvalid`, `userIDUnknown`, `endUserNameUnknown`, then what `create` throws
    /// for the new values; `parameterNeeded` where a user is to become active again and no password comes with it.
    package func update(
        _ user: Reference<EndUser>, in application: Reference<CallApplication>?, to change: EndUserChange,
        by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        if let password = change.password { try EndUserRules.requirePassword(password) }
        let now = now()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            var user = try store.requireEndUser(user, in: application, of: caller.account)
            let wasActive = user.details.isActive
            user.details.displayName = change.displayName ?? user.details.displayName
            user.details.customData = change.customData ?? user.details.customData
            user.details.isActive = change.isActive ?? wasActive
            user.modified = now
            try EndUserRules.requireDetails(user.details)
            if user.details.isActive, !wasActive, change.password == nil {
                throw ProvisioningError(.parameterNeeded, field: "user_password", "user_password")
            }
            try store.setHashes(of: user, wasActive: wasActive, password: change.password, inactive: Self.inactive)
            try store.update(user)
        }
    }

    /// Deletes users and their credentials, whose bindings have ended when this returns. All go, or none.
    ///
    /// Throws `applicationIDUnknown`, `applicationNameInvalid`, `userIDUnknown`, `endUserNameUnknown`, and `parameterNeeded` for
    /// names without their application.
    package func delete(
        _ choice: References<EndUser>, in application: Reference<CallApplication>?, by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            let references: [Reference<EndUser>] =
                switch choice {
                case .ids(let ids): ids.map(Reference.id)
                case .names(let names): names.map(Reference.name)
                case .all:
                    try store.allEndUsers(in: application, of: caller.account).map { .id($0.id) }
                }
            for reference in references {
                try store.delete(store.requireEndUser(reference, in: application, of: caller.account))
            }
        }
    }
}

/// What is to become of a user; `nil` stays.
package struct EndUserChange: Sendable {
    package var password: Secret<String>?
    package var displayName: String?
    package var isActive: Bool?
    package var customData: String?

    package init() {}
}

extension ProvisioningReader {
    /// Throws `applicationIDUnknown`, `applicationNameInvalid`, `userIDUnknown`, `endUserNameUnknown`, `endUserOfOtherApplication`,
    /// and `parameterNeeded` for a name without its application.
    func requireEndUser(
        _ reference: Reference<EndUser>, in application: Reference<CallApplication>?, of account: AccountID
    ) throws(ProvisioningError) -> EndUser {
        let application = try application.map { (reference) throws(ProvisioningError) in
            try requireApplication(reference, of: account)
        }
        switch reference {
        case .id(let id):
            guard let user = try endUser(id, of: account) else {
                throw ProvisioningError(.userIDUnknown, field: "user_id", "\(id)")
            }
            guard application == nil || application?.id == user.application else {
                throw ProvisioningError(.endUserOfOtherApplication, field: "user_id", "\(id)")
            }
            return user
        case .name(let name):
            guard let application else {
                throw ProvisioningError(.parameterNeeded, field: "application_id", "application_id")
            }
            guard let user = try endUser(named: name, in: application.id, of: account) else {
                throw ProvisioningError(.endUserNameUnknown, field: "user_name", "user_name")
            }
            return user
        }
    }

    fileprivate func allEndUsers(in application: Reference<CallApplication>?, of account: AccountID)
        throws(ProvisioningError) -> [EndUser]
    {
        var query = EndUserQuery()
        query.count = .max
        if let application { query.application = try requireApplication(application, of: account).id }
        return try endUsers(of: account, matching: query).elements
    }
}

extension ProvisioningTransaction {
    /// Throws `endUserNameTaken`.
    fileprivate func insertCredential(_ name: String, hashes: CredentialHashes, in application: CallApplication)
        throws(ProvisioningError) -> Credential
    {
        do throws(ProvisioningError) {
            return try insertCredential(
                CredentialName(userName: name), realm: application.domain.name, hashes: hashes,
                account: application.account)
        } catch {
            guard error.first.rule == .credentialTaken else { throw error }
            throw ProvisioningError(.endUserNameTaken, field: "user_name", name)
        }
    }

    /// Gives the user's credential the hashes of its new password, or none that match.
    fileprivate func setHashes(
        of user: EndUser, wasActive: Bool, password: Secret<String>?, inactive: CredentialHashes
    ) throws(ProvisioningError) {
        guard var credential = try credential(user.credential, of: user.account) else {
            throw ProvisioningError(.userIDUnknown, field: "user_id", "\(user.id)")
        }
        if user.details.isActive, let password {
            credential.hashes = CredentialHashes(
                of: credential.name.composite, realm: credential.realm, password: password)
            try update(credential)
        } else if !user.details.isActive, wasActive {
            credential.hashes = inactive
            try reissue(credential)
        }
    }
}
