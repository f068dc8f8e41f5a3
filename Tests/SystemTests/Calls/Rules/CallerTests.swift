import Testing

extension RuleTests {
    /// Who calls: by the source, by digest, or by a contact of ours; nobody else hears that there is a server.
    @Suite struct CallerTests {
        struct Source: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// The termination host of the trunk.
            let host: String
            var hasPort = false
            /// Where calls come from.
            let address: String
        }

        static let sources = [
            Source(testDescription: "address and port", host: "127.0.0.1", hasPort: true, address: "127.0.0.1"),
            Source(testDescription: "address, any port", host: "127.10.0.1", address: "127.10.0.1"),
            Source(testDescription: "a prefix of 24", host: "127.10.1.0/24", address: "127.10.1.77"),
            Source(testDescription: "IPv6", host: "::1", hasPort: true, address: "::1"),
        ]

        @Test(arguments: sources) func aTrunkByItsSource(_ source: Source) async throws {
            let tenant = try CallService.shared.tenant
            let carrier = try SippEnd(.answers)
            let (number, port) = (Tenant.abroad, try LoopbackSocket.freePort())
            _ = try await tenant.trunk(from: source.host, port: source.hasPort ? port : nil)
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
            let caller = try SippEnd(
                .callsAndLeaves, server: tenant.server.installation.sipPort, called: number, at: port,
                on: source.address)
            try await succeed(caller, carrier)
        }

        /// Of a trunk's hosts the one with the port comes first, then the longest prefix; each has a class of its own.
        @Test func theNarrowestHostCounts() async throws {
            let tenant = try CallService.shared.tenant
            let port = try LoopbackSocket.freePort()
            _ = try await tenant.trunk(
                from: "127.10.2.0/24", traffic: "LITE",
                beside: [("127.10.2.16/28", nil, "DOMESTIC"), ("127.10.2.0/25", port, "ALL")])
            for (address, own, called, status) in [
                ("127.10.2.200", nil, Tenant.free, 403), ("127.10.2.17", nil, Tenant.free, 200),
                ("127.10.2.17", nil, Tenant.abroad, 403),
                ("127.10.2.17", port, Tenant.abroad, 200),
            ] {
                let carrier = try SippEnd(.answers)
                try await tenant.route(called, over: [try await tenant.carrier(at: [carrier.port])])
                let caller = try SippEnd(
                    status == 200 ? .callsAndLeaves : .callsInVain(status),
                    server: tenant.server.installation.sipPort, called: called, at: own, on: address)
                try await succeed(caller)
                #expect(carrier.received.isEmpty == (status != 200), "\(called) from \(address)")
            }
        }

        /// A source that is trusted over one transport only is a stranger over another.
        @Test func trustOverOneTransport() async throws {
            let tenant = try CallService.shared.tenant
            let (number, address) = (Tenant.abroad, "127.10.3.1")
            let trunk = try await tenant.trunk(from: address)
            try await tenant.grant(trunk: trunk, #"{"transports":["tcp"]}"#)
            let carrier = try SippEnd(.answers)
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
            let server = tenant.server.installation.sipPort
            var party = SippEnd.Party()
            party.from = "<sip:eve@stranger.example>"
            let stranger = try SippEnd(.callsAndIsNotHeard, as: party, server: server, called: number, on: address)
            try await succeed(stranger)
            #expect(stranger.received.isEmpty)
            let caller = try SippEnd(.callsAndLeaves, server: server, called: number, on: address, transport: .tcp)
            try await succeed(caller, carrier)
        }

        /// Neither a source that is nobody's, nor a name of a domain that is nobody's, is answered.
        @Test func strangersHearNothing() async throws {
            let tenant = try CallService.shared.tenant
            var party = SippEnd.Party()
            party.from = "<sip:eve@stranger.example>"
            let stranger = try SippEnd(
                .callsAndIsNotHeard, as: party, server: tenant.server.installation.sipPort, called: Tenant.abroad)
            try await succeed(stranger)
            #expect(stranger.received.isEmpty)
        }

        /// Users of every dialect are challenged, and get through with the right password alone.
        @Test(arguments: ["credential", "endpoint", "user"]) func usersByDigest(kind: String) async throws {
            let tenant = try CallService.shared.tenant
            let caller =
                switch kind {
                case "credential": try await tenant.credential()
                case "endpoint": try await tenant.endpoint()
                default: try await tenant.user()
                }
            let callee = try await tenant.credential()
            let phone = try callee.phone(.answers)
            let thief = User(name: caller.name, domain: caller.domain, password: "guessed", server: caller.server)
            let stopped = try thief.call(.callsInVain(407), to: "sip:\(callee.aor)")
            try await succeed(stopped)
            #expect(stopped.received.last?["Proxy-Authenticate"].isEmpty == false)
            try await succeed(try caller.call(.callsAndLeaves, to: "sip:\(callee.aor)"), phone)
            expect(
                phone.first("INVITE"),
                ["From": "<sip:\(caller.aor)>", "Proxy-Authorization": nil, "P-Asserted-Identity": nil])
        }

        /// What somebody without trust says of who it is does not pass.
        @Test func usersAreWhoTheyAre() async throws {
            let tenant = try CallService.shared.tenant
            let (caller, callee) = (try await tenant.credential(), try await tenant.credential())
            let phone = try callee.phone(.answers)
            var party = SippEnd.Party()
            party.name = #""The President" "#
            party.headers = [
                "P-Asserted-Identity: <sip:+12025550111@x.example>", "P-Preferred-Identity: <sip:president@x.example>",
                "Remote-Party-ID: <sip:president@x.example>;party=calling",
            ]
            try await succeed(try caller.call(.callsAndLeaves, to: callee.name, as: party), phone)
            expect(
                phone.first("INVITE"),
                [
                    "From": "<sip:\(caller.aor)>", "P-Asserted-Identity": nil, "P-Preferred-Identity": nil,
                    "Remote-Party-ID": nil,
                ])
        }
    }
}
