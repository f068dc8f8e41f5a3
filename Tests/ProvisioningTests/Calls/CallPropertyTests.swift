import Store
import TestSupport
import Testing

@testable import Provisioning

/// What holds of every call, whoever makes it: two tenants with the same things, and thousands of calls at random.
@Suite struct CallPropertyTests {
    /// Someone of a tenant who may reach so much of the telephone network at most; `nil` is nothing.
    private struct Someone {
        let account: AccountID
        let identity: CallIdentity
        let most: TrafficClass?
    }

    private struct House {
        let rig: CallRig
        var people: [Someone] = []
        /// Whatever of the tenant a plan may name.
        var credentials: Set<CredentialID> = []
        var registrations: Set<OutboundRegistrationID> = []
        var trunks: Set<TrunkID> = []
        var carriers: Set<CarrierID> = []
        var hosts: Set<String> = []
    }

    private static let numbers = ["+19195550", "+19195551"]

    private static func furnish(_ home: TemporaryStore, _ index: Int) async throws -> House {
        let name = ["acme", "zeta"][index]
        let rig = try await CallRig(home, name: name)
        var house = House(rig: rig)
        let (voice, out) = ("10.0.\(index).1", "carrier\(index).example.com")
        house.hosts = [voice, out, "\(name).final.example.com", "agent\(index).example.com"]
        let carrier = try await rig.carrier(out) { $0.maximumCalls = 3 }
        house.carriers = [carrier]
        for prefix in ["+", "911"] { try await rig.route(prefix, .carrier(carrier)) }
        let trunk = try await rig.trunk {
            $0.terminationHosts = [TerminationHost(network: IPNetwork(IPAddress(v4: UInt32(index + 1))))]
            $0.voiceHosts = [HostAndPort(host: HostName(stored: voice))]
            $0.finalDestination = FinalDestination("\(name).final.example.com")
            $0.premiseTrunks = 2
        }
        house.trunks = [trunk.id]
        for traffic in TrafficClass.allCases {
            house.people.append(Someone(account: rig.account, identity: .trunk(trunk.id, host: traffic), most: traffic))
        }
        try await furnishUsers(&house, index)
        try await furnishNumbers(house, index, trunk.id)
        return house
    }

    private static func furnishUsers(_ house: inout House, _ index: Int) async throws {
        let rig = house.rig
        func add(_ id: CredentialID, _ most: TrafficClass?) {
            house.credentials.insert(id)
            house.people.append(Someone(account: rig.account, identity: .user(id), most: most))
        }
        add(try await rig.credential("alice"), nil)
        let granted = try await rig.credential("granted")
        try await rig.grant(.user("granted")) {
            $0.traffic = .domestic
            $0.caps = CallCaps(calls: 1)
        }
        add(granted, .domestic)
        let off = try await rig.credential("off")
        try await rig.grant(.user("off")) {
            $0.traffic = .all
            $0.isEnabled = false
        }
        add(off, nil)
        add(try await rig.endpoint("open").credential, .lite)
        add(try await rig.endpoint("passed", handler: .fixed(.passthrough)).credential, .all)
        add(try await rig.endpoint("blocked", handler: .fixed(.blockPSTN)).credential, nil)
        let agent = try await rig.resource("sip:agent@agent\(index).example.com")
        add(try await rig.endpoint("handled", handler: .resource(agent.uniqueID)).credential, nil)
        let application = try await rig.application("desk")
        let bob = try await rig.endUser("bob", in: application)
        add(bob.credential, nil)
        _ = try await rig.rule("5[0-9]+", to: "user:bob", in: application)
        let registration = try await rig.registration(in: application) { $0.user = .id(bob.id) }
        house.registrations = [registration.id]
        house.people.append(
            Someone(account: rig.account, identity: .registration(registration.id), most: nil))
    }

    private static func furnishNumbers(_ house: House, _ index: Int, _ trunk: TrunkID) async throws {
        let front = numbers[index]
        for end in 100..<103 { try await house.rig.number("\(front)\(end)") { $0.trunk = trunk } }
        try await house.rig.number("\(front)103")
    }

