import Store
import TestSupport
import Testing

@testable import Provisioning

/// A store with what calls need, and decisions over it.
struct CallRig {
    let home: TemporaryStore
    let tenant: Tenant

    init(_ home: TemporaryStore? = nil, name: String = "tenant", ceiling: TrafficClass = .all) async throws {
        self.home = try home ?? TemporaryStore()
        tenant = try await self.home.tenant(
            name, features: Set(ProductFeature.allCases).subtracting([.dedicatedPrivateNetwork]), ceiling: ceiling,
            domain: "\(name).example")
    }

    var account: AccountID { tenant.account.id }
    var caller: Caller { tenant.administrator }
    var domain: String { tenant.domain.name }
    private var useCases: UseCases { home.useCases() }

    // MARK: What is there

    func credential(_ name: String) async throws -> CredentialID {
        try await useCases.credentials.create(
            CredentialName(userName: name), password: Secret("password"), realm: nil, account: account
        ).id
    }

    func grant(_ subject: CallGrantDraft.Subject, _ change: (inout CallGrantDraft) -> Void = { _ in }) async throws {
        var draft = CallGrantDraft(subject)
        change(&draft)
        _ = try await useCases.callGrants.set(draft, of: account)
    }

    func settings(_ change: (inout CallSettings) -> Void) async throws {
        var settings = try await useCases.calls.settings(of: account)
        change(&settings)
        try await useCases.calls.set(settings)
    }

    func endpoint(
        _ name: String, handler: SIPEndpointDraft.Handler? = nil, _ change: (inout SIPEndpointDraft) -> Void = { _ in }
    ) async throws -> SIPEndpoint {
        var draft = SIPEndpointDraft()
        draft.userName = name
        draft.password = Secret("password")
        draft.handler = handler
        change(&draft)
        return try await useCases.endpoints.create(draft, of: nil, by: caller)
    }

    func resource(_ target: String, kind: CallResource.Kind = .agent) async throws -> CallResource {
        var draft = CallResourceDraft()
        draft.name = "resource"
        draft.target = target
        return try await useCases.resources.create(kind, draft, by: caller)
    }

    func number(_ text: String, _ change: (inout InventoryNumber) -> Void = { _ in }) async throws {
        let added = try await useCases.numbers.add([text], account: account)
        guard var entry = added.first else { return }
        change(&entry)
        let changed = entry
        try await home.store.write { (store) throws(ProvisioningError) in try store.update(changed) }
    }

    func trunk(_ change: (inout TrunkDetails) -> Void) async throws -> Trunk {
        let sites = try await useCases.sites.list(by: caller)
        let site: Site = if let first = sites.first { first } else { try await home.site(of: tenant) }
        var details = TrunkDetails(name: "trunk \(Int.random(in: 0 ..< .max))")
        details.address = .whiteHouse
        details.messagingHosts = [HostName(stored: "192.0.2.200")]
        details.terminationHosts = [try TerminationHost("198.51.100.1")]
        change(&details)
        return try await useCases.trunks.create(details, makeDefault: nil, in: site.id, by: caller)
    }

    func carrier(_ host: String, _ change: (inout CarrierDetails) -> Void = { _ in }) async throws -> CarrierID {
        var details = CarrierDetails()
        details.name = host
        details.destination = CarrierTargets(host)
        change(&details)
        return try await useCases.carriers.create(
            CarrierDraft(details: details, password: Secret("secret")), by: caller
        ).id
    }

    func route(_ prefix: String, _ choices: CarrierRouteDetails.Choice...) async throws {
        var details = CarrierRouteDetails()
        details.called.prefix = prefix
        details.choices = choices + Array(repeating: .none, count: 3 - choices.count)
        _ = try await useCases.carrierRoutes.create(CarrierRoutes.Draft(details: details), by: caller)
    }

    func application(_ name: String) async throws -> CallApplication {
        try await useCases.callApplications.create(name, securesRecords: false, by: caller)
    }

    func rule(
        _ pattern: String, to destination: String?, excluding excluded: String? = nil, in application: CallApplication
    ) async throws -> ApplicationRule {
        try await useCases.callApplications.createRule(
            ApplicationRuleDetails(
                name: pattern, pattern: pattern, excluded: excluded,
                destination: destination.flatMap { RuleDestination($0) }), in: .id(application.id), by: caller)
    }

    func endUser(_ name: String, in application: CallApplication) async throws -> EndUser {
        try await useCases.endUsers.create(
            name, password: Secret("password"), details: EndUserDetails(displayName: name), in: .id(application.id),
            by: caller)
    }

    func registration(
        in application: CallApplication?, _ change: (inout RegistrationBindingDraft) -> Void = { _ in }
    ) async throws -> OutboundRegistration {
        _ = try await useCases.ledgers.topUp(account, amount: "100")
        var binding = RegistrationBindingDraft()
        binding.application = application.map { .id($0.id) }
        change(&binding)
        return try await useCases.outboundRegistrations.create(
            OutboundRegistrationDetails(userName: "+15005550006", proxy: "sip.example.com"),
            password: Secret("password"), binding: binding, by: caller
        ).registration
    }

    // MARK: Decisions

    func decide(
        _ identity: CallIdentity, _ called: String, at place: CalledPlace = .server,
        claim: CallerClaim = CallerClaim(), media: CallMedia = .voice, seed: UInt64 = 1, down: [String] = [],
        isRegistered: Bool = true
    ) async throws -> CallDecision {
        let attempt = CallAttempt(
            account: account, identity: identity, called: called, place: place, caller: claim, media: media)
        let surroundings = CallSurroundings(
            now: home.clock.now, isDown: { down.contains($0.host) }, isRegistered: { _ in isRegistered })
        return try await home.store.read { (store) throws(ProvisioningError) in
            var random = SeededRandom(seed: seed)
            return try CallPlanner.decide(attempt, in: surroundings, asking: store, using: &random)
        }
    }

    /// The places of a plan in order, or the cause of a refusal.
    func outcome(
        _ identity: CallIdentity, _ called: String, at place: CalledPlace = .server,
        claim: CallerClaim = CallerClaim(), media: CallMedia = .voice, down: [String] = [], isRegistered: Bool = true
    ) async throws -> String {
        try await decide(
            identity, called, at: place, claim: claim, media: media, down: down, isRegistered: isRegistered
        ).text
    }
}

extension CallDecision {
    /// Stages with `>` between them, targets tried at once with `+`; or the cause.
    var text: String {
        switch outcome {
        case .refused(let refusal): refusal.cause.rawValue
        case .planned(let plan):
            plan.stages.map { $0.map(\.place.text).joined(separator: "+") }.joined(separator: " > ")
        }
    }
}

extension CallTarget.Place {
    fileprivate var text: String {
        switch self {
        case .user(_, let aor): aor
        case .hop(let hop):
            (hop.user.isEmpty ? "" : "\(hop.user)@") + hop.target.description
                + (hop.proxy.map { " via \($0)" } ?? "")
        case .registration(let id, let user): "\(user) over \(id)"
        }
    }
}
