import Testing

extension RuleTests {
    /// What callers may dial: the carrier gets the call, or hears nothing and the caller is told why.
    @Suite struct PermissionTests {
        /// Whose call it is, and what was said of that one.
        enum Caller: Sendable {
            case trunk(String, grant: String? = nil)
            case credential(grant: String? = nil)
            case endpoint(String)
            case user(grant: String? = nil)
        }

        enum Called: String, Sendable, CaseIterable { case home, free, abroad }

        struct Rule: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let caller: Caller
            /// The final status for each kind of number; 200 for those that reach the carrier.
            let statuses: [Called: Int]

            init(_ rule: String, _ caller: Caller, home: Int, free: Int, abroad: Int) {
                (testDescription, self.caller) = (rule, caller)
                statuses = [.home: home, .free: free, .abroad: abroad]
            }
        }

        static let classes = [
            Rule("LITE", .trunk("LITE"), home: 200, free: 403, abroad: 403),
            Rule("DOMESTIC", .trunk("DOMESTIC"), home: 200, free: 200, abroad: 403),
            Rule("ALL", .trunk("ALL"), home: 200, free: 200, abroad: 200),
            Rule(
                "a grant below a host's class", .trunk("ALL", grant: #"{"traffic":"LITE"}"#), home: 200, free: 403,
                abroad: 403),
            Rule(
                "a trunk that is down", .trunk("ALL", grant: #"{"isEnabled":false}"#), home: 403, free: 403, abroad: 403
            ),
            Rule("a credential that nobody granted anything", .credential(), home: 403, free: 403, abroad: 403),
            Rule(
                "a credential with a grant", .credential(grant: #"{"traffic":"DOMESTIC"}"#), home: 200, free: 200,
                abroad: 403),
            Rule("a user that nobody granted anything", .user(), home: 403, free: 403, abroad: 403),
            Rule("a user with a grant", .user(grant: #"{"traffic":"ALL"}"#), home: 200, free: 200, abroad: 200),
            Rule(
                "a user that is down", .user(grant: #"{"traffic":"ALL","isEnabled":false}"#), home: 403, free: 403,
                abroad: 403),
            Rule(
                "call_handler default", .endpoint(#""call_handler":"default""#), home: 200, free: 403, abroad: 403),
            Rule(
                "call_handler passthrough", .endpoint(#""call_handler":"passthrough""#), home: 200, free: 200,
                abroad: 200),
            Rule(
                "call_handler block-pstn", .endpoint(#""call_handler":"block-pstn""#), home: 403, free: 403, abroad: 403
            ),
        ]

        @Test(arguments: classes) func reachesWhatItMay(_ rule: Rule) async throws {
            let tenant = try CallService.shared.tenant
            let caller = try await Dialler(rule.caller, of: tenant)
            for (called, status) in rule.statuses {
                let number =
                    switch called {
                    case .home: Tenant.number
                    case .free: Tenant.free
                    case .abroad: Tenant.abroad
                    }
                guard status == 200 else {
                    let carrier = try Bystander()
                    try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
                    try await succeed(try caller.call(.callsInVain(status), number))
                    #expect(try carrier.heard() == nil, "\(called)")
                    continue
                }
                let carrier = try SippEnd(.answers)
                try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
                try await succeed(try caller.call(.callsAndLeaves, number), carrier)
                expect(carrier.first("INVITE"), ["Request-URI": "+{number}@"], number: number)
            }
        }

        /// What the operator or the profile says later holds for the next call.
        @Test(arguments: [
            ("PATCH", "", #"{"trafficCeiling":"DOMESTIC"}"#, 403), ("PUT", "/suspension", "", 0),
        ])
        func anAccountsCeilingAndSuspension(method: String, path: String, body: String, status: Int) async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(Tenant.name("held"), on: service.server)
            let carrier = try SippEnd(.answers)
            let port = try await tenant.caller()
            try await tenant.route("44", over: [try await tenant.carrier(at: [carrier.port])])
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: Tenant.abroad), carrier)
            _ = try await service.server.operate(method, "accounts/\(tenant.id)\(path)", body)
            var party = SippEnd.Party()
            party.from = "<sip:+12025550100@stranger.example>"
            let steps: [SippEnd.Step] = status == 0 ? .callsAndIsNotHeard : .callsInVain(status)
            try await succeed(try tenant.call(steps, from: port, to: Tenant.abroad, as: party))
        }

        @Test func theProfilesPolicy() async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(Tenant.name("profiled"), on: service.server)
            let caller = try await tenant.endpoint()
            let carrier = try SippEnd(.answers)
            try await tenant.route("44", over: [try await tenant.carrier(at: [carrier.port])])
            func decide(_ policy: String) async throws {
                let answer = try await tenant.signalWire.send(
                    "PUT", "/api/relay/rest/sip_profile", body: "{\"default_outbound_policy\":\"\(policy)\"}")
                #expect(answer.status == 201, "\(answer.body)")
            }
            try await succeed(try caller.call(.callsInVain(403), to: Tenant.abroad))
            try await decide("passthrough")
            try await succeed(try caller.call(.callsAndLeaves, to: Tenant.abroad), carrier)
            try await decide("block-pstn")
            try await succeed(try caller.call(.callsInVain(403), to: Tenant.number))
        }

        /// Whoever calls in a row.
        private struct Dialler: Sendable {
            let tenant: Tenant
            let user: User?
            var port: UInt16 = 0

            init(_ caller: Caller, of tenant: Tenant) async throws {
                self.tenant = tenant
                switch caller {
                case .trunk(let traffic, let grant):
                    user = nil
                    port = try LoopbackSocket.freePort()
                    let trunk = try await tenant.trunk(port: port, traffic: traffic)
                    if let grant { try await tenant.grant(trunk: trunk, grant) }
                case .credential(let grant):
                    let user = try await tenant.credential()
                    if let grant { try await tenant.grant(user, grant) }
                    self.user = user
                case .endpoint(let members): user = try await tenant.endpoint(members)
                case .user(let grant):
                    let user = try await tenant.user()
                    if let grant { try await tenant.grant(user, grant) }
                    self.user = user
                }
            }

            func call(_ steps: [SippEnd.Step], _ number: String) throws -> SippEnd {
                try user?.call(steps, to: number) ?? tenant.call(steps, from: port, to: number)
            }
        }

        // MARK: Dialled numbers

        /// As people of the United States dial.
        @Test(arguments: [
            ("home", "{ten}"), ("home", "1{ten}"), ("home", "+1{ten}"), ("home", "({ten})"), ("abroad", "011{number}"),
            ("abroad", "+{number}"),
        ])
        func numbersAsTheyAreDialled(place: String, form: String) async throws {
            let tenant = try CallService.shared.tenant
            let carrier = try SippEnd(.answers)
            let (number, port) = (place == "home" ? Tenant.number : Tenant.abroad, try await tenant.caller())
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
            let dialled = form.replacing("{ten}", with: number.dropFirst(2)).replacing(
                "{number}", with: number.dropFirst())
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: dialled), carrier)
            expect(carrier.first("INVITE"), ["Request-URI": "sip:+{number}@"], number: number)
        }

        // MARK: Caps

        struct Cap: Sendable, CustomTestStringConvertible {
            let testDescription: String
            var peer = ""
            var grant: String?
            var settings: String?
            /// What a call is told while one is up.
            let status: Int
        }

        static let caps = [
            Cap(testDescription: "calls of a trunk", grant: #"{"calls":1}"#, status: 486),
            Cap(testDescription: "PremiseTrunks", peer: "<PremiseTrunks>1</PremiseTrunks>", status: 486),
            Cap(testDescription: "calls a second of a trunk", grant: #"{"perSecond":1}"#, status: 503),
            Cap(testDescription: "calls of an account", settings: #"{"calls":1}"#, status: 486),
            Cap(testDescription: "calls a second of an account", settings: #"{"perSecond":1}"#, status: 503),
        ]

        @Test(arguments: caps) func oneCallAndNoOther(_ cap: Cap) async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(
                Tenant.name("capped"), on: service.server, #","features":["UC","SMS","TERMINATION"]"#)
            let carrier = try SippEnd(.answers, calls: 2)
            let (number, port) = (Tenant.abroad, try LoopbackSocket.freePort())
            let trunk = try await tenant.trunk(port: port, cap.peer)
            if let grant = cap.grant { try await tenant.grant(trunk: trunk, grant) }
            if let settings = cap.settings { try await tenant.operate("PUT", "call-settings", settings) }
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
            let caller = try tenant.call(.callsOrIsRefused(cap.status), from: port, to: number, calls: 2)
            try await succeed(caller)
            let refusal = try #require(caller.received.first { $0.status == cap.status })
            #expect(refusal["Retry-After"].isEmpty == (cap.status == 486))
            // There is room again.
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), carrier)
        }

        @Test func whatADayMayCost() async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(Tenant.name("spender"), on: service.server)
            let carrier = try SippEnd(.answers, calls: 1)
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            let peer = try await tenant.carrier(at: [carrier.port], "costs=1")
            _ = try await tenant.bandwidth.enswitch(
                "peers/costs/create", "peer=\(peer)&called_prefix=44&cost=60&increment=1&least_cost=1")
            try await tenant.route(number, over: [peer])
            try await tenant.operate("PUT", "call-settings", #"{"dailySpend":"0.5"}"#)
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), carrier)
            try await succeed(try tenant.call(.callsInVain(403), from: port, to: number))
        }

        @Test func countriesOfAnAccount() async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(Tenant.name("abroad"), on: service.server)
            let (bystander, carrier) = (try Bystander(), try SippEnd(.answers))
            let port = try await tenant.caller()
            try await tenant.operate("PUT", "call-settings", #"{"countries":["FR"]}"#)
            try await tenant.route("44", over: [try await tenant.carrier(at: [bystander.port])])
            try await tenant.route("33", over: [try await tenant.carrier(at: [carrier.port])])
            try await succeed(try tenant.call(.callsInVain(403), from: port, to: "+442079460000"))
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: "+33123456789"), carrier)
            #expect(try bystander.heard() == nil)
        }

        /// In need nothing holds, but a way there must be; a number that begins like one is another number.
        @Test func emergencyNumbers() async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(Tenant.name("needy"), on: service.server)
            let blocked = try await tenant.endpoint(#""call_handler":"block-pstn""#)
            try await succeed(try blocked.call(.callsInVain(503), to: "911"))
            let carrier = try SippEnd(.answers, calls: 2)
            try await tenant.route("911", over: [try await tenant.carrier(at: [carrier.port])])
            try await tenant.operate("PUT", "call-settings", #"{"calls":0,"countries":[]}"#)
            try await succeed(try blocked.call(.callsAndLeaves, to: "911"))
            try await succeed(try blocked.call(.callsAndLeaves, to: "urn:service:sos"), carrier)
            expect(carrier.first("INVITE"), ["Request-URI": "sip:911@", "Privacy": nil])
        }

        /// The customer of a peer is an account; there is no other that one could name.
        @Test(arguments: ["0", "-1", "{own}"]) func customersOfACarrier(customer: String) async throws {
            let tenant = try CallService.shared.tenant
            let carrier = try SippEnd(.answers)
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            let named = customer.replacing("{own}", with: "\(tenant.id)")
            let peer = try await tenant.carrier(at: [carrier.port], "customer=\(named)&plan_customer=\(named)")
            try await tenant.route(number, over: [peer])
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), carrier)
        }
    }
}
