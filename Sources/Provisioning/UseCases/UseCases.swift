/// Everything a dialect or the operator can ask for, one room per noun.
package struct UseCases: Sendable {
    package let accounts: Accounts
    package let callers: Callers
    package let domains: Domains
    package let realms: Realms
    package let sites: Sites
    package let trunks: Trunks
    package let credentials: Credentials
    package let realmCredentials: RealmCredentials
    package let numbers: Numbers
    package let trunkNumbers: TrunkNumbers
    package let apiTokens: APITokens
    package let subscribers: Subscribers
    package let endpoints: SIPEndpoints
    package let sipProfiles: SIPProfiles
    package let resources: CallResources
    package let pageTokens: PageTokens

    package let carriers: Carriers
    package let carrierCosts: CarrierCosts
    package let carrierRoutes: CarrierRoutes
    package let numberFormats: NumberFormats

    package let ledgers: Ledgers
    package let callApplications: CallApplications
    package let endUsers: EndUsers
    package let outboundRegistrations: OutboundRegistrations
    package let renewals: Renewals
    package let serviceKeys: ServiceKeys
    package let secretRotation: SecretRotation
    package let callbacks: Callbacks
    package let calls: Calls
    package let callGrants: CallGrants

    /// `seal` keeps what must be presented in the clear; `uptime` is the time since some fixed moment and never goes back,
    /// `now` the time of day.
    package init(
        store: any ProvisioningStore, addressCheck: any AddressCheck, passwords: any PasswordHashing,
        signIn: SignInLimits = SignInLimits(), tokens: AccessTokens,
        seal: Seal, tariff: Tariff = Tariff(), callbackRetries: CallbackRetries = CallbackRetries(),
        uptime: @escaping @Sendable () -> Duration = Self.makeUptime(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        callers = Callers(
            store: store, passwords: passwords, verified: VerifiedCallers(uptime: uptime),
            checks: PasswordChecks(limits: signIn, uptime: uptime), tokens: tokens,
            verifiedTokens: VerifiedCallers(uptime: uptime), now: now)
        accounts = Accounts(store: store, callers: callers, tariff: tariff, now: now)
        domains = Domains(store: store)
        realms = Realms(store: store)
        sites = Sites(store: store, addressCheck: addressCheck)
        trunks = Trunks(store: store, addressCheck: addressCheck)
        credentials = Credentials(store: store)
        realmCredentials = RealmCredentials(store: store)
        numbers = Numbers(store: store)
        trunkNumbers = TrunkNumbers(store: store)

        carriers = Carriers(store: store, seal: seal)
        carrierCosts = CarrierCosts(store: store)
        carrierRoutes = CarrierRoutes(store: store)
        numberFormats = NumberFormats(store: store)

        ledgers = Ledgers(store: store, seal: seal, tariff: tariff, now: now)
        callApplications = CallApplications(store: store, now: now)
        endUsers = EndUsers(store: store, now: now)
        outboundRegistrations = OutboundRegistrations(store: store, seal: seal, tariff: tariff, now: now)
        renewals = Renewals(store: store, tariff: tariff, now: now)
        secretRotation = SecretRotation(store: store, seal: seal)
        serviceKeys = ServiceKeys(store: store, tokens: tokens, seal: seal, now: now)
        callbacks = Callbacks(
            store: store, ledgers: ledgers, keys: serviceKeys, retries: callbackRetries, now: now)
        calls = Calls(store: store, now: now)
        callGrants = CallGrants(store: store)
        apiTokens = APITokens(store: store, key: tokens.key(for: "api tokens"))
        subscribers = Subscribers(
            store: store, tokens: SubscriberTokens(key: tokens.key(for: "subscriber tokens")), now: now)
        endpoints = SIPEndpoints(store: store)
        sipProfiles = SIPProfiles(store: store)
        resources = CallResources(store: store)
        pageTokens = PageTokens(key: tokens.key(for: "page tokens"))
    }

    /// The machine's own monotonic clock.
    package static func makeUptime() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }
}
