import Testing

extension RuleTests {
    /// Where calls go: users and all that they registered, numbers, hosts, rules, resources, registrations elsewhere.
    @Suite struct DestinationTests {
        private let tenant: Tenant

        init() throws { tenant = try CallService.shared.tenant }

        // MARK: Users

        /// All contacts at once: the first answer is everybody's, and the other phone is told why it stops to ring.
        @Test func everyContactRings() async throws {
            let (caller, callee) = (try await tenant.credential(), try await tenant.endpoint())
            let slow = try callee.phone(.isCancelled)
            let fast = try callee.phone(
                [.receive("INVITE"), .answer("180 Ringing"), .pause(milliseconds: 700)] + .takes)
            try await succeed(try caller.call(.callsAndLeaves, to: callee.name), slow, fast)
            expect(slow.first("CANCEL"), ["Reason": "cause=200"])
            #expect(slow.first("INVITE")?["Call-ID"] != fast.first("INVITE")?["Call-ID"])
            expect(fast.first("INVITE"), ["Request-URI": "sip:\(callee.name)@127.0.0.1:\(fast.port)"])
        }

        /// By q, the highest first; whatever one phone refuses with, the next one rings (RFC 3261 section 16.6), but for a 6xx.
        @Test(arguments: ["480 Temporarily Unavailable", "486 Busy Here", "503 Service Unavailable"])
        func contactsByPreference(refusal: String) async throws {
            let (caller, callee) = (try await tenant.credential(), try await tenant.user())
            let last = try callee.phone(.answers, q: "0.1")
            let first = try callee.phone(.refuses(refusal), q: "0.9")
            try await succeed(try caller.call(.callsAndLeaves, to: "sip:\(callee.aor)"), first, last)
        }

        @Test func aDeclineIsForAllContacts() async throws {
            let (caller, callee) = (try await tenant.credential(), try await tenant.user())
            let last = try callee.phone(.answers, q: "0.1")
            let first = try callee.phone(.refuses("603 Decline"), q: "0.9")
            try await succeed(try caller.call(.callsInVain(603), to: "sip:\(callee.aor)"), first)
            #expect(last.received.isEmpty)
        }

        /// A phone may send a call on to another user of its account, who sees who called.
        @Test func aPhoneThatSendsCallsOn() async throws {
            let (caller, first, second) = (
                try await tenant.credential(), try await tenant.credential(), try await tenant.endpoint()
            )
            let away = try first.phone(.sendsOn(to: "sip:\(second.aor)"))
            let phone = try second.phone(.answers)
            try await succeed(try caller.call(.callsAndLeaves, to: first.name), away, phone)
            expect(phone.first("INVITE"), ["From": "<sip:\(caller.aor)>", "To": "<sip:\(second.aor)>"])
        }

