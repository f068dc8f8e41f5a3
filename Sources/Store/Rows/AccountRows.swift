import GRDB
import Provisioning

extension SQLReader {
    func account(_ id: AccountID) throws(ProvisioningError) -> Account? {
        try row("\(Account.query) WHERE id = ?", [id.rawValue], Account.init)
    }

    func accounts() throws(ProvisioningError) -> [Account] {
        try rows("\(Account.query) ORDER BY id", [], Account.init)
    }

    func totals() throws(ProvisioningError) -> StoreTotals {
        let counts = ["account", "site", "trunk", "credential", "domain", "number"].map {
            "(SELECT count(*) FROM \($0))"
        }
        let sql = """
            SELECT \(counts.joined(separator: ", ")), (SELECT ifnull(max(number), 0) FROM change),
                (SELECT count(*) FROM callback WHERE given_up IS NULL),
                (SELECT count(*) FROM callback WHERE given_up IS NOT NULL)
            """
        var totals = StoreTotals()
        try forEachRow(sql, []) { row in
            totals.accounts = row[0]
            totals.sites = row[1]
            totals.trunks = row[2]
            totals.credentials = row[3]
            totals.domains = row[4]
            totals.numbers = row[5]
            totals.lastChange = row[6]
            totals.callbacksWaiting = row[7]
            totals.callbacksGivenUp = row[8]
        }
        return totals
    }
}

extension SQLiteTransaction {
    func insertAccount(
        name: String, project: String, features: Set<ProductFeature>, ceiling: TrafficClass, country: String
    ) throws(ProvisioningError) -> Account {
        let id = try insert(
            "INSERT INTO account (project, name, features, ceiling, country) VALUES (?, ?, ?, ?, ?)",
            [project, name, features.stored, ceiling.rawValue, country], else: [:])
        let account = Account(
            id: AccountID(rawValue: id), project: project, name: name, features: features, trafficCeiling: ceiling,
            country: country)
        try record(.account(account), .created, account: account.id)
        return account
    }

    func update(_ account: Account) throws(ProvisioningError) {
        let count = try run(
            "UPDATE account SET name = ?, features = ?, ceiling = ?, country = ?, status = ? WHERE id = ?",
            [
                account.name, account.features.stored, account.trafficCeiling.rawValue, account.country,
                account.status.rawValue, account.id.rawValue,
            ])
        guard count == 1 else { throw ProvisioningError(.accountUnknown, "\(account.id)") }
        try record(.account(account), .updated, account: account.id)
    }

    func delete(_ account: Account) throws(ProvisioningError) {
        let count = try run("DELETE FROM account WHERE id = ?", [account.id.rawValue])
        guard count == 1 else { throw ProvisioningError(.accountUnknown, "\(account.id)") }
        try record(.accountDeleted(account.id), .deleted, account: account.id)
    }

    func removeRows(of account: AccountID, limit: Int) throws(ProvisioningError) -> Int {
        var removed = 0
        for (table, key) in AccountTables.all where removed < limit {
            removed += try run(
                "DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM \(table) WHERE account = ? LIMIT ?)",
                [account.rawValue, limit - removed])
        }
        return removed
    }
}

/// The tables that hold what accounts have, each with its key, in an order in which nothing goes before what leans on it.
///
/// The change log is none of them: it says what happened, by ids, until it is trimmed.
enum AccountTables {
    static let all: [(table: String, key: String)] = [
        ("callback", "id"), ("call_leg", "id"), ("call_grant", "id"), ("call_settings", "account"), ("ledger_entry", "id"), ("ledger", "account"), ("outbound_registration", "id"),
        ("application_rule", "id"), ("end_user", "id"), ("application", "id"), ("sip_endpoint", "id"),
        ("fabric_address", "id"), ("call_resource", "id"), ("subscriber", "id"), ("sip_profile", "account"),
        ("api_token", "id"), ("key_secret", "id"), ("service_key", "id"), ("caller", "id"), ("number", "e164"),
        ("trunk", "id"), ("site", "id"),
        ("carrier_route", "id"), ("carrier_cost", "id"), ("carrier", "id"), ("credential", "id"), ("domain", "id"),
    ]
}

extension Account {
    fileprivate static let query = "SELECT id, project, name, features, ceiling, country, status FROM account"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let features: String = row[3]
        self.init(
            id: AccountID(rawValue: row[0]), project: row[1], name: row[2],
            features: Set(features.split(separator: " ").compactMap { ProductFeature(rawValue: String($0)) }),
            trafficCeiling: try row.value(4, as: TrafficClass.self), country: row[5],
            status: try row.value(6, as: AccountStatus.self))
    }
}

extension Set<ProductFeature> {
    /// The names with a space between them, always in one order.
    fileprivate var stored: String { map(\.rawValue).sorted().joined(separator: " ") }
}
