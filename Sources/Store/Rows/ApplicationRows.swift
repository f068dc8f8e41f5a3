import GRDB
import Provisioning

extension SQLReader {
    func application(_ id: CallApplicationID, of account: AccountID) throws(ProvisioningError) -> CallApplication? {
        try row(
            "\(CallApplication.query) WHERE application.id = ? AND application.account = ?",
            [id.rawValue, account.rawValue], CallApplication.init)
    }

    func application(inDomain name: String, of account: AccountID) throws(ProvisioningError) -> CallApplication? {
        try row(
            "\(CallApplication.query) WHERE domain.name = ? AND domain.account = ?", [name, account.rawValue],
            CallApplication.init)
    }

    func applications(of account: AccountID) throws(ProvisioningError) -> [CallApplication] {
        try rows(
            "\(CallApplication.query) WHERE application.account = ? ORDER BY application.id", [account.rawValue],
            CallApplication.init)
    }

    func applicationRules(in application: CallApplicationID?, of account: AccountID) throws(ProvisioningError)
        -> [ApplicationRule]
    {
        try rows(
            "\(ApplicationRule.query) WHERE account = ? AND application = ifnull(?, application) ORDER BY id",
            [account.rawValue, application?.rawValue], ApplicationRule.init)
    }

    func endUser(_ id: EndUserID, of account: AccountID) throws(ProvisioningError) -> EndUser? {
        try row(
            "\(EndUser.query) WHERE end_user.id = ? AND end_user.account = ?", [id.rawValue, account.rawValue],
            EndUser.init)
    }

    /// The user that registers with that credential.
    func endUser(with credential: CredentialID, of account: AccountID) throws(ProvisioningError) -> EndUser? {
        try row(
            "\(EndUser.query) WHERE end_user.credential = ? AND end_user.account = ?",
            [credential.rawValue, account.rawValue], EndUser.init)
    }

    func endUser(named name: String, in application: CallApplicationID, of account: AccountID)
        throws(ProvisioningError) -> EndUser?
    {
        try row(
            """
            \(EndUser.query) WHERE end_user.application = ? AND end_user.account = ? AND credential.composite = ?
                AND credential.realm = (SELECT domain.name FROM application, domain
                    WHERE application.id = end_user.application AND domain.id = application.domain)
            """, [application.rawValue, account.rawValue, name], EndUser.init)
    }

    func endUsers(of account: AccountID, matching query: EndUserQuery) throws(ProvisioningError) -> Page<EndUser> {
        let filter = """
            WHERE end_user.account = ? AND end_user.id = ifnull(?, end_user.id)
                AND end_user.application = ifnull(?, end_user.application) AND instr(credential.user_name, ?) > 0
            """
        let arguments: StatementArguments = [
            account.rawValue, query.id?.rawValue, query.application?.rawValue, query.nameFragment ?? "",
        ]
        let users = try rows(
            "\(EndUser.query) \(filter) ORDER BY end_user.id LIMIT ? OFFSET ?",
            arguments + [query.count, query.offset],
            EndUser.init)
        let total = try row(
            "SELECT count(*) FROM end_user JOIN credential ON credential.id = end_user.credential \(filter)", arguments
        ) { $0[0] as Int }
        return Page(users, total: total ?? 0)
    }
}

extension SQLiteTransaction {
    func insertApplication(name: String, domain: SIPDomain, securesRecords: Bool, at: Timestamp)
        throws(ProvisioningError) -> CallApplication
    {
        let id = try insert(
            "INSERT INTO application (account, name, domain, secures_records, modified) VALUES (?, ?, ?, ?, ?)",
            [domain.account.rawValue, name, domain.id.rawValue, securesRecords, at.milliseconds],
            else: [.unique: ProvisioningError(.applicationNameTaken, field: "application_name", name)])
        let application = CallApplication(
            id: CallApplicationID(rawValue: id), account: domain.account, domain: domain, name: name,
            securesRecords: securesRecords, modified: at)
        try record(.application(application), .created, account: domain.account)
        return application
    }

