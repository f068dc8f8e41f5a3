package import Provisioning
import Store

extension TemporaryStore {
    /// Gives a tenant one of everything that an account can have.
    ///
    /// - Parameters:
    ///   - name: for what is unique in the installation.
    ///   - number: of its inventory, in E.164 form.
    package func furnish(_ tenant: Tenant, as name: String, number: String) async throws {
        try await furnishTrunks(tenant, number: number)
        try await furnishCarriers(tenant)
        try await furnishApplications(tenant, as: name)
        try await furnishSubscribers(tenant)
        _ = try await useCases().credentials.create(
            CredentialName(userName: "john"), password: Secret("pw"), realm: nil, account: tenant.account.id)
        try await furnishCalls(tenant, as: name)
    }

    private func furnishCalls(_ tenant: Tenant, as name: String) async throws {
        let account = tenant.account.id
        try await useCases().calls.set(CallSettings(account: account))
        let grant = try await useCases().callGrants.set(CallGrantDraft(.user("john")), of: account).grant
        guard case .user(let john) = grant.subject else { return }
        let leg = CallLeg(
            call: name, position: 0, account: account, identity: .user(john), from: "john", to: "+442079460000",
            party: "udp:192.0.2.7:5060", started: clock.now)
        try await useCases().calls.keep([leg])
    }

    /// What `furnish` keeps sealed: the kind, and the secret.
    package func sealedSecrets(of tenant: Tenant, _ useCases: UseCases) async throws -> [String: String] {
        let caller = tenant.administrator
        var secrets: [String: String] = [:]
        for carrier in try await useCases.carriers.list(by: caller) {
            secrets["carrier"] = useCases.carriers.password(of: carrier)?.reveal()
        }
        for registration in try await useCases.outboundRegistrations.list(RegistrationQuery(), by: caller).elements {
            secrets["registration"] = try await useCases.outboundRegistrations.password(of: registration)?.reveal()
        }
        let ledger = try await useCases.ledgers.get(tenant.account.id)
        secrets["salt"] = useCases.ledgers.callbackSalt(of: ledger)?.reveal()
        return secrets
    }

    private func furnishTrunks(_ tenant: Tenant, number: String) async throws {
        let (caller, account) = (tenant.administrator, tenant.account.id)
        let site = try await site(of: tenant)
        var details = TrunkDetails(name: "trunk")
        details.messagingHosts = [HostName(stored: "192.0.2.\(account)")]
        details.terminationHosts = [try TerminationHost("198.51.100.\(account)")]
        let trunk = try await useCases().trunks.create(details, makeDefault: nil, in: site.id, by: caller)
        _ = try await useCases().numbers.add([number], account: account)
        _ = try await useCases().numbers.assign(number, to: trunk.id, account: account)
    }

    private func furnishCarriers(_ tenant: Tenant) async throws {
        let caller = tenant.administrator
        var details = CarrierDetails()
        details.name = "carrier"
        details.destination = CarrierTargets("carrier.example")
        let carrier = try await useCases().carriers.create(
            CarrierDraft(details: details, password: Secret("password of the carrier")), by: caller)
        _ = try await useCases().carrierCosts.create(CarrierCostDetails(carrier: carrier.id), by: caller)
        var route = CarrierRouteDetails()
        route.called.prefix = "+"
        route.choices[0] = .carrier(carrier.id)
        _ = try await useCases().carrierRoutes.create(CarrierRoutes.Draft(details: route), by: caller)
    }

    private func furnishApplications(_ tenant: Tenant, as name: String) async throws {
        let (caller, account) = (tenant.administrator, tenant.account.id)
        _ = try await useCases().ledgers.topUp(account, amount: "100")
        try await useCases().ledgers.setCallback(
            url: "http://callback.example/", salt: Secret("salt of the callback"), by: caller)
        let application = try await useCases().callApplications.create(name, securesRecords: false, by: caller)
        _ = try await useCases().callApplications.createRule(
            ApplicationRuleDetails(name: "rule", pattern: ".*"), in: .id(application.id), by: caller)
        _ = try await useCases().endUsers.create(
            "enduser", password: Secret("password"), details: EndUserDetails(displayName: "User"),
            in: .id(application.id), by: caller)
        _ = try await useCases().outboundRegistrations.create(
            OutboundRegistrationDetails(userName: "user", proxy: "sip.example.com"),
            password: Secret("password of the registration"), binding: RegistrationBindingDraft(), by: caller)
        _ = try await useCases().serviceKeys.createSecret(nil, account: account)
        try await store.write { (store) throws(ProvisioningError) in
            try store.append(.registrationsRecovered(registrations: [1]), to: account)
        }
    }

    private func furnishSubscribers(_ tenant: Tenant) async throws {
        let caller = tenant.administrator
        var profile = SIPProfileDraft()
        profile.requiresEncryption = true
        _ = try await useCases().sipProfiles.update(with: profile, by: caller)
        _ = try await useCases().apiTokens.createFirst(of: tenant.account.id)
        var subscriber = SubscriberDraft()
        subscriber.email = "someone@example.com"
        let made = try await useCases().subscribers.create(subscriber, by: caller)
        var resource = CallResourceDraft()
        resource.name = "resource"
        resource.target = "sip:room@rooms.example"
        _ = try await useCases().resources.create(.videoRoom, resource, by: caller)
        var endpoint = SIPEndpointDraft()
        endpoint.userName = "phone"
        endpoint.password = Secret("password")
        _ = try await useCases().endpoints.create(endpoint, of: made.resource.description, by: caller)
    }
}