    private static let called = [
        "+12025550100", "+18005550100", "+19005550100", "+18765550100", "+14165550100", "+442079460000", "+8821234567",
        "12025550100", "011442079460000", "2025550100#", "911", "112", "urn:service:sos", "500", "alice", "granted",
        "open", "blocked", "handled", "bob", "off", "nobody", "", "*97", "+1", "+19195550100", "+19195551100",
        "+19195550103", "+19195551103", "9195550101", "alice@acme.example", "John@bw.com",
    ]

    private static let places: [CalledPlace] = [
        .server, .domain("acme.example"), .domain("zeta.example"), .domain("desk.acme.example"), .elsewhere,
    ]

    private func check(_ decision: CallDecision, of someone: Someone, in house: House, _ attempt: CallAttempt) {
        guard let plan = decision.plan else { return }
        let text = "\(attempt) \(decision.text)"
        // No plan crosses accounts, or names what is another tenant's.
        #expect(plan.account == someone.account, "\(text)")
        for target in plan.targets {
            switch target.place {
            case .user(let id, _): #expect(house.credentials.contains(id), "\(text)")
            case .registration(let id, _): #expect(house.registrations.contains(id), "\(text)")
            case .hop(let hop): #expect(house.hosts.contains(hop.target.host), "\(text)")
            }
            if let carrier = target.carrier?.id { #expect(house.carriers.contains(carrier), "\(text)") }
            if let trunk = target.trunk { #expect(house.trunks.contains(trunk), "\(text)") }
            // The room of a carrier and of a trunk is taken by every try, but for those in need.
            let isLimited = target.limits.contains { $0.caps.calls != nil }
            if target.carrier != nil { #expect(isLimited != plan.isEmergency, "\(text)") }
        }
        guard plan.reachesCarrier else { return }
        if plan.isEmergency {
            if case .registration = someone.identity { Issue.record("\(text)") }
            #expect(["911", "112"].contains(plan.called))
            return
        }
        // What leaves is within the class, and of nobody who may not.
        guard let most = someone.most, let number = TelephoneNumber(plan.called) else {
            Issue.record("\(text)")
            return
        }
        #expect(most.holds(number, country: "US"), "\(text)")
        if case .user(let id) = someone.identity, case .user(let limit)? = plan.limits.last?.scope {
            #expect(limit == id)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyCall(seed: UInt64) async throws {
        let home = try TemporaryStore()
        let houses = [try await Self.furnish(home, 0), try await Self.furnish(home, 1)]
        var random = SeededRandom(seed: seed)
        func one<Element>(of elements: [Element]) -> Element {
            elements[Int.random(in: elements.indices, using: &random)]
        }
        var attempts: [(house: Int, someone: Someone, attempt: CallAttempt)] = []
        for _ in 0..<3000 {
            let house = Int.random(in: 0...1, using: &random)
            let someone = one(of: houses[house].people)
            // Sometimes one tenant's identity comes with another's account: it is then nobody's.
            let isStray = Int.random(in: 0..<10, using: &random) == 0
            let account = isStray ? houses[1 - house].rig.account : someone.account
            let attempt = CallAttempt(
                account: account, identity: someone.identity, called: one(of: Self.called),
                place: one(of: Self.places),
                caller: CallerClaim(user: one(of: Self.called), isWithheld: Bool.random(using: &random)))
            attempts.append((house, someone, attempt))
        }
        let (asked, now) = (attempts.map(\.attempt), home.clock.now)
        let decisions = try await home.store.read { (store) throws(ProvisioningError) in
            var random = SeededRandom(seed: seed)
            return try asked.map { (attempt) throws(ProvisioningError) in
                try CallPlanner.decide(
                    attempt, in: CallSurroundings(now: now), asking: store, using: &random)
            }
        }
        var reached = 0
        for (index, decision) in decisions.enumerated() {
            let (house, someone, attempt) = attempts[index]
            if attempt.account != someone.account {
                #expect(decision.refusal?.cause == .callerUnknown, "\(attempt)")
            } else {
                check(decision, of: someone, in: houses[house], attempt)
            }
            if decision.plan?.reachesCarrier == true { reached += 1 }
        }
        // The test looks at calls that do go out.
        #expect(reached > 200)
    }
}
