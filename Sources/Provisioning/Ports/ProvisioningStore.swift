/// Where what is provisioned is kept.
package protocol ProvisioningStore: Sendable {
    /// Runs `body` on one consistent snapshot.
    ///
    /// Throws what `body` throws, or `unavailable` when the store cannot be read.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ProvisioningReader) throws(ProvisioningError) -> Result
    ) async throws(ProvisioningError) -> Result

    /// Runs `body` in a transaction of its own and returns when the result is on disk and every observer has seen the
    /// changes.
    ///
    /// Callers share a disk sync but never each other's faults: what `body` did is undone when it throws.
    /// Throws what `body` throws, or `unavailable` when the store cannot be written; then nothing was kept.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any ProvisioningTransaction) throws(ProvisioningError) -> Result
    ) async throws(ProvisioningError) -> Result

    /// Whether what was written last reached the disk; comes back by itself once the disk is well.
    var isWritable: Bool { get }
}

/// Sees committed changes, in the order of their numbers, after the disk sync and before the caller has its answer.
package protocol ChangeObserver: Sendable {
    /// Called on the store's writer; must not block on the store.
    func committed(_ changes: [Change])
}

/// One committed change, with what live caches need of it.
package struct Change: Sendable {
    package let number: ChangeNumber
    package let account: AccountID
    package let subject: Subject

    /// What changed, as it is now.
    package enum Subject: Sendable {
        /// Of one that is `leaving` everything is gone for whoever follows the log.
        case account(Account)
        case accountDeleted(AccountID)
        case domain(SIPDomain)
        case domainDeleted(SIPDomain)
        case credential(Credential)
        case credentialDeleted(Credential)
        case trunk(Trunk)
        case trunkDeleted(Trunk)
        case site(Site)
        case siteDeleted(Site)
        case caller(Caller)
        case callerDeleted(Caller)
        case number(InventoryNumber)
        case numberDeleted(InventoryNumber)

        case carrier(Carrier)
        case carrierDeleted(Carrier)
        case carrierCost(CarrierCost)
        case carrierCostDeleted(CarrierCost)
        case carrierRoute(CarrierRoute)
        case carrierRouteDeleted(CarrierRoute)
        case dialPlan(DialPlan)
        case currency(CostCurrency)

        case application(CallApplication)
        case applicationDeleted(CallApplication)
        case applicationRule(ApplicationRule)
        case applicationRuleDeleted(ApplicationRule)
        case endUser(EndUser)
        case endUserDeleted(EndUser)
        case outboundRegistration(OutboundRegistration)
        case outboundRegistrationDeleted(OutboundRegistration)
        /// Comes with the change of its registration.
        case outboundRegistrationPassword(OutboundRegistrationID, sealed: [UInt8])
        case ledger(Ledger)
        case serviceKey(ServiceKey)
        case serviceKeyDeleted(ServiceKey)
        /// Something to deliver.
        case callback(Callback)
        case apiToken(APIToken)
        case apiTokenDeleted(APIToken)
        case subscriber(Subscriber)
        case subscriberDeleted(Subscriber)
        case endpoint(SIPEndpoint)
        case endpointDeleted(SIPEndpoint)
        case sipProfile(SIPProfile)
        case resource(CallResource)
        case resourceDeleted(CallResource)
        case callSettings(CallSettings)
        case callGrant(CallGrant)
        case callGrantDeleted(CallGrant.Subject)
    }

    package init(number: ChangeNumber, account: AccountID, subject: Subject) {
        self.number = number
        self.account = account
        self.subject = subject
    }
}