    func delete(_ application: CallApplication) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM application WHERE id = ? AND account = ?",
            [application.id.rawValue, application.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.applicationIDUnknown, field: "application_id") }
        try record(.applicationDeleted(application), .deleted, account: application.account)
    }

    func insertApplicationRule(_ details: ApplicationRuleDetails, in application: CallApplication, at: Timestamp)
        throws(ProvisioningError) -> ApplicationRule
    {
        let id = try insert(
            """
            INSERT INTO application_rule
                (account, application, name, pattern, excluded, is_video_conference, destination, modified)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                application.account.rawValue, application.id.rawValue, details.name, details.pattern, details.excluded,
                details.isVideoConference, details.destination?.description, at.milliseconds,
            ], else: [.unique: ProvisioningError(.ruleNameTaken, field: "rule_name", details.name)])
        let rule = ApplicationRule(
            id: ApplicationRuleID(rawValue: id), account: application.account, application: application.id,
            details: details, modified: at)
        try record(.applicationRule(rule), .created, account: application.account)
        return rule
    }

    func delete(_ rule: ApplicationRule) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM application_rule WHERE id = ? AND account = ?", [rule.id.rawValue, rule.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.ruleIDUnknown, field: "rule_id") }
        try record(.applicationRuleDeleted(rule), .deleted, account: rule.account)
    }

    func insertEndUser(
        _ credential: Credential, details: EndUserDetails, in application: CallApplication, at: Timestamp
    )
        throws(ProvisioningError) -> EndUser
    {
        let id = try insert(
            """
            INSERT INTO end_user (account, application, credential, display_name, is_active, is_paid_by_account,
                custom_data, created, modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                application.account.rawValue, application.id.rawValue, credential.id.rawValue, details.displayName,
                details.isActive, details.isPaidByAccount, details.customData, at.milliseconds, at.milliseconds,
            ], else: [:])
        let user = EndUser(
            id: EndUserID(rawValue: id), account: application.account, application: application.id,
            credential: credential.id, name: credential.name.composite, details: details, created: at, modified: at)
        try record(.endUser(user), .created, account: application.account)
        return user
    }

    func update(_ user: EndUser) throws(ProvisioningError) {
        let count = try run(
            """
            UPDATE end_user SET credential = ?, display_name = ?, is_active = ?, is_paid_by_account = ?,
                custom_data = ?, modified = ? WHERE id = ? AND account = ?
            """,
            [
                user.credential.rawValue, user.details.displayName, user.details.isActive,
                user.details.isPaidByAccount, user.details.customData, user.modified.milliseconds, user.id.rawValue,
                user.account.rawValue,
            ])
        guard count == 1 else { throw ProvisioningError(.userIDUnknown, field: "user_id") }
        try record(.endUser(user), .updated, account: user.account)
    }

    func delete(_ user: EndUser) throws(ProvisioningError) {
        guard let credential = try credential(user.credential, of: user.account) else {
            throw ProvisioningError(.userIDUnknown, field: "user_id")
        }
        try delete(credential)
        try record(.endUserDeleted(user), .deleted, account: user.account)
    }
}

extension CallApplication {
    fileprivate static let query = """
        SELECT application.id, application.account, application.name, secures_records, modified,
            domain.id, domain.name, domain.description, domain.is_default
        FROM application JOIN domain ON domain.id = application.domain
        """

    fileprivate init(_ row: Row) {
        let account = AccountID(rawValue: row[1])
        self.init(
            id: CallApplicationID(rawValue: row[0]), account: account,
            domain: SIPDomain(
                id: DomainID(rawValue: row[5]), account: account, name: row[6], description: row[7], isDefault: row[8]),
            name: row[2], securesRecords: row[3], modified: Timestamp(milliseconds: row[4]))
    }
}

extension ApplicationRule {
    fileprivate static let query = """
        SELECT id, account, application, name, pattern, excluded, is_video_conference, destination, modified
        FROM application_rule
        """

    fileprivate init(_ row: Row) {
        self.init(
            id: ApplicationRuleID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            application: CallApplicationID(rawValue: row[2]),
            details: ApplicationRuleDetails(
                name: row[3], pattern: row[4], excluded: row[5], isVideoConference: row[6],
                destination: (row[7] as String?).map { RuleDestination(stored: $0) }),
            modified: Timestamp(milliseconds: row[8]))
    }
}

extension EndUser {
    fileprivate static let query = """
        SELECT end_user.id, end_user.account, application, credential.id, credential.composite, display_name, is_active,
            is_paid_by_account, custom_data, end_user.created, modified
        FROM end_user JOIN credential ON credential.id = end_user.credential
        """

    fileprivate init(_ row: Row) {
        self.init(
            id: EndUserID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            application: CallApplicationID(rawValue: row[2]), credential: CredentialID(rawValue: row[3]), name: row[4],
            details: EndUserDetails(
                displayName: row[5], isActive: row[6], isPaidByAccount: row[7], customData: row[8]),
            created: Timestamp(milliseconds: row[9]), modified: Timestamp(milliseconds: row[10]))
    }
}
