/// What can be asked of the store about applications, registrations elsewhere, money and keys; every question that is
/// about one tenant names its account in the statement itself.
package protocol ApplicationReader {
    /// `nil` for an account that never had money nor was frozen.
    func ledger(of account: AccountID) throws(ProvisioningError) -> Ledger?
    /// In the order in which they were added.
    func ledgerEntries(of account: AccountID) throws(ProvisioningError) -> [LedgerEntry]

    func application(_ id: CallApplicationID, of account: AccountID) throws(ProvisioningError) -> CallApplication?
    func applications(of account: AccountID) throws(ProvisioningError) -> [CallApplication]
    func applicationRules(in application: CallApplicationID?, of account: AccountID) throws(ProvisioningError)
        -> [ApplicationRule]

    func endUser(_ id: EndUserID, of account: AccountID) throws(ProvisioningError) -> EndUser?
    func endUser(named name: String, in application: CallApplicationID, of account: AccountID)
        throws(ProvisioningError) -> EndUser?
    func endUsers(of account: AccountID, matching query: EndUserQuery) throws(ProvisioningError) -> Page<EndUser>

    func outboundRegistration(_ id: OutboundRegistrationID, of account: AccountID) throws(ProvisioningError)
        -> OutboundRegistration?
    func outboundRegistrations(of account: AccountID, matching query: RegistrationQuery) throws(ProvisioningError)
        -> Page<OutboundRegistration>
    /// Those of the whole installation whose next month has to be paid on that day, at most `limit`, oldest first.
    func registrationsDue(on day: CivilDate, limit: Int) throws(ProvisioningError) -> [OutboundRegistration]
    /// Hands over every registration of the installation with its sealed password, one at a time, in no order.
    func forEachOutboundRegistration(_ body: (OutboundRegistration, [UInt8]?) -> Void) throws(ProvisioningError)
    /// The sealed password, for whoever has to present it.
    func sealedPassword(of registration: OutboundRegistrationID, account: AccountID) throws(ProvisioningError)
        -> [UInt8]?

    /// The key whatever its account: ids of keys are unique in the installation.
    func serviceKey(_ id: String) throws(ProvisioningError) -> ServiceKey?
    func serviceKeys(of account: AccountID) throws(ProvisioningError) -> [ServiceKey]
    /// The oldest secret of a key of the account that is kept sealed.
    func sealedSecret(of account: AccountID) throws(ProvisioningError) -> SealedSecret?

    /// Those of an account, or all, that wait or were given up, in the order of their ids.
    func callbacks(of account: AccountID?, givenUp: Bool, limit: Int) throws(ProvisioningError) -> [Callback]
    /// Accounts with callbacks that wait.
    func accountsWithCallbacks() throws(ProvisioningError) -> [AccountID]
}