/// What can be asked of the store; every question that is about one tenant names its account in the statement itself.
package protocol ProvisioningReader: ApplicationReader, SubscriberReader, SealedReader, CallReader {
    func account(_ id: AccountID) throws(ProvisioningError) -> Account?
    func accounts() throws(ProvisioningError) -> [Account]

    /// The caller of that name with its password hash, whatever its account: names of callers are unique in the
    /// installation.
    func caller(named name: String) throws(ProvisioningError) -> StoredCaller?
    func callers(of account: AccountID) throws(ProvisioningError) -> [Caller]

    func domain(named name: String, of account: AccountID) throws(ProvisioningError) -> SIPDomain?
    func domains(of account: AccountID) throws(ProvisioningError) -> [SIPDomain]
    func allDomains() throws(ProvisioningError) -> [SIPDomain]

    func site(_ id: SiteID, of account: AccountID) throws(ProvisioningError) -> Site?
    func sites(of account: AccountID) throws(ProvisioningError) -> [Site]

    func trunk(_ id: TrunkID, in site: SiteID, of account: AccountID) throws(ProvisioningError) -> Trunk?
    func trunks(in site: SiteID, of account: AccountID) throws(ProvisioningError) -> [Trunk]
    /// The site's default trunk; `nil` for a site without trunks.
    func defaultTrunk(in site: SiteID, of account: AccountID) throws(ProvisioningError) -> TrunkID?
    func trunks(of account: AccountID) throws(ProvisioningError) -> [Trunk]
    /// The trunk whatever its site.
    func trunk(_ id: TrunkID, of account: AccountID) throws(ProvisioningError) -> Trunk?
    /// The trunk's termination hosts with their ids.
    func gateways(of trunk: TrunkID, account: AccountID) throws(ProvisioningError) -> [TerminationGateway]

    func credential(named composite: String, realm: String, of account: AccountID) throws(ProvisioningError)
        -> Credential?
    func credential(_ id: CredentialID, of account: AccountID) throws(ProvisioningError) -> Credential?
    /// How many credentials each realm of the account has, by its name; realms without any are not named.
    func credentialCounts(of account: AccountID) throws(ProvisioningError) -> [String: Int]
    /// Every credential of the account with that bare user name, whatever its domain part.
    func credentials(userName: String, of account: AccountID) throws(ProvisioningError) -> [Credential]
    func credentials(of account: AccountID, matching query: CredentialQuery) throws(ProvisioningError)
        -> CredentialPage
    /// Hands over every credential of the installation, one at a time, in no order.
    func forEachCredential(_ body: (Credential) -> Void) throws(ProvisioningError)

    func numbers(of account: AccountID) throws(ProvisioningError) -> [InventoryNumber]
    func number(_ number: TelephoneNumber) throws(ProvisioningError) -> InventoryNumber?
    /// In the order of the numbers.
    func numbers(on trunk: TrunkID, of account: AccountID, page: NumberPage) throws(ProvisioningError)
        -> [InventoryNumber]
    func numberCounts(on trunk: TrunkID, of account: AccountID) throws(ProvisioningError) -> NumberCounts
    func numberCount(in site: SiteID, of account: AccountID) throws(ProvisioningError) -> Int
    /// Sites without numbers are missing.
    func numberCounts(of account: AccountID) throws(ProvisioningError) -> [SiteID: Int]

    func carrier(_ id: CarrierID, of account: AccountID) throws(ProvisioningError) -> Carrier?
    /// In the order of their ids.
    func carriers(of account: AccountID) throws(ProvisioningError) -> [Carrier]
    func carrierCost(_ id: CarrierCostID, of account: AccountID) throws(ProvisioningError) -> CarrierCost?
    /// In the order of their ids.
    func carrierCosts(of carrier: CarrierID, account: AccountID) throws(ProvisioningError) -> [CarrierCost]
    func carrierRoute(_ id: CarrierRouteID, of account: AccountID) throws(ProvisioningError) -> CarrierRoute?
    /// In the order of their ids.
    func carrierRoutes(of account: AccountID) throws(ProvisioningError) -> [CarrierRoute]
    /// In the order of their names.
    func dialPlans() throws(ProvisioningError) -> [DialPlan]
    /// In the order of their codes.
    func currencies() throws(ProvisioningError) -> [CostCurrency]

    /// Counts of everything live, for the operator's page and metrics.
    func totals() throws(ProvisioningError) -> StoreTotals
}

