import GRDB
import Provisioning

extension SQLReader {
    func caller(named name: String) throws(ProvisioningError) -> StoredCaller? {
        try row(
            """
            SELECT caller.id, account, caller.name, role, password_hash, account.status
            FROM caller JOIN account ON account.id = caller.account WHERE caller.name = ?
            """, [name]
        ) { (row) throws(ProvisioningError) in
            StoredCaller(
                caller: try Caller(row), passwordHash: PasswordHash(text: row[4]),
                accountStatus: try row.value(5, as: AccountStatus.self))
        }
    }

    func callers(of account: AccountID) throws(ProvisioningError) -> [Caller] {
        try rows(
            "SELECT id, account, name, role FROM caller WHERE account = ? ORDER BY id", [account.rawValue], Caller.init)
    }
}

extension SQLiteTransaction {
    func insertCaller(name: String, account: AccountID, role: Role, passwordHash: PasswordHash)
        throws(ProvisioningError) -> Caller
    {
        let id = try insert(
            "INSERT INTO caller (account, name, role, password_hash) VALUES (?, ?, ?, ?)",
            [account.rawValue, name, role.rawValue, passwordHash.text],
            else: [
                .unique: ProvisioningError(.callerTaken, field: "name", name),
                .reference: ProvisioningError(.accountUnknown, "\(account)"),
            ])
        let caller = Caller(id: CallerID(rawValue: id), account: account, name: name, role: role)
        try record(.caller(caller), .created, account: account)
        return caller
    }

    func updatePassword(of caller: Caller, to hash: PasswordHash) throws(ProvisioningError) {
        let count = try run(
            "UPDATE caller SET password_hash = ? WHERE id = ? AND account = ?",
            [hash.text, caller.id.rawValue, caller.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.callerUnknown, caller.name) }
        try record(.caller(caller), .updated, account: caller.account)
    }

    func delete(_ caller: Caller) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM caller WHERE id = ? AND account = ?", [caller.id.rawValue, caller.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.callerUnknown, caller.name) }
        try record(.callerDeleted(caller), .deleted, account: caller.account)
    }
}

extension Caller {
    fileprivate init(_ row: Row) throws(ProvisioningError) {
        self.init(
            id: CallerID(rawValue: row[0]), account: AccountID(rawValue: row[1]), name: row[2],
            role: try row.value(3, as: Role.self))
    }
}
