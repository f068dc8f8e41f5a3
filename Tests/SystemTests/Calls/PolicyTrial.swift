import TestSupport
import Testing

/// Two tenants with rights at random, whoever they have and whoever they have not, and calls of all of them.
struct PolicyTrial {
    private let server: ServerProcess
    private var rules = PolicyRules()
    private var tenants: [Tenant] = []
    private var carriers: [PolicyCarrier] = []
    private var callers: [Caller] = []
    private var random: SeededRandom
    private var calls = 0
    /// What reached its carrier as it should, and what was refused as it should.
    private(set) var reached = 0
    private(set) var refused = 0

    /// A person as the wire knows it.
    private struct Caller {
        /// Nil for a trunk, which is known by its port.
        let user: User?
        let port: PolicyCaller
    }

    init(_ server: ServerProcess, seed: UInt64) async throws {
        self.server = server
        random = SeededRandom(seed: seed)
        tenants = [try await Tenant(of: server), try await Tenant("other", on: server)]
        for house in tenants.indices { try await furnish(house) }
    }

    // MARK: What is provisioned

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    private mutating func furnish(_ index: Int) async throws {
        let tenant = tenants[index]
        let house = PolicyRules.House.random(using: &random)
        rules.houses.append(house)
        let carrier = try PolicyCarrier(of: server.installation.sipPort)
        carriers.append(carrier)
        let id = try await tenant.carrier(at: [carrier.port], "outmaximum=\(house.room)")
        for prefix in ["1", "44"] { try await tenant.route(prefix, over: [id]) }
        for _ in 0..<3 { try await addCredential(index) }
        for _ in 0..<3 { try await addEndpoint(index) }
        for _ in 0..<2 { try await addTrunk(index) }
        let product = house.hasProduct ? "enable" : "disable"
        let change = #"{"\#(product)":["TERMINATION"],"trafficCeiling":"\#(house.ceiling.name)"}"#
        let changed = try await server.atOperator("PATCH", "/v1/accounts/\(tenant.id)", change)
        #expect(changed.status == 200, "\(changed.body)")
        if let countries = house.countries {
            let set = try await server.demarc(
                "calls", "settings", "--countries", countries.joined(separator: ","), "--account", "\(tenant.id)")
            #expect(set.code == 0, "\(set.errors)")
        }
    }

    private mutating func add(_ person: PolicyRules.Person, _ user: User?, port: UInt16? = nil) throws {
        rules.people.append(person)
        callers.append(Caller(user: user, port: try PolicyCaller(to: server.installation.sipPort, at: port)))
    }

    private mutating func addCredential(_ house: Int) async throws {
        let user = try await tenants[house].credential()
        var person = PolicyRules.Person(house: house, "credential \(user.name)", reach: .all)
        let grant = chance(0.8) ? PolicyRules.Grant.random(using: &random) : nil
        person.take(grant, isNeeded: true)
        if let grant { try await tenants[house].grant(user, grant.text) }
        try add(person, user)
    }

    private mutating func addEndpoint(_ house: Int) async throws {
        let handlers: [(String, PolicyRules.Reach)] = [
            ("default", .lite), ("passthrough", .all), ("passthrough", .all), ("block-pstn", .nothing),
        ]
        let (handler, reach) = one(of: handlers)
        let user = try await tenants[house].endpoint(#""call_handler":"\#(handler)""#)
        var person = PolicyRules.Person(house: house, "endpoint \(user.name), \(handler)", reach: reach)
        let grant = chance(0.3) ? PolicyRules.Grant.random(using: &random) : nil
        person.take(grant, isNeeded: false)
        if let grant { try await tenants[house].grant(user, grant.text) }
        try add(person, user)
    }

    private mutating func addTrunk(_ house: Int) async throws {
        let port = try LoopbackSocket.freePort()
        let reach = one(of: [PolicyRules.Reach.lite, .domestic, .all])
        let trunk = try await tenants[house].trunk(port: port, traffic: reach.name)
        var person = PolicyRules.Person(house: house, "trunk \(trunk), \(reach)", reach: reach)
        let grant = chance(0.4) ? PolicyRules.Grant.random(using: &random) : nil
        person.take(grant, isNeeded: false)
        if let grant { try await tenants[house].grant(trunk: trunk, grant.text) }
        try add(person, nil, port: port)
    }

    // MARK: Calls

    /// Makes so many calls, and says what is wrong; the carriers are open meanwhile.
    mutating func run(_ count: Int) async throws {
        let serving = carriers.map { carrier in Task { try await onThread { try carrier.serve() } } }
        for _ in 0..<count {
            calls += 1
            let person = Int.random(in: rules.people.indices, using: &random)
            // Half of them something that they may, where there is anything.
            let allowed = PolicyRules.Called.allCases.filter { chance(0.5) && rules.allow(person, calling: $0) }
            let called = one(of: allowed.isEmpty ? PolicyRules.Called.allCases : allowed)
            let number = called.number(calls)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6: try await call(person, called, number)
            case 6: try await strange(number)
            case 7: try await pretend(person, number)
            case 8: try await trespass(person, number)
            default: try await hangUp(person)
            }
        }
        for person in rules.people.indices { while callers[person].port.up > 0 { try await hangUp(person) } }
        for carrier in carriers { carrier.close() }
        for task in serving { try await task.value }
    }

