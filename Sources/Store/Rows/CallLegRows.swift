import GRDB
import Provisioning

extension SQLReader {
    func calls(_ query: CallQuery) throws(ProvisioningError) -> [KeptCallLeg] {
        // Between `name@` and `nameA` lies what begins with `name@`: A is the character behind @.
        let domains = query.party.map { ["\($0)@", "\($0)A"] } ?? [nil, nil]
        let party: StatementArguments = StatementArguments([query.party, query.party] + domains + domains)
        return try rows(
            """
            \(CallLeg.query) WHERE account = ? AND position = 0 AND id < ? AND (? IS NULL OR ? IN (caller, called)
                OR (caller >= ? AND caller < ?) OR (called >= ? AND called < ?))
                AND (? = 0 OR ended IS NULL) ORDER BY id DESC LIMIT ?
            """,
            [query.account.rawValue, query.before ?? .max] + party + [query.isOpen, query.limit]
        ) { (row) throws(ProvisioningError) in KeptCallLeg(row: row[0], leg: try CallLeg(row)) }
    }

    func callLegs(of call: String, account: AccountID) throws(ProvisioningError) -> [CallLeg] {
        try rows(
            "\(CallLeg.query) WHERE call = ? AND account = ? ORDER BY position", [call, account.rawValue], CallLeg.init)
    }

    func callsSpent(since: Timestamp) throws(ProvisioningError) -> [CallLimit.Scope: CostAmount] {
        var spent: [CallLimit.Scope: CostAmount] = [:]
        try forEachRow(
            """
            SELECT account, identity_kind, identity, sum(cost) FROM call_leg
            WHERE started >= ? AND cost IS NOT NULL GROUP BY account, identity_kind, identity
            """, [since.milliseconds]
        ) { row in
            let amount: Int64 = row[3]
            let kind: String = row[1]
            var scopes = [CallLimit.Scope.account(AccountID(rawValue: row[0]))]
            if kind == "user" { scopes.append(.user(CredentialID(rawValue: row[2]))) }
            if kind == "trunk" { scopes.append(.trunk(TrunkID(rawValue: row[2]))) }
            for scope in scopes {
                let sum = spent[scope, default: .zero].millionths.addingReportingOverflow(amount)
                spent[scope] = CostAmount(millionths: sum.overflow ? .max : sum.partialValue)
            }
        }
        return spent
    }
}

extension SQLiteTransaction {
    func put(_ leg: CallLeg) throws(ProvisioningError) {
        let (kind, id) = leg.identity.stored
        let started: StatementArguments = [
            leg.call, leg.position, leg.account.rawValue, kind, id, leg.from, leg.to, leg.party,
            leg.started.milliseconds,
        ]
        let ended: StatementArguments = [
            leg.rang?.milliseconds, leg.answered?.milliseconds, leg.ended?.milliseconds, leg.status, leg.cause,
            leg.carrier?.rawValue, leg.cost?.millionths, leg.currency,
        ]
        try run(
            """
            INSERT INTO call_leg (call, position, account, identity_kind, identity, caller, called, party, started, rang,
                answered, ended, status, cause, carrier, cost, currency)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (call, position) DO UPDATE SET party = excluded.party, rang = excluded.rang,
                answered = excluded.answered, ended = excluded.ended, status = excluded.status, cause = excluded.cause,
                carrier = excluded.carrier, cost = excluded.cost, currency = excluded.currency
            WHERE account = excluded.account
            """, started + ended,
            else: [.reference: ProvisioningError(.accountUnknown, "\(leg.account)")])
    }

    func closeCallLegs(at now: Timestamp, cause: String) throws(ProvisioningError) -> Int {
        try run(
            "UPDATE call_leg SET ended = max(?, started, ifnull(answered, 0)), cause = ? WHERE ended IS NULL",
            [now.milliseconds, cause])
    }

    func removeCallLegs(at now: Timestamp, limit: Int) throws(ProvisioningError) -> Int {
        var removed = 0
        for account in try accounts() where removed < limit {
            let days = try callSettings(of: account.id).recordDays
            removed += try run(
                """
                DELETE FROM call_leg WHERE id IN (SELECT id FROM call_leg
                    WHERE account = ? AND started < ? AND ended IS NOT NULL LIMIT ?)
                """,
                [account.id.rawValue, now.milliseconds - Int64(days) * 86_400_000, limit - removed])
        }
        return removed
    }
}

extension CallIdentity {
    fileprivate var stored: (kind: String, id: Int64) {
        switch self {
        case .user(let id): ("user", id.rawValue)
        case .trunk(let id, _): ("trunk", id.rawValue)
        case .registration(let id): ("registration", id.rawValue)
        }
    }

    fileprivate init?(stored kind: String, id: Int64) {
        switch kind {
        case "user": self = .user(CredentialID(rawValue: id))
        case "trunk": self = .trunk(TrunkID(rawValue: id), host: nil)
        case "registration": self = .registration(OutboundRegistrationID(rawValue: id))
        default: return nil
        }
    }
}

extension CallLeg {
    fileprivate static let query = """
        SELECT id, call, position, account, identity_kind, identity, caller, called, party, started, rang, answered, ended,
            status, cause, carrier, cost, currency
        FROM call_leg
        """

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        guard let identity = CallIdentity(stored: row[4], id: row[5]) else { throw ProvisioningError(.unavailable) }
        func time(_ column: Int) -> Timestamp? { (row[column] as Int64?).map(Timestamp.init(milliseconds:)) }
        let (carrier, cost): (Int64?, Int64?) = (row[15], row[16])
        self.init(
            call: row[1], position: row[2], account: AccountID(rawValue: row[3]), identity: identity, from: row[6],
            to: row[7], party: row[8], started: row.timestamp(9), rang: time(10), answered: time(11), ended: time(12),
            status: row[13], cause: row[14], carrier: carrier.map(CarrierID.init(rawValue:)),
            cost: cost.map(CostAmount.init(millionths:)), currency: row[17])
    }
}
