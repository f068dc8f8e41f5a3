import GRDB
import Provisioning

extension SQLReader {
    func callAccount(_ id: AccountID) throws(ProvisioningError) -> CallAccount? {
        guard let account = try account(id) else { return nil }
        let domain = try row("SELECT name FROM domain WHERE account = ? AND is_default = 1", [id.rawValue]) {
            $0[0] as String
        }
        return CallAccount(
            account: account, settings: try callSettings(of: id), profile: try sipProfile(of: id), domain: domain ?? "")
    }

    func callUser(_ id: CredentialID, of account: AccountID) throws(ProvisioningError) -> CallUser? {
        try callUser("id = ? AND account = ?", [id.rawValue, account.rawValue])
    }

    func callUser(named name: String, realm: String, of account: AccountID) throws(ProvisioningError) -> CallUser? {
        let exact = try callUser(
            """
            composite = ?1 AND account = ?2 AND realm IN (SELECT name FROM domain WHERE account = ?2)
            ORDER BY realm = ?3 DESC LIMIT 1
            """, [name, account.rawValue, realm])
        if let exact { return exact }
        guard !name.isEmpty, !name.contains("@") else { return nil }
        let found = try credentials(userName: name, of: account)
        guard found.count == 1, let only = found.first else { return nil }
        return try callUser(only.id, of: account)
    }

    func callUsers(of subscriber: SubscriberID, account: AccountID) throws(ProvisioningError) -> [CallUser] {
        let ids = try rows(
            "SELECT credential FROM sip_endpoint WHERE account = ? AND subscriber = ? ORDER BY id",
            [account.rawValue, subscriber.rawValue]
        ) { CredentialID(rawValue: $0[0]) }
        var users: [CallUser] = []
        for id in ids {
            if let user = try callUser(id, of: account) { users.append(user) }
        }
        return users
    }

    /// The user whose credential meets a condition, with what its dialect and the operator say of it.
    private func callUser(_ condition: String, _ arguments: StatementArguments) throws(ProvisioningError) -> CallUser? {
        let found = try row("SELECT id, composite, realm, account FROM credential WHERE \(condition)", arguments) {
            (
                id: CredentialID(rawValue: $0[0]), name: $0[1] as String, realm: $0[2] as String,
                account: AccountID(rawValue: $0[3])
            )
        }
        guard let found else { return nil }
        let settings = try row(
            "\(SIPEndpoint.query) WHERE e.credential = ? AND e.account = ?",
            [found.id.rawValue, found.account.rawValue], SIPEndpoint.init)?.settings
        return CallUser(
            credential: found.id, name: found.name, realm: found.realm, endpoint: settings,
            endUser: try endUser(with: found.id, of: found.account),
            grant: try callGrant(.user(found.id), of: found.account))
    }

    func callSettings(of account: AccountID) throws(ProvisioningError) -> CallSettings {
        try row(
            """
            SELECT country_code, national_prefix, international_prefixes, emergency_numbers, countries, calls, per_second,
                daily_spend, record_days, media
            FROM call_settings WHERE account = ?
            """, [account.rawValue]
        ) { (row) throws(ProvisioningError) in
            var settings = CallSettings(account: account)
            settings.countryCode = row[0]
            settings.nationalPrefix = row[1]
            settings.internationalPrefixes = row.list(2)
            settings.emergencyNumbers = row.words(3)
            settings.countries = row.list(4)
            settings.caps = CallCaps(row, from: 5)
            settings.recordDays = row[8]
            settings.media = try row.value(9, as: MediaRouting.self)
            return settings
        } ?? CallSettings(account: account)
    }
}

extension SQLiteTransaction {
    func put(_ settings: CallSettings) throws(ProvisioningError) {
        try run(
            """
            INSERT INTO call_settings (account, country_code, national_prefix, international_prefixes,
                emergency_numbers, countries, calls, per_second, daily_spend, record_days, media)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (account) DO UPDATE SET country_code = excluded.country_code,
                national_prefix = excluded.national_prefix, international_prefixes = excluded.international_prefixes,
                emergency_numbers = excluded.emergency_numbers, countries = excluded.countries, calls = excluded.calls,
                per_second = excluded.per_second, daily_spend = excluded.daily_spend,
                record_days = excluded.record_days, media = excluded.media
            """,
            [
                settings.account.rawValue, settings.countryCode, settings.nationalPrefix,
                settings.internationalPrefixes?.joined(separator: " "),
                settings.emergencyNumbers.joined(separator: " "), settings.countries?.joined(separator: " "),
            ] + settings.caps.columns + [settings.recordDays, settings.media.rawValue],
            else: [.reference: ProvisioningError(.accountUnknown, "\(settings.account)")])
        try record(.callSettings(settings), .updated, account: settings.account)
    }

    /// Gives what a credential's calls have to the one that takes its place.
    func moveCalls(from old: CredentialID, to new: CredentialID, account: AccountID) throws(ProvisioningError) {
        guard old != new else { return }
        for table in ["call_grant", "number"] {
            try run(
                "UPDATE \(table) SET credential = ? WHERE credential = ? AND account = ?",
                [new.rawValue, old.rawValue, account.rawValue])
        }
    }
}

extension CallCaps {
    /// From three columns: calls, a second, spend.
    init(_ row: Row, from first: Int) {
        let spend: Int64? = row[first + 2]
        self.init(calls: row[first], perSecond: row[first + 1], dailySpend: spend.map(CostAmount.init(millionths:)))
    }

    var columns: StatementArguments { [calls, perSecond, dailySpend?.millionths] }
}

extension Row {
    /// Words where there are any, `nil` where nobody said.
    fileprivate func list(_ column: Int) -> [String]? { self[column] as String? == nil ? nil : words(column) }
}
