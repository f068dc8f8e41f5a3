import GRDB
import Provisioning

/// The writes of one batch: statements on the one writing connection, and the changes that they make.
final class SQLiteTransaction: SQLReader, ProvisioningTransaction {
    let database: Database
    private let report: @Sendable (String) -> Void
    /// Changes of the attempts that succeeded so far, in the order of their numbers.
    private(set) var changes: [Change] = []
    /// Set when the connection failed in a way that no savepoint undoes.
    private(set) var failure: DatabaseError?

    private let lastChange: ChangeNumber
    let now: Timestamp

    init(_ database: Database, lastChange: ChangeNumber, now: Timestamp, report: @escaping @Sendable (String) -> Void) {
        self.database = database
        self.lastChange = lastChange
        self.now = now
        self.report = report
    }

    /// The number that the next change will have.
    var nextChange: ChangeNumber { lastChange + ChangeNumber(changes.count) + 1 }

    /// Runs `body` so that everything it did is undone when it throws.
    func atomically<Result>(_ body: () throws(ProvisioningError) -> Result) throws(ProvisioningError) -> Result {
        let mark = changes.count
        try run("SAVEPOINT part")
        do throws(ProvisioningError) {
            let result = try body()
            try run("RELEASE part")
            return result
        } catch {
            changes.removeSubrange(mark...)
            if failure == nil {
                try run("ROLLBACK TO part")
                try run("RELEASE part")
            }
            throw error
        }
    }

    /// Runs a statement; a broken constraint becomes the fault that `conflict` has for it.
    ///
    /// Returns how many rows it changed.
    @discardableResult
    func run(
        _ sql: String, _ arguments: StatementArguments = [], else conflict: [Constraint: ProvisioningError] = [:]
    ) throws(ProvisioningError) -> Int {
        do {
            try database.cachedStatement(sql: sql).execute(arguments: arguments)
            return database.changesCount
        } catch {
            throw fault(of: error, conflict)
        }
    }

    /// Runs an insert and returns the row's id.
    func insert(
        _ sql: String, _ arguments: StatementArguments, else conflict: [Constraint: ProvisioningError]
    ) throws(ProvisioningError) -> Int64 {
        try run(sql, arguments, else: conflict)
        return database.lastInsertedRowID
    }

    /// Writes a change to the log and keeps it for the observers.
    func record(_ subject: Change.Subject, _ action: ChangeAction, account: AccountID) throws(ProvisioningError) {
        let change = Change(number: nextChange, account: account, subject: subject)
        let (kind, name) = subject.logged
        try run(
            "INSERT INTO change (number, account, kind, subject, action, at) VALUES (?, ?, ?, ?, ?, ?)",
            [change.number, account.rawValue, kind, name, action.rawValue, now.milliseconds])
        changes.append(change)
    }

    private func fault(of error: any Error, _ conflict: [Constraint: ProvisioningError]) -> ProvisioningError {
        if let error = error as? DatabaseError, let constraint = Constraint(error), let fault = conflict[constraint] {
            return fault
        }
        failed(error)
        return ProvisioningError(.unavailable)
    }

    /// The disk's failures take the whole batch with them, which then says why.
    func failed(_ error: any Error) {
        if let error = error as? DatabaseError, !error.isOfTheStatement || !database.isInsideTransaction {
            failure = failure ?? error
        } else {
            report("a statement failed: \(error)")
        }
    }
}

/// The kinds of constraint that a statement can break; a statement knows which of its table's they can be.
enum Constraint: Hashable {
    case unique
    case reference
    case terminationHostTaken
    /// A value that the table does not take, such as a balance below zero.
    case check

    init?(_ error: DatabaseError) {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: self = .unique
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .reference
        case .SQLITE_CONSTRAINT_CHECK: self = .check
        case .SQLITE_CONSTRAINT_TRIGGER where error.message == Schema.terminationHostTaken:
            self = .terminationHostTaken
        default: return nil
        }
    }
}

/// What was done to the subject of a change.
enum ChangeAction: String {
    case created, updated, deleted
}

extension Change.Subject {
    /// The kind and the id or name that the log keeps.
    fileprivate var logged: (kind: String, subject: String) {
        switch self {
        case .account(let account): ("account", "\(account.id)")
        case .accountDeleted(let id): ("account", "\(id)")
        case .domain(let domain), .domainDeleted(let domain): ("domain", "\(domain.id)")
        case .credential(let credential), .credentialDeleted(let credential): ("credential", "\(credential.id)")
        case .trunk(let trunk), .trunkDeleted(let trunk): ("trunk", "\(trunk.id)")
        case .site(let site), .siteDeleted(let site): ("site", "\(site.id)")
        case .caller(let caller), .callerDeleted(let caller): ("caller", "\(caller.id)")
        case .number(let number), .numberDeleted(let number): ("number", number.number.e164)
        case .carrier(let carrier), .carrierDeleted(let carrier): ("carrier", "\(carrier.id)")
        case .carrierCost(let cost), .carrierCostDeleted(let cost): ("carrier cost", "\(cost.id)")
        case .carrierRoute(let route), .carrierRouteDeleted(let route): ("route", "\(route.id)")
        case .dialPlan(let plan): ("dial plan", plan.name)
        case .currency(let currency): ("currency", currency.code)
        case .apiToken(let token), .apiTokenDeleted(let token): ("token", "\(token.id)")
        case .subscriber(let subscriber), .subscriberDeleted(let subscriber):
            ("subscriber", "\(subscriber.resource)")
        case .endpoint(let endpoint), .endpointDeleted(let endpoint): ("endpoint", "\(endpoint.uniqueID)")
        case .sipProfile(let profile): ("profile", "\(profile.account)")
        case .resource(let resource), .resourceDeleted(let resource): ("resource", "\(resource.uniqueID)")
        case .application, .applicationDeleted, .applicationRule, .applicationRuleDeleted, .endUser, .endUserDeleted,
            .outboundRegistration, .outboundRegistrationDeleted, .outboundRegistrationPassword, .ledger, .serviceKey,
            .serviceKeyDeleted, .callback, .callSettings, .callGrant, .callGrantDeleted:
            applicationLogged
        }
    }
}

extension Change.Subject {
    /// The same for what stands in applications, or is paid for.
    private var applicationLogged: (kind: String, subject: String) {
        switch self {
        case .application(let application), .applicationDeleted(let application): ("application", "\(application.id)")
        case .applicationRule(let rule), .applicationRuleDeleted(let rule): ("applicationRule", "\(rule.id)")
        case .endUser(let user), .endUserDeleted(let user): ("endUser", "\(user.id)")
        case .outboundRegistration(let registration), .outboundRegistrationDeleted(let registration):
            ("outboundRegistration", "\(registration.id)")
        case .outboundRegistrationPassword(let id, _): ("outboundRegistrationPassword", "\(id)")
        case .ledger(let ledger): ("ledger", "\(ledger.account)")
        case .serviceKey(let key), .serviceKeyDeleted(let key): ("serviceKey", key.id)
        case .callback(let callback): ("callback", "\(callback.id)")
        case .callSettings(let settings): ("callSettings", "\(settings.account)")
        case .callGrant(let grant): ("callGrant", grant.subject.description)
        case .callGrantDeleted(let subject): ("callGrant", subject.description)
        default: ("", "")
        }
    }
}