/// A reader that may also write; constraints of the schema come back as named faults.
///
/// A call that throws a fault has changed nothing, so what was done before it may stay.
package protocol ProvisioningTransaction:
    ProvisioningReader, ApplicationTransaction, SubscriberTransaction, SealedTransaction, CallTransaction
{
    func insertAccount(
        name: String, project: String, features: Set<ProductFeature>, ceiling: TrafficClass, country: String
    ) throws(ProvisioningError) -> Account
    func update(_ account: Account) throws(ProvisioningError)
    /// Deletes the account, of which nothing else may be left.
    func delete(_ account: Account) throws(ProvisioningError)
    /// Deletes up to `limit` rows of what the account has, whatever they are; returns how many. No change is recorded:
    /// the account's own says it all.
    func removeRows(of account: AccountID, limit: Int) throws(ProvisioningError) -> Int

    /// Throws `callerTaken`.
    func insertCaller(name: String, account: AccountID, role: Role, passwordHash: PasswordHash)
        throws(ProvisioningError) -> Caller
    func updatePassword(of caller: Caller, to hash: PasswordHash) throws(ProvisioningError)
    func delete(_ caller: Caller) throws(ProvisioningError)

    /// Throws `domainTaken`. A new default demotes the old one.
    func insertDomain(name: String, description: String?, isDefault: Bool, account: AccountID)
        throws(ProvisioningError) -> SIPDomain
    func update(_ domain: SIPDomain) throws(ProvisioningError)
    /// Throws `domainInUse` while credentials name it as their realm.
    func delete(_ domain: SIPDomain) throws(ProvisioningError)

    /// Throws `siteNameTaken`.
    func insertSite(_ details: SiteDetails, account: AccountID) throws(ProvisioningError) -> Site
    func update(_ site: Site) throws(ProvisioningError)
    /// Throws `siteHasTrunks`.
    func delete(_ site: Site) throws(ProvisioningError)

    /// Throws `trunkNameTaken`, `terminationHostTaken`, `terminationHostAndPortTaken`. A new default demotes the old
    /// one.
    func insertTrunk(_ details: TrunkDetails, site: SiteID, account: AccountID) throws(ProvisioningError) -> Trunk
    func update(_ trunk: Trunk) throws(ProvisioningError)
    /// Throws `trunkHasNumbers`.
    func delete(_ trunk: Trunk) throws(ProvisioningError)

    /// Throws `credentialTaken`.
    func insertCredential(_ name: CredentialName, realm: String, hashes: CredentialHashes, account: AccountID)
        throws(ProvisioningError) -> Credential
    func update(_ credential: Credential) throws(ProvisioningError)
    func delete(_ credential: Credential) throws(ProvisioningError)

    /// Throws `numberTaken`.
    func insertNumber(_ number: TelephoneNumber, account: AccountID) throws(ProvisioningError) -> InventoryNumber
    func update(_ number: InventoryNumber) throws(ProvisioningError)
    func delete(_ number: InventoryNumber) throws(ProvisioningError)

    /// - Parameter password: the carrier's sealed password, made once its id is known.
    func insertCarrier(_ details: CarrierDetails, account: AccountID, password: (CarrierID) -> [UInt8]?)
        throws(ProvisioningError) -> Carrier
    func update(_ carrier: Carrier) throws(ProvisioningError)
    /// Throws `carrierInUse` while routes name it; its costs go with it.
    func delete(_ carrier: Carrier) throws(ProvisioningError)
    func insertCarrierCost(_ details: CarrierCostDetails, account: AccountID) throws(ProvisioningError) -> CarrierCost
    func delete(_ cost: CarrierCost) throws(ProvisioningError)
    func insertCarrierRoute(_ details: CarrierRouteDetails, account: AccountID) throws(ProvisioningError)
        -> CarrierRoute
    func update(_ route: CarrierRoute) throws(ProvisioningError)
    func delete(_ route: CarrierRoute) throws(ProvisioningError)
    /// Throws `dialPlanTaken`. A new default demotes the old one.
    func insert(_ dialPlan: DialPlan) throws(ProvisioningError)
    /// Makes one that is there the default, and the old one none.
    func makeDefault(_ dialPlan: DialPlan) throws(ProvisioningError)
    /// Throws `currencyTaken`. A new default demotes the old one.
    func insert(_ currency: CostCurrency) throws(ProvisioningError)
    /// Makes one that is there the default, and the old one none.
    func makeDefault(_ currency: CostCurrency) throws(ProvisioningError)
}

/// A caller as the store keeps it.
package struct StoredCaller: Sendable {
    package let caller: Caller
    package let passwordHash: PasswordHash
    package let accountStatus: AccountStatus

    package init(caller: Caller, passwordHash: PasswordHash, accountStatus: AccountStatus = .active) {
        self.caller = caller
        self.passwordHash = passwordHash
        self.accountStatus = accountStatus
    }
}

/// Which credentials of an account are asked for, and which page of them, in the order of their ids.
package struct CredentialQuery: Sendable, Equatable {
    package var userNameFragment: String?
    package var domainFragment: String?
    package var realmFragment: String?
    /// The one realm whose credentials are asked for.
    package var realm: String?
    /// Whether a part of an application's name is asked for: no credential has one.
    package var namesApplication = false
    /// The first element wanted: its position, counted from 1, or its name.
    package var start: Start
    package var count: Int

    package enum Start: Sendable, Equatable {
        case position(Int)
        case name(String)
    }

    package init(
        userNameFragment: String? = nil, domainFragment: String? = nil, realmFragment: String? = nil,
        realm: String? = nil, start: Start = .position(1), count: Int = 500
    ) {
        self.userNameFragment = userNameFragment
        self.domainFragment = domainFragment
        self.realmFragment = realmFragment
        self.realm = realm
        self.start = start
        self.count = count
    }
}

/// One page of credentials.
package struct CredentialPage: Sendable {
    package let credentials: [Credential]
    /// The position of the first element of the page, counted from 1.
    package let position: Int
    package let hasMore: Bool

    package init(credentials: [Credential], position: Int, hasMore: Bool) {
        self.credentials = credentials
        self.position = position
        self.hasMore = hasMore
    }
}

/// How many of each resource the installation holds.
package struct StoreTotals: Sendable, Equatable {
    package var accounts = 0
    package var sites = 0
    package var trunks = 0
    package var credentials = 0
    package var domains = 0
    package var numbers = 0
    package var callbacksWaiting = 0
    package var callbacksGivenUp = 0
    package var lastChange: ChangeNumber = 0

    package init() {}
}

/// Which numbers of a trunk are asked for.
package struct NumberPage: Sendable, Equatable {
    /// Counted from 1.
    package var number: Int
    package var size: Int

    package init(number: Int = 1, size: Int = 5000) {
        self.number = number
        self.size = size
    }
}

/// How many numbers a trunk has, and how many of them show the caller's name.
package struct NumberCounts: Sendable, Equatable {
    package let total: Int
    package let displayingNames: Int

    package init(total: Int, displayingNames: Int) {
        self.total = total
        self.displayingNames = displayingNames
    }
}
