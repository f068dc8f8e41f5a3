import TestSupport
import Testing

@testable import Provisioning

/// Who may call what.
@Suite struct CallPermissionTests {
    private let rig: CallRig
    private let carrier: CarrierID

    init() async throws {
        rig = try await CallRig()
        carrier = try await rig.carrier("carrier.example")
        try await rig.route("+", .carrier(carrier))
    }

    private static let home = "+12025550100"
    private static let free = "+18005550100"
    private static let abroad = "+442079460000"

    /// What somebody reaches of a number at home, a free one and one abroad.
    private func reach(_ identity: CallIdentity) async throws -> [String] {
        var found: [String] = []
        for number in [Self.home, Self.free, Self.abroad] {
            let outcome = try await rig.outcome(identity, number)
            found.append(outcome == "\(number)@carrier.example" ? "yes" : outcome)
        }
        return found
    }

    @Test func aCredentialReachesNothingUnlessItIsGranted() async throws {
        let id = try await rig.credential("alice")
        #expect(try await reach(.user(id)) == ["not-granted", "not-granted", "not-granted"])
        try await rig.grant(.user("alice"))
        #expect(try await reach(.user(id)) == ["not-granted", "not-granted", "not-granted"])
        let classes: [(TrafficClass, [String])] = [
            (.lite, ["yes", "class-too-low", "class-too-low"]), (.domestic, ["yes", "yes", "class-too-low"]),
            (.all, ["yes", "yes", "yes"]),
        ]
        for (traffic, expected) in classes {
            try await rig.grant(.user("alice@tenant.example")) { $0.traffic = traffic }
            #expect(try await reach(.user(id)) == expected)
        }
        try await rig.home.useCases().callGrants.remove(.user("alice"), of: rig.account)
        #expect(try await reach(.user(id))[0] == "not-granted")
    }

