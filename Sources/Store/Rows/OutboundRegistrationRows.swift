import Foundation
import GRDB
import Provisioning

extension SQLReader {
    func outboundRegistration(_ id: OutboundRegistrationID, of account: AccountID) throws(ProvisioningError)
        -> OutboundRegistration?
    {
        try row(
            "\(OutboundRegistration.query) WHERE registration.id = ? AND registration.account = ?",
            [id.rawValue, account.rawValue], OutboundRegistration.init)
    }

    func outboundRegistration(boundTo user: EndUserID, of account: AccountID) throws(ProvisioningError)
        -> OutboundRegistration?
    {
        try row(
            "\(OutboundRegistration.query) WHERE registration.end_user = ? AND registration.account = ?",
            [user.rawValue, account.rawValue], OutboundRegistration.init)
    }

    func outboundRegistrations(of account: AccountID, matching query: RegistrationQuery) throws(ProvisioningError)
        -> Page<OutboundRegistration>
    {
        let filter = RegistrationFilter(query, account: account)
        let found = try rows(
            "\(OutboundRegistration.query) \(filter.sql) ORDER BY registration.id LIMIT ? OFFSET ?",
            filter.arguments + [query.count, query.offset], OutboundRegistration.init)
        let total = try row("SELECT count(*) FROM \(OutboundRegistration.tables) \(filter.sql)", filter.arguments) {
            $0[0] as Int
        }
        return Page(found, total: total ?? 0)
    }

    func registrationsDue(on day: CivilDate, limit: Int) throws(ProvisioningError) -> [OutboundRegistration] {
        try rows(
            """
            \(OutboundRegistration.query) WHERE registration.is_deactivated = 0 AND registration.next_renewal <= ?
            ORDER BY registration.next_renewal, registration.id LIMIT ?
            """, [day.description, limit], OutboundRegistration.init)
    }

    func forEachOutboundRegistration(_ body: (OutboundRegistration, [UInt8]?) -> Void) throws(ProvisioningError) {
        try forEachRow(OutboundRegistration.query, []) { (row) throws(ProvisioningError) in
            body(try OutboundRegistration(row), (row[22] as Data?).map { Array($0) })
        }
    }

    func sealedPassword(of registration: OutboundRegistrationID, account: AccountID) throws(ProvisioningError)
        -> [UInt8]?
    {
        let found = try row(
            "SELECT password FROM outbound_registration WHERE id = ? AND account = ?",
            [registration.rawValue, account.rawValue]
        ) { $0[0] as Data? }
        return (found ?? nil).map { Array($0) }
    }
}

/// The conditions of a query and what stands in their places.
private struct RegistrationFilter {
    private var conditions = ["registration.account = ?"]
    private(set) var arguments: StatementArguments

    var sql: String { "WHERE \(conditions.joined(separator: " AND "))" }

    init(_ query: RegistrationQuery, account: AccountID) {
        arguments = [account.rawValue]
        add("registration.id = ?", query.id?.rawValue)
        add("registration.user_name = ?", query.userName)
        add("is_deactivated = ?", query.isDeactivated)
        add("is_successful = ?", query.isSuccessful)
        add("is_persistent = ?", query.isPersistent)
        // What is frozen is off the wire, and nothing is in progress.
        add("(is_successful IS NULL AND is_deactivated = 0) = ?", query.isInProgress)
        add("(registration.application IS NOT NULL) = ?", query.isBoundToApplication)
        add("application", names: ["application.name", "domain.name"], query.applications)
        add("rule", names: ["application_rule.name"], query.rules)
        add("end_user", names: ["credential.composite"], query.users)
        if let proxies = query.proxies { add(["registration.proxy"], among: proxies) }
        if let statuses = query.statuses {
            conditions.append("(\(statuses.map { _ in "status BETWEEN ? AND ?" }.joined(separator: " OR ")))")
            for range in statuses { arguments += [range.lowerBound, range.upperBound] }
        }
    }

    private mutating func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions.append(condition)
        arguments += [value]
    }

    private mutating func add(_ column: String, names: [String], _ choice: RegistrationQuery.Choice?) {
        switch choice {
        case .ids(let ids): add(["registration.\(column)"], among: ids)
        case .names(let texts): add(names, among: texts)
        case nil: break
        }
    }

    /// One of the columns holds one of the values; a list without any takes nothing.
    private mutating func add(_ columns: [String], among values: [some DatabaseValueConvertible]) {
        let places = values.map { _ in "?" }.joined(separator: ", ")
        conditions.append("(\(columns.map { "\($0) IN (\(places))" }.joined(separator: " OR ")))")
        for _ in columns { arguments += StatementArguments(values) }
    }
}

