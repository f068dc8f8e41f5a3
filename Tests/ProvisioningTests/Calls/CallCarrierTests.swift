import TestSupport
import Testing

@testable import Provisioning

/// Out to carriers: which, in what order, and how they are told.
@Suite struct CallCarrierTests {
    private let rig: CallRig
    private let trunk: TrunkID

    init() async throws {
        rig = try await CallRig()
        trunk = try await rig.trunk { _ in }.id
    }

    private static let abroad = "+442079460000"

    private func decide(_ called: String = abroad, seed: UInt64 = 1, down: [String] = []) async throws -> CallDecision {
        let claim = CallerClaim(user: "+12025550111", displayName: "Ann")
        return try await rig.decide(.trunk(trunk, host: nil), called, claim: claim, seed: seed, down: down)
    }

    @Test func everyHostOfEveryCarrierInOrder() async throws {
        let first = try await rig.carrier("one.example, two.example:5070;transport=tcp") {
            $0.proxy = CarrierTargets("proxy.example:5080")
            $0.maximumCalls = 9
            $0.userName = "us"
        }
        let gone = try await rig.carrier("gone.example") { $0.kind = .iax }
        let second = try await rig.carrier("[2001:db8::1]:5071")
        try await rig.route("+", .carrier(first), .carrier(gone), .carrier(second))
        let decision = try await decide()
        let number = Self.abroad
        #expect(
            decision.text == """
                \(number)@one.example via proxy.example:5080 > \
                \(number)@two.example:5070;transport=tcp via proxy.example:5080 > \(number)@[2001:db8::1]:5071
                """)
        let target = try #require(decision.plan?.targets.first)
        #expect(target.limits == [CallLimit(.carrier(first), CallCaps(calls: 9))].compactMap(\.self))
        #expect(target.carrier?.userName == "us" && target.carrier?.sealedPassword?.isEmpty == false)
        #expect(target.caller.user == "+12025550111" && target.caller.displayName == "Ann")
        #expect(decision.steps.contains { $0.text == "carrier \(gone) is passed over: calls are carried by SIP alone, not by iax" })
        // A carrier behind a proxy is as well as its proxy is.
        #expect(try await decide(down: ["proxy.example"]).text == "\(number)@[2001:db8::1]:5071")
    }

    @Test func thePrefixMayLeaveOutThePlus() async throws {
        let (one, two) = (try await rig.carrier("one.example"), try await rig.carrier("two.example"))
        try await rig.route("+44", .carrier(one))
        try await rig.route("4420", .carrier(two))
        #expect(try await decide().text == "\(Self.abroad)@two.example")
        #expect(try await decide("+441614960000").text == "+441614960000@one.example")
        #expect(try await decide("+12025550100").refusal?.cause == .noRoute)
    }

    @Test func leastCostByExactAmounts() async throws {
        let carriers = (
            try await rig.carrier("one.example") { $0.hasOwnCosts = true },
            try await rig.carrier("two.example") { $0.hasOwnCosts = true }
        )
        for (carrier, prefix, amount) in [
            (carriers.0, "+44", "0.010001"), (carriers.1, "44", "0.01"), (carriers.1, "+4420", "0.010002"),
        ] {
            var cost = CarrierCostDetails(carrier: carrier)
            cost.called.prefix = prefix
            cost.perMinute = try #require(CostAmount(amount))
            _ = try await rig.home.useCases().carrierCosts.create(cost, by: rig.caller)
        }
        try await rig.route("+", .leastCost, .leastCost)
        let london = try await decide()
        #expect(london.text == "\(Self.abroad)@one.example > \(Self.abroad)@two.example")
        #expect(london.plan?.targets.map { $0.carrier?.cost?.perMinute.description } == ["0.010001", "0.010002"])
        #expect(london.plan?.targets.map { $0.carrier?.currency } == ["USD", "USD"])
        #expect(try await decide("+441614960000").text.hasPrefix("+441614960000@two.example"))
        #expect(try await decide("+12025550100").refusal?.cause == .noCarrier)
    }

    @Test func someFailOnPurpose() async throws {
        let (half, rest) = (
            try await rig.carrier("half.example") { $0.failPercent = 25 }, try await rig.carrier("rest.example")
        )
        try await rig.route("+", .carrier(half), .carrier(rest))
        var passed = 0
        for seed in 0..<1000 as Range<UInt64> {
            let text = try await decide(seed: seed).text
            #expect(text.hasSuffix("\(Self.abroad)@rest.example"))
            if !text.contains("half.example") { passed += 1 }
        }
        // 25 % of 1000, four standard deviations of it either way.
        #expect((195...305).contains(passed))
    }

    @Test func fewerChoicesThanNone() async throws {
        let (zap, never) = (
            try await rig.carrier("zap.example") { $0.kind = .zap },
            try await rig.carrier("never.example") { $0.failPercent = 100 }
        )
        try await rig.route("+44", .carrier(zap))
        try await rig.route("+1", .carrier(never))
        #expect(try await decide().refusal?.cause == .noCarrier)
        #expect(try await decide("+12025550100").refusal?.cause == .noCarrier)
        #expect(try await decide("+12025550100").refusal?.status == 503)
    }

    @Test func eachCarrierHasItsOwnForms() async throws {
        let (plain, national) = (
            try await rig.carrier("plain.example") { $0.calledPrefix = "77" },
            try await rig.carrier("national.example") {
                $0.calledDialPlan = "international-011"
                $0.callerDialPlan = "nanp-10"
                $0.sendsAssertedIdentity = true
                $0.codecs = [.ulaw]
            }
        )
        try await rig.route("+", .carrier(plain), .carrier(national))
        let decision = try await decide()
        #expect(decision.text == "77\(Self.abroad)@plain.example > 011442079460000@national.example")
        let target = try #require(decision.plan?.targets.last)
        #expect(target.caller.user == "2025550111" && target.caller.assertedUser == "2025550111")
        #expect(target.media.codecs?.map(\.name) == ["PCMU"])
    }

    @Test func anEndpointIsSentAsItsNumber() async throws {
        let carrier = try await rig.carrier("carrier.example")
        try await rig.route("+", .carrier(carrier))
        let numbers = (0..<3).map { "+1919555010\($0)" }
        for number in numbers { try await rig.number(number) }
        func shown(_ name: String, seed: UInt64 = 1, _ change: (inout SIPEndpointDraft) -> Void) async throws
            -> ShownCaller
        {
            let endpoint = try await rig.endpoint(name, handler: .fixed(.passthrough), change)
            let decision = try await rig.decide(
                .user(endpoint.credential), Self.abroad, claim: CallerClaim(user: "+18005551212", displayName: "Eve"),
                seed: seed)
            return try #require(decision.plan?.targets.first).caller
        }
        let fixed = try await shown("fixed") {
            $0.sendAs = .own(SendAs(numbers[1]) ?? .random)
            $0.callerID = "Justice League"
        }
        #expect(fixed.user == numbers[1] && fixed.displayName == "Justice League")
        var seen: Set<String> = []
        for seed in 0..<40 as Range<UInt64> {
            seen.insert(try await shown("random\(seed)", seed: seed) { $0.sendAs = .own(.random) }.user)
        }
        #expect(seen == Set(numbers))
    }

    @Test func anotherUserShowsTheAccountsNumbersOnly() async throws {
        let carrier = try await rig.carrier("carrier.example")
        try await rig.route("+", .carrier(carrier))
        try await rig.number("+19195550100")
        let alice = try await rig.credential("alice")
        try await rig.grant(.user("alice")) { $0.traffic = .all }
        func shown(_ user: String) async throws -> ShownCaller {
            let decision = try await rig.decide(.user(alice), Self.abroad, claim: CallerClaim(user: user))
            return try #require(decision.plan?.targets.first).caller
        }
        #expect(try await shown("9195550100").user == "+19195550100")
        #expect(try await shown("+18005551212").isAnonymous)
        #expect(try await shown("alice").isAnonymous)
    }
}
