import TestSupport
import Testing

@testable import Provisioning

/// Every field of a carrier that shapes a call, on the wire.
@Suite struct CarrierDiallingTests {
    private static let plan = DialPlan(name: "e164", international: "+")
    private static let nanp = DialPlan(
        name: "nanp-10", international: "011", national: DialPlan.National(countryCode: "1", prefix: ""))

    private static func details(_ change: (inout CarrierDetails) -> Void) -> CarrierDetails {
        var details = CarrierDetails()
        change(&details)
        return details
    }

    @Test func theCalledNumber() throws {
        let number = try #require(TelephoneNumber("+12025550100"))
        func text(_ dialled: String = "+12025550100", in plan: DialPlan = Self.plan, _ change: (inout CarrierDetails) -> Void)
            -> String
        {
            Self.details(change).calledText(number, dialled: dialled, in: plan)
        }
        #expect(text { _ in } == "+12025550100")
        #expect(text(in: Self.nanp) { _ in } == "2025550100")
        #expect(text(in: Self.nanp) { $0.calledPrefix = "9#" } == "9#2025550100")
        #expect(text("+12025550100##") { _ in } == "+12025550100##")
        #expect(text("+12025550100##") { $0.calledStripHash = true } == "+12025550100")
        #expect(Self.details { $0.calledPrefix = "9" }.calledText(emergency: "911") == "9911")
    }

    private static let known: KnownCaller = {
        var caller = KnownCaller()
        caller.number = TelephoneNumber("+19195550123")
        caller.displayName = "Ann"
        caller.user = "ann"
        caller.domain = "a.example"
        return caller
    }()

    private static func shown(
        _ caller: KnownCaller = known, in plan: DialPlan = plan, _ change: (inout CarrierDetails) -> Void = { _ in }
    ) -> ShownCaller { details(change).shown(caller, in: plan) }

    @Test func aCallerIsShownInTheFormThatTheCarrierTakes() {
        let shown = Self.shown()
        #expect(shown.user == "+19195550123" && shown.displayName == "Ann" && !shown.isAnonymous)
        #expect(shown.domain == nil && shown.assertedUser == nil && !shown.sendsPrivacy && shown.remotePartyUser == nil)
        #expect(Self.shown(in: Self.nanp).user == "9195550123")
        #expect(Self.shown { $0.callerID = "+18005550000" }.user == "+18005550000")
    }

    @Test func aCallerWithoutANumber() {
        var caller = Self.known
        caller.number = nil
        let shown = Self.shown(caller)
        #expect(shown.isAnonymous && shown.displayName == "Anonymous" && shown.user == "anonymous")
        #expect(Self.shown(caller) { $0.unknownCallerID = "" }.displayName.isEmpty)
        #expect(Self.shown(caller) { $0.unknownCallerID = "+18005550000" }.user == "+18005550000")
        #expect(!Self.shown(caller) { $0.unknownCallerID = "+18005550000" }.isAnonymous)
        #expect(Self.shown(caller) { $0.callerID = "+18005550000" }.user == "+18005550000")
        #expect(Self.shown(caller) { $0.sendsAssertedIdentity = true }.assertedUser == nil)
    }

    @Test func aCallerWhoWithholdsItsNumber() {
        var caller = Self.known
        caller.isWithheld = true
        let plain = Self.shown(caller)
        #expect(plain.isAnonymous && plain.displayName == "Anonymous")
        #expect(plain.assertedUser == nil && plain.remotePartyUser == nil && !plain.sendsPrivacy)
        let full = Self.shown(caller, in: Self.nanp) {
            $0.sendsAssertedIdentity = true
            $0.sendsPrivacy = true
            $0.sendsRemotePartyID = true
            $0.withheldCallerID = "Private"
        }
        #expect(full.isAnonymous && full.displayName == "Private")
        #expect(full.assertedUser == "9195550123" && full.sendsPrivacy)
        #expect(full.remotePartyUser == "9195550123" && full.remotePartyIsPrivate)
        // Forced for every caller, it takes no secret away.
        #expect(Self.shown(caller) { $0.callerID = "+18005550000" }.isAnonymous)
    }

    @Test func identityHeadersOfAShownCaller() {
        let shown = Self.shown {
            $0.sendsAssertedIdentity = true
            $0.sendsPrivacy = true
            $0.sendsRemotePartyID = true
        }
        #expect(shown.assertedUser == "+19195550123" && shown.remotePartyUser == "+19195550123")
        #expect(!shown.sendsPrivacy && !shown.remotePartyIsPrivate)
    }

    @Test func codecsAndDTMF() {
        let media = Self.details { $0.codecs = [.alaw, .g722, .ilbc] }.media
        #expect(media.codecs?.map(\.name) == ["PCMA", "G722", "ILBC"])
        #expect(media.codecs?.map(\.payloadType) == [8, 9, nil])
        let modes = CarrierDetails.DTMFMode.allCases.map { mode in Self.details { $0.dtmf = mode }.media.dtmf }
        #expect(modes == [.inband, .info, .events, .events])
        let endpoint = MediaDemand(
            codecs: [.opus16, .opus, .pcmu], ciphers: [.aes128with80], requiresEncryption: true)
        #expect(endpoint.codecs?.map(\.name) == ["OPUS", "PCMU"])
        #expect(endpoint.ciphers == [.aes128with80] && endpoint.requiresEncryption)
    }

    @Test func whatAMinuteCosts() throws {
        var cost = CarrierCostDetails(carrier: CarrierID(rawValue: 1))
        cost.perMinute = try #require(CostAmount("0.06"))
        func amount(_ seconds: Int, _ change: (inout CarrierCostDetails) -> Void = { _ in }) -> String {
            var cost = cost
            change(&cost)
            return cost.amount(seconds: seconds).description
        }
        #expect(amount(60) == "0.06")
        #expect(amount(1) == "0.001")
        #expect(amount(61) { $0.increment = 60 } == "0.12")
        #expect(amount(30) { $0.includedSeconds = 30; $0.connectFee = CostAmount(millionths: 20_000) } == "0.02")
        #expect(amount(90) { $0.includedSeconds = 30; $0.connectFee = CostAmount(millionths: 20_000) } == "0.08")
        #expect(amount(1) { $0.minimum = CostAmount(millionths: 50_000) } == "0.05")
        // A third of a millionth is none, two thirds are one.
        #expect(amount(20) { $0.perMinute = CostAmount(millionths: 1) } == "0.00")
        #expect(amount(40) { $0.perMinute = CostAmount(millionths: 1) } == "0.000001")
        #expect(amount(.max / 2) { $0.perMinute = CostAmount(millionths: .max) } == CostAmount(millionths: .max).description)
    }
}
