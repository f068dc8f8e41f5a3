import Provisioning
import Testing

/// Longest prefix, up to three carriers, least cost.
@Suite struct CarrierRoutingTests {
    private static let account = AccountID(rawValue: 1)
    /// 2026-01-01T00:00:00Z, a Thursday.
    private static let now = Timestamp(milliseconds: 1_767_225_600_000)

    private static func carrier(
        _ id: Int64, _ kind: CarrierDetails.Kind = .sip, to destination: String = "a", ownCosts: Bool = true
    ) -> Carrier {
        var details = CarrierDetails()
        details.kind = kind
        details.destination = CarrierTargets(destination)
        details.hasOwnCosts = ownCosts
        return Carrier(id: CarrierID(rawValue: id), account: account, details: details)
    }

    private static func route(
        _ id: Int64, _ prefix: String, _ choices: [Int64], caller: String = "", media: CallMedia = .voiceAndFax,
        lengths: ClosedRange<Int> = 1...100, account: AccountID = account
    ) -> CarrierRoute {
        var details = CarrierRouteDetails()
        details.called.prefix = prefix
        details.called.minimumLength = lengths.lowerBound
        details.called.maximumLength = lengths.upperBound
        details.callerPrefix = caller
        details.media = media
        details.choices = choices.map { id in
            switch id {
            case 0: .none
            case -1: .leastCost
            default: .carrier(CarrierID(rawValue: id))
            }
        }
        return CarrierRoute(id: CarrierRouteID(rawValue: id), account: account, details: details)
    }

    private static func cost(
        _ id: Int64, of carrier: Int64, _ prefix: String, _ amount: String,
        _ change: (inout CarrierCostDetails) -> Void = { _ in }
    ) throws -> CarrierCost {
        var details = CarrierCostDetails(carrier: CarrierID(rawValue: carrier))
        details.called.prefix = prefix
        details.perMinute = try #require(CostAmount(amount))
        change(&details)
        return CarrierCost(id: CarrierCostID(rawValue: id), account: account, details: details)
    }

    private static func call(_ called: String, caller: String = "", media: CallMedia = .voice) -> CarrierRouting.Call {
        CarrierRouting.Call(called: called, caller: caller, media: media, account: account)
    }

    private static let routes = [
        route(1, "+", [1, 0, 0]), route(2, "+44", [2, 1, 0]), route(3, "+44", [1, 0, 0], caller: "+49"),
        route(4, "+442", [1, 0, 0], lengths: 1...5), route(5, "+1", [1, 0, 0], media: .message),
        route(6, "+4420", [1, 0, 0], account: AccountID(rawValue: 2)), route(7, "+1", [2, 0, 0]),
    ]

    @Test(
        arguments: [
            ("+442079460000", "", CallMedia.voice, 2), ("+442079460000", "+491", .voice, 3), ("+4421", "", .voice, 4),
            ("+12025550100", "", .message, 5), ("+12025550100", "", .fax, 7), ("+81", "", .voice, 1),
            ("911", "", .voice, nil),
        ] as [(String, String, CallMedia, Int64?)])
    func theLongestPrefixWins(called: String, caller: String, media: CallMedia, route: Int64?) {
        let routing = CarrierRouting(carriers: [Self.carrier(1), Self.carrier(2)], routes: Self.routes, costs: [])
        let decision = routing.decide(Self.call(called, caller: caller, media: media), at: Self.now)
        #expect(decision.route?.id.rawValue == route)
    }

    @Test func carriersAreTriedInOrderAndOnce() {
        let routing = CarrierRouting(
            carriers: [Self.carrier(1), Self.carrier(2)], routes: [Self.route(1, "+", [2, 1, 2])], costs: [])
        #expect(routing.decide(Self.call("+1"), at: Self.now).carriers.map(\.id.rawValue) == [2, 1])
    }

