import GRDB
import Provisioning

extension SQLReader {
    func credential(named composite: String, realm: String, of account: AccountID) throws(ProvisioningError)
        -> Credential?
    {
        try row(
            "\(Credential.query) WHERE realm = ? AND composite = ? AND account = ?",
            [realm, composite, account.rawValue], Credential.init)
    }

    func credential(_ id: CredentialID, of account: AccountID) throws(ProvisioningError) -> Credential? {
        try row("\(Credential.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], Credential.init)
    }

    func credentialCounts(of account: AccountID) throws(ProvisioningError) -> [String: Int] {
        // A realm's credentials are all of the account that has the realm: the foreign key sees to it, and the index
        // that makes names unique is enough to count them.
        let counts = try rows(
            """
            SELECT realm, count(*) FROM credential
            WHERE realm IN (SELECT name FROM domain WHERE account = ?) GROUP BY realm
            """, [account.rawValue]
        ) { (realm: $0[0] as String, count: $0[1] as Int) }
        return Dictionary(counts.map { ($0.realm, $0.count) }) { first, _ in first }
    }

    func credentials(userName: String, of account: AccountID) throws(ProvisioningError) -> [Credential] {
        // `@` and `A` are neighbours, so the names `user@...` are one range of the index that makes names unique;
        // the `+` keeps the planner from reading all of the account's credentials instead.
        try rows(
            """
            \(Credential.query) WHERE +account = ?1 AND realm IN (SELECT name FROM domain WHERE account = ?1)
                AND composite >= ?2 AND composite < ?2 || 'A' AND bare = ?2 ORDER BY id
            """, [account.rawValue, userName], Credential.init)
    }

    /// Throws `pageInvalid` for a position below 1 or a name that no match has.
    func credentials(of account: AccountID, matching query: CredentialQuery) throws(ProvisioningError)
        -> CredentialPage
    {
        let filter: StatementArguments = [
            account.rawValue, query.realm?.lowercased(), query.userNameFragment?.lowercased(),
            query.domainFragment?.lowercased(), query.realmFragment?.lowercased(),
        ]
        let position = try position(of: query.start, filter)
        let count = max(1, min(query.count, Credential.pageLimit))
        var found = try rows(
            "\(Credential.query) \(Credential.filter) ORDER BY id LIMIT ? OFFSET ?",
            filter + [count + 1, position - 1], Credential.init)
        let hasMore = found.count > count
        if hasMore { found.removeLast() }
        return CredentialPage(credentials: found, position: position, hasMore: hasMore)
    }

    func forEachCredential(_ body: (Credential) -> Void) throws(ProvisioningError) {
        try forEachRow(Credential.query, []) { body(Credential($0)) }
    }

    private func position(of start: CredentialQuery.Start, _ filter: StatementArguments)
        throws(ProvisioningError) -> Int
    {
        switch start {
        case .position(let position):
            guard position >= 1 else { throw ProvisioningError(.pageInvalid, field: "page", "\(position)") }
            return position
        case .name(let name):
            let sql = """
                SELECT (SELECT count(*) FROM credential \(Credential.filter) AND id <= first.id)
                FROM (SELECT min(id) AS id FROM credential \(Credential.filter) AND composite = ?) AS first
                WHERE first.id IS NOT NULL
                """
            guard let position = try row(sql, filter + filter + [name], { $0[0] as Int }) else {
                throw ProvisioningError(.pageInvalid, field: "page", name)
            }
            return position
        }
    }
}

extension SQLiteTransaction {
    func insertCredential(_ name: CredentialName, realm: String, hashes: CredentialHashes, account: AccountID)
        throws(ProvisioningError) -> Credential
    {
        let created = nextChange
        let id = try insert(
            """
            INSERT INTO credential (user_name, domain, realm, hash1, hash1b, sha256, sha256b, account, created)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                name.userName, name.domain, realm, hashes.hash1, hashes.hash1b, hashes.sha256, hashes.sha256b,
                account.rawValue, created,
            ],
            else: [
                .unique: ProvisioningError(.credentialTaken, field: "userName", name.composite, "\(account)"),
                .reference: ProvisioningError(.realmUnknown, field: "realm", realm, "\(account)"),
            ])
        let credential = Credential(
            id: CredentialID(rawValue: id), account: account, name: name, realm: realm, hashes: hashes,
            created: created)
        try record(.credential(credential), .created, account: account)
        return credential
    }

    func update(_ credential: Credential) throws(ProvisioningError) {
        let (name, hashes, account) = (credential.name, credential.hashes, credential.account)
        let count = try run(
            """
            UPDATE credential
            SET user_name = ?, domain = ?, realm = ?, hash1 = ?, hash1b = ?, sha256 = ?, sha256b = ?
            WHERE id = ? AND account = ?
            """,
            [
                name.userName, name.domain, credential.realm, hashes.hash1, hashes.hash1b, hashes.sha256,
                hashes.sha256b, credential.id.rawValue, account.rawValue,
            ],
            else: [
                .unique: ProvisioningError(.credentialTaken, field: "userName", name.composite, "\(account)"),
                .reference: ProvisioningError(.realmUnknown, field: "realm", credential.realm, "\(account)"),
            ])
        guard count == 1 else { throw ProvisioningError(.credentialUnknown, name.composite, "\(account)") }
        try record(.credential(credential), .updated, account: account)
    }

    func reissue(_ credential: Credential) throws(ProvisioningError) {
        let (hashes, account) = (credential.hashes, credential.account)
        try record(.credentialDeleted(credential), .deleted, account: account)
        let anew = Credential(
            id: credential.id, account: account, name: credential.name, realm: credential.realm, hashes: hashes,
            created: nextChange)
        let count = try run(
            """
            UPDATE credential SET hash1 = ?, hash1b = ?, sha256 = ?, sha256b = ?, created = ? WHERE id = ? AND account = ?
            """,
            [
                hashes.hash1, hashes.hash1b, hashes.sha256, hashes.sha256b, anew.created, credential.id.rawValue,
                account.rawValue,
            ])
        guard count == 1 else { throw ProvisioningError(.credentialUnknown, credential.name.composite, "\(account)") }
        try record(.credential(anew), .created, account: account)
    }

    func delete(_ credential: Credential) throws(ProvisioningError) {
        // The schema deletes the endpoint with it; the log must know.
        let endpoint = try endpoint(with: credential)
        let count = try run(
            "DELETE FROM credential WHERE id = ? AND account = ?",
            [credential.id.rawValue, credential.account.rawValue])
        guard count == 1 else {
            throw ProvisioningError(.credentialUnknown, credential.name.composite, "\(credential.account)")
        }
        if let endpoint { try record(.endpointDeleted(endpoint), .deleted, account: credential.account) }
        try record(.credentialDeleted(credential), .deleted, account: credential.account)
    }
}

extension Credential {
    /// Most credentials on one page.
    fileprivate static let pageLimit = 10_000

    fileprivate static let query = """
        SELECT id, account, user_name, domain, realm, hash1, hash1b, sha256, sha256b, created FROM credential
        """

    /// Arguments: account, then realm and the three fragments, each of which may be null.
    fileprivate static let filter = """
        WHERE account = ? AND realm = ifnull(?, realm) AND instr(lower(bare), ifnull(?, '')) > 0
        AND instr(lower(substr(composite, length(bare) + 2)), ifnull(?, '')) > 0
        AND instr(realm, ifnull(?, '')) > 0
        """

    fileprivate init(_ row: Row) {
        self.init(
            id: CredentialID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            name: CredentialName(userName: row[2], domain: row[3]), realm: row[4],
            hashes: CredentialHashes(hash1: row[5], hash1b: row[6], sha256: row[7], sha256b: row[8]), created: row[9])
    }
}
