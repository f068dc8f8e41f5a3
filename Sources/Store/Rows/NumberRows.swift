import GRDB
import Provisioning

extension SQLReader {
    func number(_ number: TelephoneNumber) throws(ProvisioningError) -> InventoryNumber? {
        try row("\(InventoryNumber.query) WHERE e164 = ?", [number.e164], InventoryNumber.init)
    }

    func number(_ number: TelephoneNumber, of account: AccountID) throws(ProvisioningError) -> InventoryNumber? {
        try row(
            "\(InventoryNumber.query) WHERE e164 = ? AND account = ?", [number.e164, account.rawValue],
            InventoryNumber.init)
    }

    func numbers(of account: AccountID, from first: String, limit: Int) throws(ProvisioningError)
        -> [TelephoneNumber]
    {
        try rows(
            "SELECT e164 FROM number WHERE account = ? AND e164 >= ? ORDER BY e164 LIMIT ?",
            [account.rawValue, first, limit]
        ) { (row) throws(ProvisioningError) in
            guard let number = TelephoneNumber(row[0] as String) else { throw ProvisioningError(.unavailable) }
            return number
        }
    }

    func numbers(of account: AccountID) throws(ProvisioningError) -> [InventoryNumber] {
        try rows(
            "\(InventoryNumber.query) WHERE account = ? ORDER BY e164", [account.rawValue], InventoryNumber.init)
    }

    func numbers(on trunk: TrunkID, of account: AccountID, page: NumberPage) throws(ProvisioningError)
        -> [InventoryNumber]
    {
        let (offset, overflows) = (page.number - 1).multipliedReportingOverflow(by: page.size)
        guard !overflows else { return [] }
        return try rows(
            "\(InventoryNumber.query) WHERE trunk = ? AND account = ? ORDER BY e164 LIMIT ? OFFSET ?",
            [trunk.rawValue, account.rawValue, page.size, offset], InventoryNumber.init)
    }

    func numberCounts(on trunk: TrunkID, of account: AccountID) throws(ProvisioningError) -> NumberCounts {
        let counts = try row(
            "SELECT count(*), count(iif(displays_name, 1, NULL)) FROM number WHERE trunk = ? AND account = ?",
            [trunk.rawValue, account.rawValue]
        ) { NumberCounts(total: $0[0], displayingNames: $0[1]) }
        return counts ?? NumberCounts(total: 0, displayingNames: 0)
    }

    func numberCount(in site: SiteID, of account: AccountID) throws(ProvisioningError) -> Int {
        try row(
            """
            SELECT count(*) FROM trunk JOIN number ON number.trunk = trunk.id AND number.account = trunk.account
            WHERE trunk.site = ? AND +trunk.account = ?
            """, [site.rawValue, account.rawValue]
        ) { $0[0] } ?? 0
    }

    func numberCounts(of account: AccountID) throws(ProvisioningError) -> [SiteID: Int] {
        let counts = try rows(
            """
            SELECT trunk.site, count(*) FROM trunk
            JOIN number ON number.trunk = trunk.id AND number.account = trunk.account
            WHERE trunk.account = ? GROUP BY trunk.site
            """, [account.rawValue]
        ) { (SiteID(rawValue: $0[0]), $0[1] as Int) }
        return Dictionary(uniqueKeysWithValues: counts)
    }
}

extension SQLiteTransaction {
    func insertNumber(_ number: TelephoneNumber, account: AccountID) throws(ProvisioningError) -> InventoryNumber {
        try run(
            "INSERT INTO number (e164, account) VALUES (?, ?)", [number.e164, account.rawValue],
            else: [
                .unique: ProvisioningError(.numberTaken, field: "numbers", number.e164),
                .reference: ProvisioningError(.accountUnknown, "\(account)"),
            ])
        let entry = InventoryNumber(number: number, account: account)
        try record(.number(entry), .created, account: account)
        return entry
    }

    func update(_ number: InventoryNumber) throws(ProvisioningError) {
        let trunk = number.trunk.map(\.description) ?? ""
        let count = try run(
            """
            UPDATE number SET trunk = ?, credential = ?, application = ?, called_format = ?, caller_format = ?, rewrite_user = ?, call_forward = ?,
                displays_name = ?, attributes = ?, messaging = ?
            WHERE e164 = ? AND account = ?
            """,
            [number.trunk?.rawValue] + number.destination.columns + number.settings.columns + [number.number.e164, number.account.rawValue],
            else: [.reference: ProvisioningError(.trunkUnknown, field: "trunk", trunk, "\(number.account)", "")])
        guard count == 1 else { throw ProvisioningError(.numberUnknown, number.number.e164) }
        try record(.number(number), .updated, account: number.account)
    }

    func delete(_ number: InventoryNumber) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM number WHERE e164 = ? AND account = ?", [number.number.e164, number.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.numberUnknown, number.number.e164) }
        try record(.numberDeleted(number), .deleted, account: number.account)
    }
}

extension InventoryNumber {
    fileprivate static let query = """
        SELECT e164, account, trunk, called_format, caller_format, rewrite_user, call_forward, displays_name,
            attributes, messaging, credential, application
        FROM number
        """

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let text: String = row[0]
        guard let number = TelephoneNumber(text) else { throw ProvisioningError(.unavailable) }
        let trunk: Int64? = row[2]
        self.init(
            number: number, account: AccountID(rawValue: row[1]), trunk: trunk.map(TrunkID.init(rawValue:)),
            destination: NumberDestination(credential: row[10], application: row[11]), settings: NumberSettings(row))
    }
}

extension NumberDestination {
    fileprivate init?(credential: Int64?, application: Int64?) {
        if let credential {
            self = .user(CredentialID(rawValue: credential))
        } else if let application {
            self = .application(CallApplicationID(rawValue: application))
        } else {
            return nil
        }
    }
}

extension NumberDestination? {
    /// Credential, application.
    fileprivate var columns: StatementArguments {
        switch self {
        case .user(let id): [id.rawValue, nil]
        case .application(let id): [nil, id.rawValue]
        case nil: [nil, nil]
        }
    }
}

extension NumberSettings {
    /// From the columns behind the first three of the query.
    fileprivate init(_ row: Row) {
        let (called, caller): (String?, String?) = (row[3], row[4])
        let (user, forward): (String?, String?) = (row[5], row[6])
        let attributes: String = row[8]
        self.init(
            calledFormat: called.flatMap(NumberFormat.init), callerFormat: caller.flatMap(NumberFormat.init),
            rewriteUser: user.map(RewriteUser.init(stored:)), callForward: forward.flatMap { TelephoneNumber($0) },
            displaysName: row[7],
            attributes: Set(attributes.split(separator: " ").compactMap { Attribute(rawValue: String($0)) }),
            messaging: row[9])
    }

    /// Formats, user, forward, display, attributes, messaging.
    fileprivate var columns: StatementArguments {
        [
            calledFormat?.rawValue, callerFormat?.rawValue, rewriteUser?.text, callForward?.e164, displaysName,
            attributes.map(\.rawValue).sorted().joined(separator: " "), messaging,
        ]
    }
}