    @Test func whatSIPDoesNotReachIsSkippedWithItsReason() {
        let carriers = [Self.carrier(1, .dahdi), Self.carrier(2, .pjsip, to: ""), Self.carrier(3)]
        let routing = CarrierRouting(carriers: carriers, routes: [Self.route(1, "+", [1, 2, 3])], costs: [])
        let decision = routing.decide(Self.call("+1"), at: Self.now)
        #expect(decision.carriers.map(\.id.rawValue) == [3])
        #expect(
            decision.skipped.map(\.reason) == [
                "calls are carried by SIP alone, not by dahdi", "it has no destination",
            ])
    }

    @Test func leastCostTakesTheCheapestMinute() throws {
        let carriers = (1...4).map { Self.carrier($0, ownCosts: $0 != 4) }
        let costs = try [
            Self.cost(1, of: 1, "", "0.03"), Self.cost(2, of: 1, "+44", "0.01"), Self.cost(3, of: 2, "+", "0.02"),
            Self.cost(4, of: 3, "+", "0.02"), Self.cost(5, of: 4, "+", "0.001"),
        ]
        func order(_ choices: [Int64], _ called: String) -> [Int64] {
            CarrierRouting(carriers: carriers, routes: [Self.route(1, "+", choices)], costs: costs)
                .decide(Self.call(called), at: Self.now).carriers.map(\.id.rawValue)
        }
        #expect(order([-1, -1, -1], "+4420") == [1, 2, 3])
        #expect(order([-1, -1, -1], "+1") == [2, 3, 1])
        // A carrier that the route names is not chosen a second time.
        #expect(order([-1, 2, -1], "+1") == [3, 2, 1])
    }

    @Test func aCostCountsOnlyWhereItApplies() throws {
        let carriers = [Self.carrier(1), Self.carrier(2)]
        func first(_ change: (inout CarrierCostDetails) -> Void, media: CallMedia = .voice) throws -> Int64? {
            let costs = try [Self.cost(1, of: 1, "+", "0.01", change), Self.cost(2, of: 2, "+", "0.02")]
            return CarrierRouting(carriers: carriers, routes: [Self.route(1, "+", [-1, 0, 0])], costs: costs)
                .decide(Self.call("+1", caller: "+49", media: media), at: Self.now).carriers.first?.id.rawValue
        }
        #expect(try first { _ in } == 1)
        #expect(try first { $0.hours.days = "4" } == 1)
        #expect(try first { $0.hours.days = "123567" } == 2)
        #expect(try first { $0.hours.firstMinute = 1 } == 2)
        #expect(try first { $0.hours.until = 1_767_225_599 } == 2)
        #expect(try first { $0.hours.from = 1_767_225_601 } == 2)
        #expect(try first { $0.isLeastCost = false } == 2)
        #expect(try first { $0.media = .fax } == 2)
        #expect(try first { $0.callerPrefix = "+1" } == 2)
        #expect(try first { $0.callerPrefix = "+4" } == 1)
        #expect(try first { $0.callerMatch = .group } == 2)
        #expect(try first { $0.called.minimumLength = 3 } == 2)
    }
}

/// Where calls go, how much they cost, and the forms that numbers are sent in.
@Suite struct CarrierValuesTests {
    @Test(arguments: [
        ("sip.example.com", ["sip.example.com"]), ("SIP:Example.com:5080", ["example.com:5080"]),
        ("a, b\tc,d:1", ["a", "b", "c", "d:1"]), ("[2001:db8::1]:5062", ["2001:db8::1:5062"]),
        ("2001:db8::1", ["2001:db8::1"]), ("192.0.2.1:5060;transport=TCP", ["192.0.2.1:5060 tcp"]),
        ("sips:a", ["a tls"]), ("", []), ("a:0", []), ("a:65536", []), ("a b:x", []), ("user@a", []),
        ("sips:a;transport=udp", []), ("a;lr", []), ("1.2.3.4.5", []), ("http://a", []), ("-a", []), ("a:+5", []),
    ])
    func targetsAreHosts(text: String, targets: [String]) {
        let read = CarrierTargets(text)
        #expect(read.text == text)
        #expect(
            read.targets.map { target in
                target.host + (target.port.map { ":\($0)" } ?? "") + (target.transport.map { " \($0)" } ?? "")
            } == targets)
    }

    @Test(arguments: [
        ("0", "0.00"), ("0.5", "0.50"), ("1.000001", "1.000001"), ("0.0120", "0.012"), ("999999999", "999999999.00"),
    ])
    func amountsAreExact(text: String, shown: String) throws {
        #expect(try #require(CostAmount(text)).description == shown)
    }

    @Test(arguments: ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "0.0000001", "1000000000", "1.2.3", " 1"])
    func whatIsNoAmountIsRefused(text: String) {
        #expect(CostAmount(text) == nil)
    }

    @Test(arguments: [
        (DialPlan(name: "a", international: "+"), "+442079460000"),
        (DialPlan(name: "a", international: ""), "442079460000"),
        (DialPlan(name: "a", international: "00", national: .init(countryCode: "44", prefix: "0")), "02079460000"),
        (DialPlan(name: "a", international: "011", national: .init(countryCode: "1", prefix: "")), "011442079460000"),
    ])
    func numbersTakeTheFormOfTheirDialPlan(plan: DialPlan, text: String) throws {
        #expect(plan.text(try #require(TelephoneNumber("+442079460000"))) == text)
    }
}