extension SQLiteTransaction {
    func insertOutboundRegistration(
        _ details: OutboundRegistrationDetails, binding: RegistrationBinding, subscription: RegistrationSubscription,
        account: AccountID, at: Timestamp
    ) throws(ProvisioningError) -> OutboundRegistration {
        let id = try insert(
            """
            INSERT INTO outbound_registration (account, user_name, proxy, auth_user, outbound_proxy, is_persistent,
                application, rule, end_user, price, purchased, next_renewal, is_deactivated, updated)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                account.rawValue, details.userName, details.proxy, details.authenticationUser, details.outboundProxy,
                details.isPersistent, binding.application?.id.rawValue, binding.rule?.id.rawValue,
                binding.user?.id.rawValue, subscription.price.micros, subscription.purchased.milliseconds,
                subscription.nextRenewal.description, subscription.isDeactivated, at.milliseconds,
            ], else: [.reference: ProvisioningError(.accountUnknown, "\(account)")])
        let registration = OutboundRegistration(
            id: OutboundRegistrationID(rawValue: id), account: account, details: details, binding: binding,
            subscription: subscription, state: nil, updated: at)
        try record(.outboundRegistration(registration), .created, account: account)
        return registration
    }

    func update(_ registration: OutboundRegistration) throws(ProvisioningError) {
        let (details, binding, account) = (registration.details, registration.binding, registration.account)
        let (subscription, state) = (registration.subscription, registration.state)
        let count = try run(
            """
            UPDATE outbound_registration SET user_name = ?, proxy = ?, auth_user = ?, outbound_proxy = ?,
                is_persistent = ?, application = ?, rule = ?, end_user = ?, price = ?, next_renewal = ?,
                is_deactivated = ?, is_successful = ?, status = ?, message = ?, updated = ?
            WHERE id = ? AND account = ?
            """,
            [
                details.userName, details.proxy, details.authenticationUser, details.outboundProxy,
                details.isPersistent, binding.application?.id.rawValue, binding.rule?.id.rawValue,
                binding.user?.id.rawValue, subscription.price.micros, subscription.nextRenewal.description,
                subscription.isDeactivated, state?.isSuccessful, state?.status, state?.message,
                registration.updated.milliseconds, registration.id.rawValue, account.rawValue,
            ])
        guard count == 1 else { throw ProvisioningError(.registrationUnknown, field: "sip_registration_id") }
        try record(.outboundRegistration(registration), .updated, account: account)
    }

    func setOutcome(_ result: RegistrationResult) throws(ProvisioningError) -> Bool? {
        let key: StatementArguments = [
            result.id.rawValue, result.account.rawValue, result.updated.milliseconds,
        ]
        let place = "WHERE id = ? AND account = ? AND updated = ?"
        let wasFailing = try row("SELECT is_failing FROM outbound_registration \(place)", key) { $0[0] as Bool }
        guard let wasFailing else { return nil }
        let outcome = result.outcome
        try run(
            """
            UPDATE outbound_registration SET is_successful = ?, status = ?, message = ?, is_failing = ? \(place)
            """, [outcome.isSuccessful, outcome.status, outcome.message, !outcome.isSuccessful] + key)
        return wasFailing
    }

    func setSealedPassword(_ sealed: [UInt8], of registration: OutboundRegistrationID, account: AccountID)
        throws(ProvisioningError)
    {
        let count = try run(
            "UPDATE outbound_registration SET password = ? WHERE id = ? AND account = ?",
            [Data(sealed), registration.rawValue, account.rawValue])
        guard count == 1 else { throw ProvisioningError(.registrationUnknown, field: "sip_registration_id") }
        try record(.outboundRegistrationPassword(registration, sealed: sealed), .updated, account: account)
    }

    func unbind(_ user: EndUserID, account: AccountID, at: Timestamp) throws(ProvisioningError) {
        let bound = try rows(
            "\(OutboundRegistration.query) WHERE registration.end_user = ? AND registration.account = ?",
            [user.rawValue, account.rawValue], OutboundRegistration.init)
        for var registration in bound {
            registration.binding.user = nil
            registration.updated = at
            try update(registration)
        }
    }

    func delete(_ registration: OutboundRegistration) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM outbound_registration WHERE id = ? AND account = ?",
            [registration.id.rawValue, registration.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.registrationUnknown, field: "sip_registration_id") }
        try record(.outboundRegistrationDeleted(registration), .deleted, account: registration.account)
    }
}

extension OutboundRegistration {
    /// The registration with the names of what it is bound to.
    fileprivate static let tables = """
        outbound_registration AS registration
        LEFT JOIN application ON application.id = registration.application
        LEFT JOIN domain ON domain.id = application.domain
        LEFT JOIN application_rule ON application_rule.id = registration.rule
        LEFT JOIN end_user ON end_user.id = registration.end_user
        LEFT JOIN credential ON credential.id = end_user.credential
        """

    fileprivate static let query = """
        SELECT registration.id, registration.account, registration.user_name, proxy, auth_user, outbound_proxy,
            is_persistent, registration.application, domain.name, registration.rule, application_rule.name,
            registration.end_user, credential.composite, price, purchased, next_renewal, is_deactivated,
            is_successful, status, message, registration.updated, end_user.credential, registration.password
        FROM \(tables)
        """

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        guard let nextRenewal = CivilDate(row[15]) else { throw ProvisioningError(.unavailable) }
        let isSuccessful: Bool? = row[17]
        self.init(
            id: OutboundRegistrationID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            details: OutboundRegistrationDetails(
                userName: row[2], proxy: row[3], authenticationUser: row[4], outboundProxy: row[5],
                isPersistent: row[6]),
            binding: RegistrationBinding(
                application: Self.target(row, 7), rule: Self.target(row, 9), user: Self.target(row, 11),
                credential: (row[21] as Int64?).map { CredentialID(rawValue: $0) }),
            subscription: RegistrationSubscription(
                price: Money(micros: row[13]), purchased: Timestamp(milliseconds: row[14]), nextRenewal: nextRenewal,
                isDeactivated: row[16]),
            state: isSuccessful.map {
                RegistrationOutcome(isSuccessful: $0, status: (row[18] as Int?) ?? 0, message: row[19])
            },
            updated: Timestamp(milliseconds: row[20]))
    }

    /// The id in a column and the name in the next.
    private static func target<Resource>(_ row: Row, _ column: Int) -> RegistrationBinding.Target<Resource>? {
        guard let id = row[column] as Int64?, let name = row[column + 1] as String? else { return nil }
        return RegistrationBinding.Target(Identifier(rawValue: id), name)
    }
}
