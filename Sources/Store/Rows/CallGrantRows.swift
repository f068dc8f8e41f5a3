import GRDB
import Provisioning

extension SQLReader {
    func callGrant(_ subject: CallGrant.Subject, of account: AccountID) throws(ProvisioningError) -> CallGrant? {
        try row(
            "\(CallGrant.query) WHERE \(subject.column) = ? AND account = ?", [subject.id, account.rawValue],
            CallGrant.init)
    }

    func callGrants(of account: AccountID) throws(ProvisioningError) -> [CallGrant] {
        try rows("\(CallGrant.query) WHERE account = ? ORDER BY id", [account.rawValue], CallGrant.init)
    }

    func forEachTrunkGrant(_ body: (CallGrant) -> Void) throws(ProvisioningError) {
        try forEachRow("\(CallGrant.query) WHERE trunk IS NOT NULL", []) { (row) throws(ProvisioningError) in
            body(try CallGrant(row))
        }
    }
}

extension SQLiteTransaction {
    func put(_ grant: CallGrant) throws(ProvisioningError) {
        let (subject, account) = (grant.subject, grant.account)
        let columns: StatementArguments =
            [grant.traffic?.rawValue] + grant.caps.columns
            + [grant.isEnabled, grant.transports.map(\.rawValue).sorted().joined(separator: " ")]
        // The subject is looked up in its account, so that no grant is given across accounts.
        let count = try run(
            """
            INSERT INTO call_grant (account, \(subject.column), traffic, calls, per_second, daily_spend, is_enabled,
                transports)
            SELECT account, id, ?, ?, ?, ?, ?, ? FROM \(subject.column) WHERE id = ? AND account = ?
            ON CONFLICT (\(subject.column)) DO UPDATE SET traffic = excluded.traffic, calls = excluded.calls,
                per_second = excluded.per_second, daily_spend = excluded.daily_spend,
                is_enabled = excluded.is_enabled, transports = excluded.transports
            """, columns + [subject.id, account.rawValue])
        guard count == 1 else {
            switch subject {
            case .user(let id): throw ProvisioningError(.credentialUnknown, "\(id)", "\(account)")
            case .trunk(let id): throw ProvisioningError(.trunkUnknown, "\(id)", "\(account)", "")
            }
        }
        try record(.callGrant(grant), .updated, account: account)
    }

    func deleteCallGrant(_ subject: CallGrant.Subject, of account: AccountID) throws(ProvisioningError) -> Bool {
        let count = try run(
            "DELETE FROM call_grant WHERE \(subject.column) = ? AND account = ?", [subject.id, account.rawValue])
        if count > 0 { try record(.callGrantDeleted(subject), .deleted, account: account) }
        return count > 0
    }
}

extension CallGrant.Subject {
    /// The column that names it, which is the name of its table.
    fileprivate var column: String {
        switch self {
        case .user: "credential"
        case .trunk: "trunk"
        }
    }

    fileprivate var id: Int64 {
        switch self {
        case .user(let id): id.rawValue
        case .trunk(let id): id.rawValue
        }
    }
}

extension CallGrant {
    fileprivate static let query = """
        SELECT account, credential, trunk, traffic, calls, per_second, daily_spend, is_enabled, transports
        FROM call_grant
        """

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let (credential, trunk, traffic): (Int64?, Int64?, String?) = (row[1], row[2], row[3])
        let subject =
            credential.map { Subject.user(CredentialID(rawValue: $0)) } ?? trunk.map { .trunk(TrunkID(rawValue: $0)) }
        guard let subject else { throw ProvisioningError(.unavailable) }
        self.init(
            account: AccountID(rawValue: row[0]), subject: subject,
            traffic: traffic.flatMap(TrafficClass.init(rawValue:)), caps: CallCaps(row, from: 4), isEnabled: row[7],
            transports: Set(row.words(8).compactMap(CarrierTarget.Transport.init(rawValue:))))
    }
}
