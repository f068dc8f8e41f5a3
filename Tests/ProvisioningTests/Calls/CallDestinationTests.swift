import TestSupport
import Testing

@testable import Provisioning

/// Where calls go, one place after the other.
@Suite struct CallDestinationTests {
    private let rig: CallRig
    private let alice: CredentialID

    init() async throws {
        rig = try await CallRig()
        alice = try await rig.credential("alice")
        try await rig.grant(.user("alice")) { $0.traffic = .all }
    }

    private func outcome(_ called: String, at place: CalledPlace = .server, down: [String] = []) async throws -> String
    {
        try await rig.outcome(.user(alice), called, at: place, down: down)
    }

    @Test func usersByName() async throws {
        let bob = try await rig.credential("bob")
        _ = bob
        _ = try await rig.home.useCases().credentials.create(
            CredentialName(userName: "John", domain: "bw.com"), password: Secret("pw"), realm: nil, account: rig.account
        )
        #expect(try await outcome("bob") == "bob@tenant.example")
        #expect(try await outcome("bob", at: .domain("tenant.example")) == "bob@tenant.example")
        #expect(try await outcome("John@bw.com") == "John@bw.com@tenant.example")
        #expect(try await outcome("John") == "John@bw.com@tenant.example")
        #expect(try await outcome("nobody") == "nobody")
        #expect(try await outcome("") == "nobody")
        #expect(try await outcome("bob", at: .elsewhere) == "not-ours")
    }

    @Test func anAddressRingsEverythingOfASubscriber() async throws {
        var draft = SubscriberDraft()
        draft.email = "ann@example.com"
        let subscriber = try await rig.home.useCases().subscribers.create(draft, by: rig.caller)
        for name in ["desk", "mobile"] {
            var endpoint = SIPEndpointDraft()
            endpoint.userName = name
            endpoint.password = Secret("password")
            _ = try await rig.home.useCases().endpoints.create(
                endpoint, of: subscriber.resource.description, by: rig.caller)
        }
        #expect(try await outcome(subscriber.address.description) == "desk@tenant.example+mobile@tenant.example")
        let resource = try await rig.resource("sip:room@rooms.example:5070;transport=tcp")
        #expect(try await outcome(resource.address.description) == "room@rooms.example:5070;transport=tcp")
        let own = try await rig.endpoint("own")
        let address = try #require(own.address)
        #expect(try await outcome(address.description) == "own@tenant.example")
        #expect(try await outcome(UniqueID.random().description) == "nobody")
    }

    @Test func anEndpointsResourceTakesWhateverItCalls() async throws {
        let resource = try await rig.resource("sips:agent@agents.example")
        let phone = try await rig.endpoint("phone", handler: .resource(resource.uniqueID))
        for called in ["alice", "+12025550100", "nobody"] {
            #expect(try await rig.outcome(.user(phone.credential), called) == "agent@agents.example;transport=tls")
        }
        #expect(try await rig.outcome(.user(phone.credential), "911") == "emergency-not-carried")
    }