/// What can be changed; each call writes its row of the change log.
package protocol ApplicationTransaction: ApplicationReader {
    /// Makes the account's ledger, or sets everything of it but the balance.
    func update(_ ledger: Ledger) throws(ProvisioningError)
    /// Adds entries to the account's ledger and their sum to its balance. Throws `insufficientMoney` where that would
    /// fall below zero.
    func add(_ entries: [LedgerEntry], to account: AccountID) throws(ProvisioningError)

    /// Throws `applicationNameTaken`.
    func insertApplication(name: String, domain: SIPDomain, securesRecords: Bool, at: Timestamp)
        throws(ProvisioningError) -> CallApplication
    /// Deletes the application and its rules; its users must be gone.
    func delete(_ application: CallApplication) throws(ProvisioningError)

    /// Throws `ruleNameTaken`.
    func insertApplicationRule(_ details: ApplicationRuleDetails, in application: CallApplication, at: Timestamp)
        throws(ProvisioningError) -> ApplicationRule
    func delete(_ rule: ApplicationRule) throws(ProvisioningError)

    func insertEndUser(
        _ credential: Credential, details: EndUserDetails, in application: CallApplication, at: Timestamp
    )
        throws(ProvisioningError) -> EndUser
    func update(_ user: EndUser) throws(ProvisioningError)
    /// Keeps the credential's hashes as if it were deleted and made anew under its id: its bindings end.
    func reissue(_ credential: Credential) throws(ProvisioningError)
    /// Deletes the user and its credential, whose bindings end.
    func delete(_ user: EndUser) throws(ProvisioningError)

    func insertOutboundRegistration(
        _ details: OutboundRegistrationDetails, binding: RegistrationBinding, subscription: RegistrationSubscription,
        account: AccountID, at: Timestamp
    ) throws(ProvisioningError) -> OutboundRegistration
    func update(_ registration: OutboundRegistration) throws(ProvisioningError)
    func setSealedPassword(_ sealed: [UInt8], of registration: OutboundRegistrationID, account: AccountID)
        throws(ProvisioningError)
    /// Takes the user away from every registration it is bound to.
    func unbind(_ user: EndUserID, account: AccountID, at: Timestamp) throws(ProvisioningError)
    func delete(_ registration: OutboundRegistration) throws(ProvisioningError)

    /// Sets how the registration stands.
    ///
    /// Returns whether its last told turn was a failure; `nil` where its row is gone or is another by now.
    func setOutcome(_ result: RegistrationResult) throws(ProvisioningError) -> Bool?

    /// Puts an event behind the account's others, where the account has a callback URL.
    ///
    /// The oldest is given up where too many wait.
    func append(_ event: CallbackEvent, to account: AccountID) throws(ProvisioningError)
    /// Removes what was delivered.
    func remove(_ callbacks: [CallbackID], of account: AccountID) throws(ProvisioningError)
    /// Keeps that a try failed, and when the next may be; `givenUp` where there is none.
    func postpone(
        _ callbacks: [CallbackID], of account: AccountID, until: Timestamp, failure: String, givenUp: Timestamp?
    ) throws(ProvisioningError)
    /// Removes what was given up before that, and the oldest where there are still too many.
    func removeCallbacks(givenUpBefore: Timestamp, keeping most: Int) throws(ProvisioningError)

    func insert(_ key: ServiceKey) throws(ProvisioningError)
    /// Keeps the secret of a key, which `sealed` makes for the number of its row.
    func insertSecret(of key: ServiceKey, sealed: (Int64) -> [UInt8]) throws(ProvisioningError)
    func delete(_ key: ServiceKey) throws(ProvisioningError)
}

/// Part of a list, and how long the whole of it is.
package struct Page<Element: Sendable>: Sendable {
    package let elements: [Element]
    package let total: Int

    package init(_ elements: [Element], total: Int) {
        self.elements = elements
        self.total = total
    }
}

/// Which users of an account are asked for, in the order of their ids.
package struct EndUserQuery: Sendable, Equatable {
    package var id: EndUserID?
    package var nameFragment: String?
    package var application: CallApplicationID?
    package var count = 20
    package var offset = 0

    package init() {}
}

/// Which registrations of an account are asked for, in the order of their ids; what is not said does not matter.
package struct RegistrationQuery: Sendable, Equatable {
    package var id: OutboundRegistrationID?
    package var userName: String?
    package var isDeactivated: Bool?
    package var isSuccessful: Bool?
    package var isPersistent: Bool?
    package var isInProgress: Bool?
    package var isBoundToApplication: Bool?
    /// Bound to one of these.
    package var applications: Choice?
    package var rules: Choice?
    package var users: Choice?
    package var proxies: [String]?
    /// The last SIP status is in one of these.
    package var statuses: [ClosedRange<Int64>]?
    package var count = 20
    package var offset = 0

    /// By ids or by names.
    package enum Choice: Sendable, Equatable {
        case ids([Int64])
        case names([String])
    }

    package init() {}
}

/// The secret of a key, as it is kept for signing with.
package struct SealedSecret: Sendable {
    package let id: Int64
    package let sealed: [UInt8]

    package init(id: Int64, sealed: [UInt8]) {
        self.id = id
        self.sealed = sealed
    }
}
