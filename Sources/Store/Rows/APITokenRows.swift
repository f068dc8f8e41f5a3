import GRDB
import Provisioning

extension SQLReader {
    func apiToken(hash: String) throws(ProvisioningError) -> (token: APIToken, project: String)? {
        try row(
            """
            SELECT token.id, token.account, token.name, contract, scopes, created_at, project
            FROM api_token AS token JOIN account ON account.id = token.account WHERE hash = ?
            """, [hash]
        ) { (row) throws(ProvisioningError) in (try APIToken(row), row[6] as String) }
    }

    func apiTokens(of account: AccountID) throws(ProvisioningError) -> [APIToken] {
        try rows("\(APIToken.query) WHERE account = ? ORDER BY id", [account.rawValue], APIToken.init)
    }
}

extension SQLiteTransaction {
    func insertAPIToken(
        name: String, hash: String, contract: APIToken.Contract, scopes: Set<APIToken.Scope>, account: AccountID
    ) throws(ProvisioningError) -> APIToken {
        let id = try insert(
            "INSERT INTO api_token (account, name, hash, contract, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                account.rawValue, name, hash, contract.rawValue, scopes.map(\.rawValue).sorted().joined(separator: " "),
                now.milliseconds,
            ],
            else: [.reference: ProvisioningError(.accountUnknown, "\(account)")])
        let token = APIToken(
            id: APITokenID(rawValue: id), account: account, name: name, contract: contract, scopes: scopes,
            createdAt: now)
        try record(.apiToken(token), .created, account: account)
        return token
    }

    func deleteAPIToken(_ id: APITokenID, of account: AccountID) throws(ProvisioningError) -> APIToken {
        let token = try row(
            "\(APIToken.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], APIToken.init)
        guard let token else { throw ProvisioningError(.apiTokenUnknown, "\(id)") }
        try run("DELETE FROM api_token WHERE id = ? AND account = ?", [id.rawValue, account.rawValue])
        try record(.apiTokenDeleted(token), .deleted, account: account)
        return token
    }
}

extension APIToken {
    fileprivate static let query = "SELECT id, account, name, contract, scopes, created_at FROM api_token"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        self.init(
            id: APITokenID(rawValue: row[0]), account: AccountID(rawValue: row[1]), name: row[2],
            contract: try row.value(3, as: Contract.self), scopes: Set(row.words(4).compactMap(Scope.init)),
            createdAt: row.timestamp(5))
    }
}