        /// To nobody else: neither to a number, which somebody would pay for, nor to a host that it names, nor to itself for ever.
        @Test(arguments: ["number", "host", "itself"]) func aPhoneThatSendsCallsAway(where place: String) async throws {
            let (caller, callee) = (try await tenant.credential(), try await tenant.credential())
            try await tenant.grant(callee, #"{"traffic":"ALL"}"#)
            let (bystander, number) = (try Bystander(), Tenant.abroad)
            try await tenant.route(number, over: [try await tenant.carrier(at: [bystander.port])])
            let uri =
                switch place {
                case "number": "sip:\(number)@\(callee.domain)"
                case "host": "sip:x@127.0.0.1:\(bystander.port)"
                default: "sip:\(callee.aor)"
                }
            // The first try, and five more.
            let tries = place == "itself" ? 6 : 1
            let phone = try callee.phone(.sendsOn(to: uri), calls: tries)
            try await succeed(try caller.call(.callsInVain(480), to: callee.name), phone)
            #expect(try bystander.heard() == nil)
        }

        // MARK: Numbers

        /// Hosts in order, or each group's in any, then the final destination.
        @Test(arguments: [false, true]) func voiceHostsThenTheFinalDestination(inGroups: Bool) async throws {
            let refusing = try (0..<3).map { _ in try SippEnd(.refuses("503 Service Unavailable")) }
            let last = try SippEnd(.answers)
            let ports = refusing.map(\.port)
            let trunk = try await tenant.trunk(
                port: try LoopbackSocket.freePort(), to: inGroups ? [] : ports,
                groups: inGroups ? [[ports[0], ports[1]], [ports[2]]] : [],
                "<FinalDestinationUri>reception@127.0.0.1:\(last.port)</FinalDestinationUri>")
            let number = try await tenant.number(to: #""trunk":\#(trunk)"#)
            let caller = try tenant.call(.callsAndLeaves, from: try await tenant.caller(), to: number)
            try await succeed(caller, refusing[0], refusing[1], refusing[2], last)
            for host in refusing {
                expect(host.first("INVITE"), ["Request-URI": "sip:+{number}@127.0.0.1:"], number: number)
            }
            expect(last.first("INVITE"), ["Request-URI": "sip:reception@127.0.0.1:\(last.port)"])
        }

        @Test func aTrunkThatIsDownHasNoCalls() async throws {
            let (bystander, port) = (try Bystander(), try LoopbackSocket.freePort())
            let trunk = try await tenant.trunk(port: port, to: [bystander.port])
            let number = try await tenant.number(to: #""trunk":\#(trunk)"#)
            try await tenant.grant(trunk: trunk, #"{"isEnabled":false}"#)
            try await succeed(
                try tenant.call(.callsInVain(480), from: try await tenant.caller(), to: number),
                try tenant.call(.callsInVain(403), from: port, to: Tenant.abroad))
            #expect(try bystander.heard() == nil)
        }

        @Test(arguments: [
            ("", #""Ann" <sip:+12025550100@"#),
            ("<CallingName><Display>false</Display><Enforced>false</Enforced></CallingName>", "<sip:+12025550100@"),
            ("<CallingName><Display>true</Display><Enforced>true</Enforced></CallingName>", #""Ann" <sip:"#),
            ("<CallingName><Display>false</Display><Enforced>true</Enforced></CallingName>", "<sip:+12025550100@"),
        ])
        func callingNames(setting: String, from: String) async throws {
            let callee = try SippEnd(.answers)
            let trunk = try await tenant.trunk(port: try LoopbackSocket.freePort(), to: [callee.port], setting)
            let number = try await tenant.number(to: #""trunk":\#(trunk)"#)
            var party = SippEnd.Party()
            party.name = #""Ann" "#
            try await succeed(
                try tenant.call(.callsAndLeaves, from: try await tenant.caller(), to: number, as: party), callee)
            #expect(callee.first("INVITE")?["From"].first?.hasPrefix(from) == true)
        }

        /// How a number's calls are written, by the number's own settings.
        @Test(
            arguments: [
                ("<NumberFormat>10digit</NumberFormat>", ["Request-URI": "sip:{ten}@", "Remote-Party-ID": nil]),
                ("<NumberFormat>11digit</NumberFormat>", ["Request-URI": "sip:1{ten}@"]),
                ("<RewriteUser>sales</RewriteUser>", ["Request-URI": "sip:sales@"]),
                ("<RPIDFormat>10digit</RPIDFormat>", ["Remote-Party-ID": "<sip:2025550100@"]),
                ("<CallingNameDisplay>false</CallingNameDisplay>", ["From": "<sip:+12025550100@"]),
            ] as [(String, Sight)])
        func aNumbersOwnSettings(setting: String, seen: Sight) async throws {
            let callee = try SippEnd(.answers)
            let trunk = try await tenant.trunk(port: try LoopbackSocket.freePort(), to: [callee.port])
            let number = try await tenant.number(of: trunk, setting)
            try await succeed(
                try tenant.call(.callsAndLeaves, from: try await tenant.caller(), to: number), callee)
            let ten = String(number.dropFirst(2))
            expect(callee.first("INVITE"), seen.mapValues { $0?.replacing("{ten}", with: ten) })
        }

        @Test func aNumberThatIsForwarded() async throws {
            let (host, target) = (try SippEnd(.answers), try await tenant.number())
            let trunk = try await tenant.trunk(port: try LoopbackSocket.freePort(), to: [host.port])
            try await tenant.operate("PUT", "numbers/\(target)", "{\"trunk\":\(trunk)}")
            let forwarded = try await tenant.number(
                of: tenant.trunk(port: LoopbackSocket.freePort(), to: [1]),
                "<CallForward>\(target.dropFirst(2))</CallForward>")
            try await succeed(
                try tenant.call(.callsAndLeaves, from: try await tenant.caller(), to: forwarded), host)
            expect(host.first("INVITE"), ["Request-URI": "sip:+{number}@"], number: target)
        }

        @Test(arguments: ["credential", "endpoint", "user"]) func aNumberOfAUser(kind: String) async throws {
            let callee =
                switch kind {
                case "credential": try await tenant.credential()
                case "endpoint": try await tenant.endpoint()
                default: try await tenant.user()
                }
            let number = try await tenant.number(to: #""user":"\#(callee.aor)""#)
            let phone = try callee.phone(.answers)
            try await succeed(try tenant.call(.callsAndLeaves, from: try await tenant.caller(), to: number), phone)
            expect(
                phone.first("INVITE"),
                ["Request-URI": "sip:\(callee.name)@127.0.0.1:\(phone.port)", "To": "<sip:\(callee.aor)>"])
        }

        @Test func aNumberThatIsNobodys() async throws {
            let number = try await tenant.number()
            try await succeed(try tenant.call(.callsInVain(404), from: try await tenant.caller(), to: number))
        }

        // MARK: Rules and resources

        /// The first rule whose pattern takes what was called; what it sends out goes on the account's word.
        @Test func rulesOfAnApplication() async throws {
            let application = try await tenant.application()
            let ((caller, _), (callee, _)) = (
                try await tenant.user(of: application), try await tenant.user(of: application)
            )
            let (host, carrier, abroad) = (try SippEnd(.answers), try SippEnd(.answers), Tenant.abroad)
            let phone = try callee.phone(.answers)
            try await tenant.route(abroad, over: [try await tenant.carrier(at: [carrier.port])])
            for (pattern, destination) in [
                ("5[0-9]%7B3%7D", "sip:room@127.0.0.1:\(host.port)"), ("77", "number:%2B\(abroad.dropFirst())"),
                (".*", "user:\(callee.name)"),
            ] {
                try await tenant.voximplant(
                    "AddRule",
                    "application_id=\(application.id)&rule_name=\(Tenant.name("rule"))&rule_pattern=\(pattern)"
                        + "&scenario_name=\(destination)")
            }
            try await succeed(try caller.call(.callsAndLeaves, to: "5123"), host)
            expect(
                host.first("INVITE"), ["Request-URI": "sip:room@127.0.0.1:\(host.port)", "From": "<sip:\(caller.aor)>"])
            try await succeed(try caller.call(.callsAndLeaves, to: "77"), carrier)
            expect(carrier.first("INVITE"), ["Request-URI": "sip:+{number}@"], number: abroad)
            try await succeed(try caller.call(.callsAndLeaves, to: "anything"), phone)
        }

        @Test func aNumberOfAnApplication() async throws {
            let application = try await tenant.application()
            let (callee, _) = try await tenant.user(of: application)
            let phone = try callee.phone(.answers)
            try await tenant.voximplant(
                "AddRule",
                "application_id=\(application.id)&rule_name=all&rule_pattern=.*&scenario_name=user:\(callee.name)")
            let number = try await tenant.number(to: #""application":\#(application.id)"#)
            try await succeed(try tenant.call(.callsAndLeaves, from: try await tenant.caller(), to: number), phone)
        }

        /// An endpoint whose call handler is a resource reaches that, whatever it calls.
        @Test func aResourceTakesItAll() async throws {
            let agent = try SippEnd(.answers, calls: 2)
            let made = try await tenant.operate(
                "POST", "resources",
                #"{"kind":"ai_agent","name":"\#(Tenant.name("agent"))","target":"sip:agent@127.0.0.1:\#(agent.port)"}"#)
            let id = try #require(made.firstMatch(of: /"id" ?: ?"([-0-9a-f]{36})"/)).1
            let caller = try await tenant.endpoint(#""calling_handler_resource_id":"\#(id)""#)
            try await succeed(try caller.call(.callsAndLeaves, to: Tenant.abroad))
            try await succeed(try caller.call(.callsAndLeaves, to: "nobody"), agent)
            expect(agent.first("INVITE"), ["Request-URI": "sip:agent@127.0.0.1:\(agent.port)"])
        }

        // MARK: Registrations elsewhere

        /// Calls of the bound user leave over it, as the name that we registered.
        @Test func outOverARegistration() async throws {
            let application = try await tenant.application()
            let (caller, id) = try await tenant.user(of: application)
            let registrar = try SippEnd(.registersThenAnswers, calls: 2)
            _ = try await tenant.registration(at: registrar, boundTo: "user_id=\(id)&application_id=\(application.id)")
            let number = Tenant.abroad
            try await succeed(try caller.call(.callsAndLeaves, to: number), registrar)
            expect(
                registrar.first("INVITE"),
                ["Request-URI": "sip:+{number}@127.0.0.1:\(registrar.port)", "From": "<sip:alice@127.0.0.1"],
                number: number)
        }

        /// Whoever knows our contact there reaches the bound user, and nothing that the account pays for.
        @Test func inOverARegistration() async throws {
            let application = try await tenant.application()
            let (callee, id) = try await tenant.user(of: application)
            let phone = try callee.phone(.answers)
            let registrar = try SippEnd(.registersThenAnswers, calls: 2)
            let contact = try await tenant.registration(
                at: registrar, boundTo: "user_id=\(id)&application_id=\(application.id)")
            var party = SippEnd.Party()
            (party.uri, party.to) = (contact, "<sip:alice@127.0.0.1>")
            let server = tenant.server.installation.sipPort
            try await succeed(try SippEnd(.callsAndLeaves, as: party, server: server), phone)
            expect(phone.first("INVITE"), ["From": "<sip:+12025550100@"])
        }

        /// The rules of a bound application see what was called there.
        @Test func inToTheRulesOfAnApplication() async throws {
            let application = try await tenant.application()
            let (carrier, abroad, host) = (try Bystander(), Tenant.abroad, try SippEnd(.answers))
            try await tenant.route(abroad, over: [try await tenant.carrier(at: [carrier.port])])
            try await tenant.voximplant(
                "AddRule",
                "application_id=\(application.id)&rule_name=in&rule_pattern=alice"
                    + "&scenario_name=sip:in@127.0.0.1:\(host.port)")
            let registrar = try SippEnd(.registersThenAnswers, calls: 2)
            let contact = try await tenant.registration(at: registrar, boundTo: "application_id=\(application.id)")
            var party = SippEnd.Party()
            (party.uri, party.to) = (contact, "<sip:alice@127.0.0.1>")
            let server = tenant.server.installation.sipPort
            try await succeed(try SippEnd(.callsAndLeaves, as: party, server: server), host)
            party.to = "<sip:\(abroad)@127.0.0.1>"
            try await succeed(try SippEnd(.callsInVain(404), as: party, server: server))
            #expect(try carrier.heard() == nil)
        }
    }
}

extension Tenant {
    /// Registers alice at somebody else's server and waits until it holds; our contact there.
    fileprivate func registration(at registrar: SippEnd, boundTo binding: String) async throws -> String {
        let id = try await voximplant(
            "CreateSipRegistration", "sip_username=alice&proxy=127.0.0.1:\(registrar.port)&password=secret&\(binding)",
            "sip_registration_id")
        return try await Patience.until("registration \(id)") {
            let answer = try await server.fromOperator("/v1/registrations/\(id)").body
            guard answer.contains(/"state" ?: ?"registered"/) else { return nil }
            let contact = registrar.first("REGISTER")?["Contact"].first?.firstMatch(of: /<([^>]+)>/)
            return contact.map { String($0.1) }
        }
    }
}