    @Test func aCallerIsNamedAlikeWhateverComesOfTheCall() async throws {
        let id = try await rig.credential("alice")
        _ = try await rig.credential("bob")
        let claim = CallerClaim(user: "somebody")
        for called in ["bob", "nobody", Self.home] {
            let decision = try await rig.decide(.user(id), called, claim: claim)
            #expect(decision.caller == "alice@tenant.example", "\(called)")
            if let plan = decision.plan { #expect(plan.caller == decision.caller) }
        }
        let stranger = CallIdentity.user(CredentialID(rawValue: 99))
        #expect(try await rig.decide(stranger, "bob", claim: claim).caller == nil)
    }

    @Test func anEndpointsCallHandler() async throws {
        let open = try await rig.endpoint("open")
        let passed = try await rig.endpoint("passed", handler: .fixed(.passthrough))
        let blocked = try await rig.endpoint("blocked", handler: .fixed(.blockPSTN))
        let own = try await rig.credential("own")
        // Nobody ever said that it may: only what is cheap and at home.
        #expect(try await reach(.user(open.credential)) == ["yes", "class-too-low", "class-too-low"])
        #expect(try await reach(.user(passed.credential)) == ["yes", "yes", "yes"])
        #expect(try await reach(.user(blocked.credential)) == ["blocked", "blocked", "blocked"])
        #expect(try await rig.outcome(.user(blocked.credential), "own") == "own@tenant.example")
        #expect(try await rig.outcome(.user(own), "blocked") == "blocked@tenant.example")

        for (policy, expected) in [
            (SIPProfile.Outbound.passthrough, ["yes", "yes", "yes"]), (.blockPSTN, ["blocked", "blocked", "blocked"]),
        ] {
            var draft = SIPProfileDraft()
            draft.outbound = policy
            _ = try await rig.home.useCases().sipProfiles.update(with: draft, by: rig.caller)
            #expect(try await reach(.user(open.credential)) == expected)
            #expect(try await reach(.user(passed.credential)) == ["yes", "yes", "yes"])
        }
    }

    @Test func aProfileOfWhichOtherThingsWereSaidDecidesNothing() async throws {
        let open = try await rig.endpoint("open")
        var draft = SIPProfileDraft()
        draft.requiresEncryption = true
        _ = try await rig.home.useCases().sipProfiles.update(with: draft, by: rig.caller)
        #expect(try await reach(.user(open.credential)) == ["yes", "class-too-low", "class-too-low"])
    }

    @Test func aGrantNarrowsAnEndpoint() async throws {
        let passed = try await rig.endpoint("passed", handler: .fixed(.passthrough))
        try await rig.grant(.user("passed")) { $0.traffic = .domestic }
        #expect(try await reach(.user(passed.credential)) == ["yes", "yes", "class-too-low"])
        try await rig.grant(.user("passed")) { $0.isEnabled = false }
        #expect(try await reach(.user(passed.credential))[0] == "caller-disabled")
        let other = try await rig.credential("other")
        #expect(try await rig.outcome(.user(other), "passed") == "destination-disabled")
    }

    @Test func aTrunksHostsHaveAClassEach() async throws {
        let trunk = try await rig.trunk { _ in }
        let classes: [(TrafficClass?, [String])] = [
            (.lite, ["yes", "class-too-low", "class-too-low"]), (.domestic, ["yes", "yes", "class-too-low"]),
            (.all, ["yes", "yes", "yes"]), (nil, ["yes", "yes", "yes"]),
        ]
        for (traffic, expected) in classes {
            #expect(try await reach(.trunk(trunk.id, host: traffic)) == expected)
        }
        try await rig.grant(.trunk(trunk.id)) { $0.traffic = .domestic }
        #expect(try await reach(.trunk(trunk.id, host: .all)) == ["yes", "yes", "class-too-low"])
        try await rig.grant(.trunk(trunk.id)) { $0.isEnabled = false }
        #expect(try await reach(.trunk(trunk.id, host: .all))[0] == "caller-disabled")
        #expect(try await reach(.trunk(TrunkID(rawValue: 99), host: .all))[0] == "caller-unknown")
    }

    @Test func nothingIsAboveTheAccountsCeiling() async throws {
        let trunk = try await rig.trunk { _ in }
        let passed = try await rig.endpoint("passed", handler: .fixed(.passthrough))
        _ = try await rig.home.useCases().accounts.update(rig.account, enable: [], disable: [], ceiling: .lite)
        for identity in [
            CallIdentity.trunk(trunk.id, host: .all), .trunk(trunk.id, host: nil), .user(passed.credential),
        ] {
            #expect(try await reach(identity) == ["yes", "class-too-low", "class-too-low"])
        }
    }

    @Test func countriesAndProducts() async throws {
        let trunk = try await rig.trunk { _ in }
        try await rig.settings { $0.countries = ["GB"] }
        #expect(try await reach(.trunk(trunk.id, host: nil)) == ["country-not-allowed", "country-not-allowed", "yes"])
        try await rig.settings { $0.countries = [] }
        #expect(try await reach(.trunk(trunk.id, host: nil))[2] == "country-not-allowed")
        try await rig.settings { $0.countries = nil }
        _ = try await rig.home.useCases().accounts.update(
            rig.account, enable: [], disable: [.termination], ceiling: nil)
        #expect(try await reach(.trunk(trunk.id, host: nil))[0] == "no-product")
        _ = try await rig.home.useCases().accounts.suspend(rig.account)
        #expect(try await reach(.trunk(trunk.id, host: nil))[0] == "account-stopped")
    }

    @Test func whoCallsInOverARegistrationReachesTheAccountOnly() async throws {
        let application = try await rig.application("desk")
        let user = try await rig.endUser("bob", in: application)
        let registration = try await rig.registration(in: application) { $0.user = .id(user.id) }
        #expect(try await rig.outcome(.registration(registration.id), Self.home) == "bob@\(application.domain.name)")
        #expect(try await rig.outcome(.registration(registration.id), "911") == "not-ours")
        #expect(try await rig.outcome(.registration(OutboundRegistrationID(rawValue: 99)), "1") == "caller-unknown")
    }

    @Test func emergenciesGoPastEverythingOrAreRefusedLoudly() async throws {
        let blocked = try await rig.endpoint("blocked", handler: .fixed(.blockPSTN))
        let alice = try await rig.credential("alice")
        let refused = try await rig.decide(.user(alice), "911")
        #expect(refused.refusal?.cause == .emergencyNotCarried && refused.refusal?.status == 503)
        #expect(CallCause.emergencyNotCarried.isAlarm)

        let help = try await rig.carrier("help.example") {
            $0.failPercent = 100
            $0.maximumCalls = 1
        }
        try await rig.route("911", .carrier(help))
        try await rig.settings { $0.caps = CallCaps(calls: 0, perSecond: 0) }
        for identity in [CallIdentity.user(alice), .user(blocked.credential)] {
            for called in ["911", "urn:service:sos", "urn:service:sos.police"] {
                let decision = try await rig.decide(identity, called, claim: CallerClaim(isWithheld: true))
                #expect(decision.text == "911@help.example")
                #expect(decision.plan?.isEmergency == true && decision.plan?.limits == [])
                #expect(decision.plan?.targets.allSatisfy { $0.limits.isEmpty } == true)
            }
        }
        // India's numbers are no emergency's.
        let trunk = try await rig.trunk { _ in }
        #expect(try await rig.outcome(.trunk(trunk.id, host: nil), "+911123456789") == "+911123456789@carrier.example")
    }

    @Test func capsAreHeldByWhoeverCalls() async throws {
        let alice = try await rig.credential("alice")
        try await rig.settings { $0.caps.calls = 7 }
        try await rig.grant(.user("alice")) {
            $0.traffic = .all
            $0.caps = CallCaps(calls: 2, perSecond: 1, dailySpend: CostAmount(millionths: 5))
        }
        let plan = try #require(try await rig.decide(.user(alice), Self.home).plan)
        #expect(plan.limits.map(\.scope) == [.account(rig.account), .user(alice)])
        #expect(plan.limits.map(\.caps.calls) == [7, 2])
        #expect(plan.limits[1].caps.perSecond == 1 && plan.limits[1].caps.dailySpend?.millionths == 5)

        let trunk = try await rig.trunk { $0.premiseTrunks = 3 }
        let own = try #require(try await rig.decide(.trunk(trunk.id, host: nil), Self.home).plan)
        #expect(own.limits.last == CallLimit(.trunk(trunk.id), CallCaps(calls: 3)))
        try await rig.grant(.trunk(trunk.id)) { $0.caps.calls = 2 }
        #expect(try await rig.decide(.trunk(trunk.id, host: nil), Self.home).plan?.limits.last?.caps.calls == 2)
        try await rig.number("+19195550199") { $0.trunk = trunk.id }
        try await rig.home.useCases().callGrants.remove(.trunk(trunk.id), of: rig.account)
        let inward = try await rig.decide(.user(alice), "+19195550199")
        #expect(inward.refusal?.cause == .destinationNotCarried)
    }
}