    /// With everything in order.
    private mutating func call(_ person: Int, _ called: PolicyRules.Called, _ number: String) async throws {
        let status = try await dial(person, number, as: callers[person].user)
        let isAllowed = rules.allow(person, calling: called) && rules.hasRoom(for: person)
        let text =
            "\(rules.people[person]) of \(rules.houses[rules.people[person].house]) to \(number), held \(rules.held)"
        #expect((status == 200) == isAllowed, "\(status ?? 0): \(text)")
        let house = rules.people[person].house
        #expect((carriers[house].called.last == number) == isAllowed, "\(text)")
        #expect(carriers[1 - house].called.last != number, "\(text)")
        guard status == 200 else { return refused += 1 }
        reached += 1
        rules.begin(person)
        if chance(0.7) { try await hangUp(person) }
    }

    private mutating func hangUp(_ person: Int) async throws {
        let caller = callers[person].port
        guard caller.up > 0 else { return }
        #expect(try await onThread { try caller.hangUp() } == 200)
        rules.end(person)
    }

    /// Somebody whom nobody knows: by a name of no domain, or by somebody's name without the password.
    private mutating func strange(_ number: String) async throws {
        let caller = try PolicyCaller(to: server.installation.sipPort)
        let victim = one(of: callers.compactMap(\.user))
        let uri = "sip:\(number)@\(chance(0.5) ? victim.domain : "127.0.0.1")"
        let isForeign = chance(0.5)
        let from = isForeign ? "sip:x@stranger.example" : "sip:\(victim.aor)"
        let status = try await onThread { try caller.call(uri, from: from, within: isForeign ? 100 : 20_000) }
        #expect(isForeign ? status == nil : status != nil && status != 200, "\(status ?? 0): \(from) to \(uri)")
        try expectUnreached(number, "a stranger, \(from)")
    }

    /// A user's name with another's password, or another's name beside the right one.
    private mutating func pretend(_ person: Int, _ number: String) async throws {
        guard let user = callers[person].user else { return }
        let others = callers.compactMap(\.user).filter { $0.aor != user.aor }
        let status: Int?
        if chance(0.5) {
            let wrong = User(name: user.name, domain: user.domain, password: "wrong", server: user.server)
            status = try await dial(person, number, as: wrong)
        } else {
            status = try await dial(person, number, as: user, from: one(of: others))
        }
        #expect(status != 200, "\(user.aor)")
        try expectUnreached(number, "somebody who is not \(user.aor)")
    }

    /// Somebody in order, for a domain of the other tenant.
    private mutating func trespass(_ person: Int, _ number: String) async throws {
        let domain = tenants[1 - rules.people[person].house].domain
        let status = try await dial(person, number, as: callers[person].user, at: domain)
        #expect(status != 200, "\(rules.people[person]) at \(domain)")
        try expectUnreached(number, "\(rules.people[person]) at \(domain)")
    }

    private mutating func expectUnreached(_ number: String, _ who: String) throws {
        for carrier in carriers { #expect(!carrier.called.contains(number), "\(who) reached a carrier") }
        refused += 1
    }

    /// - Parameters:
    ///   - other: whose name From has.
    ///   - domain: of the Request-URI; a user's own, or the server's address.
    private func dial(
        _ person: Int, _ number: String, as user: User?, from other: User? = nil, at domain: String? = nil
    )
        async throws -> Int?
    {
        let (caller, server) = (callers[person].port, server.installation.sipPort)
        guard let user else {
            let uri = "sip:\(number)@\(domain ?? "127.0.0.1:\(server)")"
            return try await onThread { try caller.call(uri, from: "sip:+12025550100@127.0.0.1") }
        }
        let uri = "sip:\(number)@\(domain ?? user.domain)"
        return try await onThread {
            var phone = try TestPhone(user.name, domain: user.domain, password: user.password, to: server)
            let header = try phone.authorization(for: "INVITE", uri)
            return try caller.call(uri, from: "sip:\((other ?? user).aor)", [header].compactMap(\.self))
        }
    }
}

extension PolicyRules.Grant {
    /// As `/v1` is told.
    fileprivate var text: String {
        let members = [
            reach.map { "\"traffic\":\"\($0.name)\"" }, room.map { "\"calls\":\($0)" }, "\"isEnabled\":\(isEnabled)",
        ]
        return "{\(members.compactMap(\.self).joined(separator: ","))}"
    }
}