    @Test func aNumberGoesToItsTrunksHostsInOrder() async throws {
        let trunk = try await rig.trunk {
            $0.voiceHosts = ["10.0.0.1", "10.0.0.2"].map { HostAndPort(host: HostName(stored: $0)) }
            $0.voiceHosts[1].port = 5070
            $0.finalDestination = FinalDestination("backup@final.example.com:5080")
            $0.premiseTrunks = 4
        }
        try await rig.number("+19195550100") { $0.trunk = trunk.id }
        let number = "+19195550100"
        let hosts = "\(number)@10.0.0.1 > \(number)@10.0.0.2:5070 > backup@final.example.com:5080"
        #expect(try await outcome("9195550100") == hosts)
        let decision = try await rig.decide(.user(alice), number)
        #expect(
            decision.plan?.targets.first?.limits == [CallLimit(.trunk(trunk.id), CallCaps(calls: 4))].compactMap(\.self)
        )
        #expect(decision.plan?.reachesCarrier == false)
        // What is down is passed over, unless there is nothing else.
        #expect(try await outcome(number, down: ["10.0.0.1"]).hasPrefix("\(number)@10.0.0.2:5070"))
        #expect(try await outcome(number, down: ["10.0.0.1", "10.0.0.2", "final.example.com"]) == hosts)
        try await rig.grant(.trunk(trunk.id)) { $0.isEnabled = false }
        #expect(try await outcome(number) == "destination-disabled")
    }

    @Test func hostsOfAGroupComeInAnOrderOfChance() async throws {
        let groups = [["10.0.0.1", "10.0.0.2", "10.0.0.3"], ["10.0.1.1"]].map { group in
            group.map { HostAndPort(host: HostName(stored: $0)) }
        }
        let trunk = try await rig.trunk { $0.voiceHostGroups = groups }
        try await rig.number("+19195550100") { $0.trunk = trunk.id }
        var seen: Set<String> = []
        for seed in 0..<200 as Range<UInt64> {
            let text = try await rig.decide(.user(alice), "+19195550100", seed: seed).text
            #expect(text.hasSuffix("@10.0.1.1"))
            seen.insert(text)
        }
        #expect(seen.count == 6)
        let one = try await rig.decide(.user(alice), "+19195550100", seed: 5)
        #expect(try await rig.decide(.user(alice), "+19195550100", seed: 5) == one)
    }

    @Test func aNumbersOwnSettings() async throws {
        let trunk = try await rig.trunk {
            $0.voiceHosts = [HostAndPort(host: HostName(stored: "10.0.0.1"))]
            $0.callingName = TrunkDetails.CallingName(display: true, enforced: false)
        }
        func target(_ change: @escaping (inout NumberSettings) -> Void) async throws -> CallTarget {
            let number = "+1919555\(Int.random(in: 1000...9999))"
            try await rig.number(number) {
                $0.trunk = trunk.id
                change(&$0.settings)
            }
            let caller = CallerClaim(user: "+12025550111", displayName: "Ann")
            let from = CallIdentity.trunk(trunk.id, host: nil)
            return try #require(try await rig.decide(from, number, claim: caller).plan?.targets.first)
        }
        func user(_ target: CallTarget) -> String { if case .hop(let hop) = target.place { hop.user } else { "" } }

        let plain = try await target { _ in }
        #expect(user(plain).hasPrefix("+1919555") && plain.caller.user == "+12025550111")
        #expect(plain.caller.displayName == "Ann" && plain.caller.remotePartyUser == nil)
        #expect(try await user(target { $0.calledFormat = .tenDigits }).hasPrefix("919555"))
        #expect(try await user(target { $0.calledFormat = .elevenDigits }).hasPrefix("1919555"))
        #expect(try await user(target { $0.rewriteUser = RewriteUser("desk") }) == "desk")
        #expect(try await target { $0.callerFormat = .tenDigits }.caller.remotePartyUser == "2025550111")
        #expect(try await target { $0.displaysName = false }.caller.displayName.isEmpty)
    }

    @Test(arguments: [
        (true, true, false, "Ann"), (true, false, false, ""), (false, true, true, ""), (false, false, true, "Ann"),
    ])
    func callingNames(display: Bool, enforced: Bool, ofNumber: Bool, shown: String) async throws {
        let trunk = try await rig.trunk {
            $0.voiceHosts = [HostAndPort(host: HostName(stored: "10.0.0.1"))]
            $0.callingName = TrunkDetails.CallingName(display: display, enforced: enforced)
        }
        try await rig.number("+19195550100") {
            $0.trunk = trunk.id
            $0.settings.displaysName = ofNumber
        }
        let decision = try await rig.decide(
            .user(alice), "+19195550100", claim: CallerClaim(user: "alice", displayName: "Ann"))
        #expect(decision.plan?.targets.first?.caller.displayName == shown)
    }

    @Test func numbersOfUsersAndApplications() async throws {
        let bob = try await rig.credential("bob")
        try await rig.number("+19195550101") { $0.destination = .user(bob) }
        let decision = try await rig.decide(.user(alice), "+19195550101")
        #expect(decision.text == "bob@tenant.example" && decision.plan?.called == "+19195550101")

        let application = try await rig.application("desk")
        _ = try await rig.rule("\\+1919.*", to: "sip:ivr@10.1.1.1:5070", in: application)
        try await rig.number("+19195550102") { $0.destination = .application(application.id) }
        #expect(try await outcome("+19195550102") == "ivr@10.1.1.1:5070")
        try await rig.number("+12025550102") { $0.destination = .application(application.id) }
        #expect(try await outcome("+12025550102") == "nobody")
        try await rig.number("+12025550103")
        #expect(try await outcome("+12025550103") == "number-unassigned")
    }

    @Test func callsAreForwardedAndNotForEver() async throws {
        let bob = try await rig.credential("bob")
        try await rig.number("+19195550101") { $0.destination = .user(bob) }
        try await rig.number("+19195550102") { $0.settings.callForward = TelephoneNumber("+19195550101") }
        try await rig.number("+19195550103") { $0.settings.callForward = TelephoneNumber("+19195550104") }
        try await rig.number("+19195550104") { $0.settings.callForward = TelephoneNumber("+19195550103") }
        #expect(try await outcome("+19195550102") == "bob@tenant.example")
        #expect(try await outcome("+19195550103") == "loop")
        // Outside on the account's word, whatever the caller may.
        let carrier = try await rig.carrier("carrier.example")
        try await rig.route("+", .carrier(carrier))
        try await rig.number("+19195550105") { $0.settings.callForward = TelephoneNumber("+442079460000") }
        #expect(try await rig.outcome(.user(bob), "+19195550105") == "+442079460000@carrier.example")
        #expect(try await rig.outcome(.user(bob), "+442079460000") == "not-granted")
    }

    @Test func rulesInTheirOrder() async throws {
        let application = try await rig.application("desk")
        let realm = application.domain.name
        let bob = try await rig.endUser("bob", in: application)
        _ = try await rig.endUser("carol", in: application)
        _ = try await rig.rule("9.*", to: nil, in: application)
        _ = try await rig.rule("[0-9]+", to: "user:carol", excluding: "1.*", in: application)
        _ = try await rig.rule("(?=a)aa", to: "user:carol", in: application)
        _ = try await rig.rule("100", to: "number:+442079460000", in: application)
        _ = try await rig.rule("gone", to: "user:dave", in: application)
        func call(_ called: String) async throws -> String { try await rig.outcome(.user(bob.credential), called) }
        #expect(try await call("987") == "carol@\(realm)")
        #expect(try await call("gone") == "nobody")
        #expect(try await call("alice") == "alice@tenant.example")
        #expect(try await call("carol") == "carol@\(realm)")
        #expect(try await call("100") == "no-route")
        let carrier = try await rig.carrier("carrier.example")
        try await rig.route("44", .carrier(carrier))
        #expect(try await call("100") == "+442079460000@carrier.example")
        #expect(try await call("+442079460000") == "not-granted")
        // Whoever calls the application's domain is looked at by its rules too.
        #expect(try await outcome("22", at: .domain(realm)) == "carol@\(realm)")
        #expect(try await rig.decide(.user(bob.credential), "987").steps.contains { $0.text.contains("nowhere yet") })
    }

    @Test func outOverTheCallersOwnRegistration() async throws {
        let application = try await rig.application("desk")
        let bob = try await rig.endUser("bob", in: application)
        let registration = try await rig.registration(in: application) { $0.user = .id(bob.id) }
        let from = CallIdentity.user(bob.credential)
        let decision = try await rig.decide(from, "+442079460000")
        #expect(decision.text == "+442079460000 over \(registration.id)")
        #expect(decision.plan?.targets.first?.caller.user == "+15005550006")
        #expect(decision.plan?.reachesCarrier == false)
        #expect(try await rig.outcome(from, "support") == "support over \(registration.id)")
        #expect(try await rig.outcome(from, "alice") == "alice@tenant.example")
        #expect(try await rig.outcome(from, "+442079460000", isRegistered: false) == "not-granted")
        // Nobody else's calls leave over it.
        #expect(try await outcome("+442079460000") == "no-route")
    }

    @Test func whatArrivesOnARegistration() async throws {
        let application = try await rig.application("desk")
        let bob = try await rig.endUser("bob", in: application)
        let rule = try await rig.rule("5.*", to: "user:bob", in: application)
        let ruled = try await rig.registration(in: application) { $0.rule = .id(rule.id) }
        let free = try await rig.registration(in: application)
        let bound = try await rig.registration(in: application) { $0.user = .id(bob.id) }
        let loose = try await rig.registration(in: nil)
        let aor = "bob@\(application.domain.name)"
        #expect(try await rig.outcome(.registration(ruled.id), "anything") == aor)
        #expect(try await rig.outcome(.registration(free.id), "500") == aor)
        #expect(try await rig.outcome(.registration(free.id), "600") == "nobody")
        #expect(try await rig.outcome(.registration(bound.id), "anything") == aor)
        #expect(try await rig.outcome(.registration(loose.id), "anything") == "nobody")
    }

    @Test func messagesGoToTrunksThatTakeThemBySIP() async throws {
        let sip = try await rig.trunk { $0.messagingProtocol = .sip }
        let smpp = try await rig.trunk { $0.terminationHosts = [TerminationHost(network: IPNetwork(IPAddress(v4: 9)))] }
        try await rig.number("+19195550101") { $0.trunk = sip.id }
        try await rig.number("+19195550102") { $0.trunk = smpp.id }
        func message(_ called: String) async throws -> String {
            try await rig.outcome(.user(alice), called, media: .message)
        }
        #expect(try await message("+19195550101") == "+19195550101@192.0.2.200")
        #expect(try await message("+19195550102") == "destination-not-carried")
        #expect(try await message("alice") == "alice@tenant.example")
    }
}
