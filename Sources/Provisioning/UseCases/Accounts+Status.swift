/// How an account is stopped, goes on, and ends.
extension Accounts {
    /// How many rows one transaction deletes: others write in between.
    private static let batch = 500

    /// How far a deletion came.
    package struct Deletion: Sendable, Equatable {
        /// How many rows this call deleted.
        package let removed: Int
        /// Whether nothing of the account is left.
        package let isDone: Bool
    }

    /// Stops an account: when this returns nobody of it is let in, its phones' bindings have ended, and the registrations
    /// that it has elsewhere may not be on the wire. All of it is kept. An account that is suspended stays so.
    ///
    /// Throws `accountUnknown`, `accountLeaving`.
    package func suspend(_ id: AccountID) async throws(ProvisioningError) -> Account {
        let account = try await store.write { (store) throws(ProvisioningError) in
            try store.setStatus(.suspended, of: id).account
        }
        callers.forget(of: id)
        return account
    }

    /// Lets a suspended account go on; registrations whose month began meanwhile are paid for, as far as the money goes.
    ///
    /// Throws `accountUnknown`, `accountLeaving`.
    package func resume(_ id: AccountID) async throws(ProvisioningError) -> Account {
        let (now, tariff) = (now(), tariff)
        let account = try await store.write { (store) throws(ProvisioningError) in
            let (account, isNew) = try store.setStatus(.active, of: id)
            if isNew, let ledger = try store.ledger(of: id), !ledger.isFrozen {
                try store.thaw(id, tariff: tariff, at: now)
            }
            return account
        }
        callers.forget(of: id)
        return account
    }

    /// Deletes a suspended account with everything that it has, some rows at a time: `rows` in this call, or a few more.
    ///
    /// With the first call it is gone for its phones and for whoever follows the changes, and does not come back; called
    /// again it goes on. Throws `accountUnknown`, `accountActive`.
    package func delete(_ id: AccountID, rows limit: Int = .max) async throws(ProvisioningError) -> Deletion {
        try await store.write { (store) throws(ProvisioningError) in
            guard try store.requireAccount(id).status != .active else {
                throw ProvisioningError(.accountActive, "\(id)")
            }
            _ = try store.setStatus(.leaving, of: id)
        }
        callers.forget(of: id)
        var removed = 0
        while removed < limit {
            let (rows, isDone) = try await store.write { (store) throws(ProvisioningError) in
                try store.removeSome(of: id, limit: Self.batch)
            }
            removed += rows
            if isDone { return Deletion(removed: removed, isDone: true) }
        }
        return Deletion(removed: removed, isDone: false)
    }

    /// Ends the deletions that were begun and are not done, such as after a crash; returns which accounts are gone.
    package func finishDeletions() async throws(ProvisioningError) -> [AccountID] {
        let leaving = try await list().filter { $0.status == .leaving }.map(\.id)
        for account in leaving { _ = try await delete(account) }
        return leaving
    }
}

extension AccountStatus {
    /// Throws `accountSuspended` unless the account is active.
    func requireOpen(_ account: AccountID) throws(ProvisioningError) {
        guard self == .active else { throw ProvisioningError(.accountSuspended, field: "account", "\(account)") }
    }
}

extension ProvisioningTransaction {
    /// The account with that status, and whether it had another before. Nothing leads away from `leaving`.
    fileprivate func setStatus(_ status: AccountStatus, of id: AccountID) throws(ProvisioningError)
        -> (account: Account, isNew: Bool)
    {
        var account = try requireAccount(id)
        guard account.status != status else { return (account, false) }
        guard account.status != .leaving else { throw ProvisioningError(.accountLeaving, "\(id)") }
        account.status = status
        try update(account)
        return (account, true)
    }

    /// Deletes some rows of an account that leaves, and the account once nothing else is left of it.
    fileprivate func removeSome(of id: AccountID, limit: Int) throws(ProvisioningError) -> (rows: Int, isDone: Bool) {
        guard let account = try account(id) else { return (0, true) }
        let rows = try removeRows(of: id, limit: limit)
        guard rows < limit else { return (rows, false) }
        try delete(account)
        return (rows + 1, true)
    }
}
