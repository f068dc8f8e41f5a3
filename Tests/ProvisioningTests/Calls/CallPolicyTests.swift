import Foundation
import TestSupport
import Testing

@testable import Provisioning

/// Accounts with rights at random, and every call of everybody in them: the planner decides as rules in plain words do.
///
/// `DEMARC_SOAK_POLICY` makes it as many decisions, `DEMARC_SEED` repeats one account.
@Suite struct CallPolicyTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let houses = environment["DEMARC_SOAK_POLICY"].flatMap { Int($0) }.map { $0 / 60 } ?? 40
    private static let seeds: [UInt64] =
        environment["DEMARC_SEED"].flatMap { UInt64($0) }.map { [$0] } ?? Array(1...UInt64(max(2, houses)))

    /// What is provisioned, and what the rules know of it.
    private struct Account {
        let rig: CallRig
        var rules = PolicyRules()
        var identities: [CallIdentity] = []
        var random: SeededRandom
    }

    @Test func thePlannerFollowsTheRules() async throws {
        var (reached, refused) = (0, 0)
        let home = try TemporaryStore()
        var last: (account: AccountID, identities: [CallIdentity])?
        for seed in Self.seeds {
            var account = try await Self.account(home, seed: seed)
            for (person, identity) in account.identities.enumerated() {
                for (index, called) in PolicyRules.Called.allCases.enumerated() {
                    let number = called.number(person * 10 + index)
                    let dialled = called.dialled(number).randomElement(using: &account.random) ?? number
                    let decision = try await account.rig.decide(identity, dialled, seed: seed)
                    let isAllowed = account.rules.allow(person, calling: called)
                    let text = "\(seed): \(account.rules.people[person]) of \(account.rules.houses) to \(dialled)"
                    #expect((decision.text == "\(number)@carrier.example") == isAllowed, "\(text): \(decision.text)")
                    #expect((decision.plan?.reachesCarrier ?? false) == isAllowed, "\(text): \(decision.text)")
                    if let plan = decision.plan { check(plan, person, account.rules, text) }
                    if isAllowed { reached += 1 } else { refused += 1 }
                }
            }
            // Nobody of another account is anybody here.
            for identity in last?.identities ?? [] where last?.account != account.rig.account {
                let decision = try await account.rig.decide(identity, PolicyRules.Called.home.number(1), seed: seed)
                #expect(decision.refusal != nil, "\(seed): \(identity) of another account: \(decision.text)")
            }
            last = (account.rig.account, account.identities)
        }
        #expect(reached > Self.seeds.count && refused > Self.seeds.count, "\(reached) \(refused)")
    }

    /// The room that the call takes is that of whoever calls, and of the carrier.
    private func check(_ plan: CallPlan, _ person: Int, _ rules: PolicyRules, _ text: String) {
        let who = rules.people[person]
        #expect(plan.limits.map(\.caps.calls) == [who.room].compactMap(\.self), "\(text)")
        for target in plan.targets { #expect(target.limits.map(\.caps.calls) == [rules.houses[0].room], "\(text)") }
    }

    // MARK: What is provisioned

    private static func account(_ home: TemporaryStore, seed: UInt64) async throws -> Account {
        var account = Account(rig: try await CallRig(home, name: "house\(seed)"), random: SeededRandom(seed: seed))
        var house = PolicyRules.House.random(using: &account.random)
        house.isActive = Int.random(in: 0..<12, using: &account.random) > 0
        account.rules.houses = [house]
        let carrier = try await account.rig.carrier("carrier.example") { $0.maximumCalls = house.room }
        for prefix in ["+1", "+44"] { try await account.rig.route(prefix, .carrier(carrier)) }
        for number in 1...3 { try await addCredential("credential\(number)", &account) }
        for number in 1...4 { try await addEndpoint("endpoint\(number)", &account) }
        for number in 1...3 { try await addTrunk(UInt32(seed) * 10 + UInt32(number), &account) }
        let countries = house.countries
        try await account.rig.settings { $0.countries = countries }
        let accounts = home.useCases().accounts
        _ = try await accounts.update(
            account.rig.account, enable: [], disable: house.hasProduct ? [] : [.termination],
            ceiling: TrafficClass(rawValue: house.ceiling.name))
        if !house.isActive { _ = try await accounts.suspend(account.rig.account) }
        return account
    }

    private static func addCredential(_ name: String, _ account: inout Account) async throws {
        let id = try await account.rig.credential(name)
        try await add(.user(id), .user(name), name, reach: .all, isGrantNeeded: true, share: 0.8, &account)
    }

    private static func addEndpoint(_ name: String, _ account: inout Account) async throws {
        let handlers: [(SIPEndpointDraft.Handler?, PolicyRules.Reach)] = [
            (nil, .lite), (.fixed(.passthrough), .all), (.fixed(.passthrough), .all), (.fixed(.blockPSTN), .nothing),
        ]
        let (handler, reach) = handlers[Int.random(in: 0..<4, using: &account.random)]
        let endpoint = try await account.rig.endpoint(name, handler: handler)
        try await add(
            .user(endpoint.credential), .user(name), "\(name), \(reach)", reach: reach, isGrantNeeded: false,
            share: 0.3,
            &account)
    }

    private static func addTrunk(_ address: UInt32, _ account: inout Account) async throws {
        let trunk = try await account.rig.trunk {
            $0.terminationHosts = [TerminationHost(network: IPNetwork(IPAddress(v4: 0x0A00_0000 + address)))]
        }
        let reach = [PolicyRules.Reach.lite, .domestic, .all][Int.random(in: 0..<3, using: &account.random)]
        try await add(
            .trunk(trunk.id, host: TrafficClass(rawValue: reach.name)), .trunk(trunk.id), "trunk \(address), \(reach)",
            reach: reach, isGrantNeeded: false, share: 0.4, &account)
    }

    /// - Parameter share: how many have a grant.
    private static func add(
        _ identity: CallIdentity, _ subject: CallGrantDraft.Subject, _ name: String, reach: PolicyRules.Reach,
        isGrantNeeded: Bool, share: Double, _ account: inout Account
    ) async throws {
        var person = PolicyRules.Person(house: 0, name, reach: reach)
        let isGranted = Double.random(in: 0..<1, using: &account.random) < share
        let grant = isGranted ? PolicyRules.Grant.random(using: &account.random) : nil
        person.take(grant, isNeeded: isGrantNeeded)
        if let grant {
            try await account.rig.grant(subject) {
                $0.traffic = grant.reach.flatMap { TrafficClass(rawValue: $0.name) }
                $0.caps.calls = grant.room
                $0.isEnabled = grant.isEnabled
            }
        }
        account.rules.people.append(person)
        account.identities.append(identity)
    }
}
