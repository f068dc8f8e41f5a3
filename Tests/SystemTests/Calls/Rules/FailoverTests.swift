import Testing

extension RuleTests {
    /// Whether the next carrier is tried: by the cause, and by how far the call came at the first.
    @Suite struct FailoverTests {
        struct Rule: Sendable, CustomTestStringConvertible {
            /// What the first carrier answers, one after the other.
            let answers: [String]
            /// What the caller is told; 200 where the next carrier took the call.
            let status: Int

            var testDescription: String { "\(answers.joined(separator: ", then ")): \(status)" }
        }

        static let rules = [
            Rule(answers: ["503 Service Unavailable"], status: 200),
            Rule(answers: ["100 Trying", "503 Service Unavailable"], status: 200),
            Rule(answers: ["403 Forbidden"], status: 200),
            Rule(answers: ["401 Unauthorized"], status: 200),
            Rule(answers: ["302 Moved Temporarily"], status: 200),
            Rule(answers: ["404 Not Found"], status: 404),
            Rule(answers: ["486 Busy Here"], status: 486),
            Rule(answers: ["603 Decline"], status: 603),
            Rule(answers: ["180 Ringing", "503 Service Unavailable"], status: 200),
            Rule(answers: ["180 Ringing", "480 Temporarily Unavailable"], status: 480),
            Rule(answers: ["180 Ringing", "302 Moved Temporarily"], status: 200),
            Rule(answers: ["183 Session Progress", "503 Service Unavailable"], status: 503),
        ]

        @Test(arguments: rules) func theNextCarrier(_ rule: Rule) async throws {
            let tenant = try CallService.shared.tenant
            let steps = rule.answers.map { SippEnd.Step.answer($0, hasDescription: $0.hasPrefix("183")) }
            let (first, next) = (try SippEnd([.receive("INVITE")] + steps + [.receive("ACK")]), try SippEnd(.answers))
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            try await tenant.route(
                number, over: [try await tenant.carrier(at: [first.port]), try await tenant.carrier(at: [next.port])])
            guard rule.status == 200 else {
                try await succeed(try tenant.call(.callsInVain(rule.status), from: port, to: number), first)
                #expect(next.received.isEmpty)
                return
            }
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), first, next)
        }

        /// One that says nothing at all is given up in four seconds, and told so if it wakes up.
        @Test func noAnswerInTime() async throws {
            let tenant = try CallService.shared.tenant
            let (silent, next) = (try Bystander(), try SippEnd(.answers))
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            try await tenant.route(
                number, over: [try await tenant.carrier(at: [silent.port]), try await tenant.carrier(at: [next.port])])
            let start = ContinuousClock.now
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), next)
            #expect(ContinuousClock.now - start > .seconds(4))
            expect(try silent.heard(), ["Request-URI": "sip:+{number}@"], number: number)
        }

        /// The third of three carriers; each of the others for a reason of its own.
        @Test func threeCarriers() async throws {
            let tenant = try CallService.shared.tenant
            let (refusing, answering) = (try SippEnd(.refuses("500 Server Error")), try SippEnd(.answers))
            let (number, port, closed) = (Tenant.abroad, try await tenant.caller(), try LoopbackSocket.freePort())
            let carriers = [
                try await tenant.carrier(at: [refusing.port]), try await tenant.carrier(at: [closed]),
                try await tenant.carrier(at: [answering.port]),
            ]
            try await tenant.route(number, over: carriers)
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), refusing, answering)
        }

        @Test func nobodyTakesIt() async throws {
            let tenant = try CallService.shared.tenant
            let ends = [try SippEnd(.refuses("503 Service Unavailable")), try SippEnd(.refuses("403 Forbidden"))]
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            try await tenant.route(
                number,
                over: [try await tenant.carrier(at: [ends[0].port]), try await tenant.carrier(at: [ends[1].port])])
            try await succeed(try tenant.call(.callsInVain(403), from: port, to: number), ends[0], ends[1])
            try await succeed(try tenant.call(.callsInVain(404), from: port, to: Tenant.abroad))
        }
    }
}
