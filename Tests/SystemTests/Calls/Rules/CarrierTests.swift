import Testing

extension RuleTests {
    /// How a carrier is told, by the fields of an Enswitch peer.
    @Suite struct CarrierTests {
        struct Rule: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// Of `peers/create`.
            let peer: String
            /// Behind the number that is dialled.
            var suffix = ""
            var caller = SippEnd.Party()
            let seen: Sight

            init(
                _ rule: String, _ peer: String, dialling suffix: String = "",
                by caller: SippEnd.Party = SippEnd.Party(),
                sees seen: Sight
            ) {
                (testDescription, self.peer, self.suffix, self.caller, self.seen) = (rule, peer, suffix, caller, seen)
            }
        }

        private static func caller(_ headers: String...) -> SippEnd.Party {
            var party = SippEnd.Party()
            party.headers = headers
            return party
        }

        private static func caller(from: String) -> SippEnd.Party {
            var party = SippEnd.Party()
            party.from = from
            return party
        }

        private static func caller(offering lines: String) -> SippEnd.Party {
            var party = SippEnd.Party()
            party.description = "v=0\no=- 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [local_ip]\nt=0 0\n\(lines)"
            return party
        }

        private static let withheld = caller("Privacy: id")
        private static let digits = caller(
            offering: """
                m=audio 40000 RTP/AVP 18 8 0 101
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-15
                """)

        static let forms = [
            Rule(
                "nothing said", "",
                sees: [
                    "Request-URI": "sip:+{number}@127.0.0.1:", "To": "<sip:+{number}@127.0.0.1>",
                    "From": "<sip:+12025550100@127.0.0.1", "P-Asserted-Identity": nil, "Privacy": nil,
                    "Remote-Party-ID": nil, "Authorization": nil, "Proxy-Authorization": nil, "Route": nil,
                ]),
            Rule("called_prefix", "called_prefix=9", sees: ["Request-URI": "sip:9+{number}@"]),
            Rule("dialplan_called digits", "dialplan_called=digits", sees: ["Request-URI": "sip:{number}@"]),
            Rule(
                "dialplan_called international-00 behind a prefix", "dialplan_called=international-00&called_prefix=77",
                sees: ["Request-URI": "sip:7700{number}@"]),
            Rule(
                "dialplan_called international-011", "dialplan_called=international-011",
                sees: ["Request-URI": "sip:011{number}@"]),
            Rule("a # behind the number stays", "", dialling: "%23", sees: ["Request-URI": "sip:+{number}%23@"]),
            Rule(
                "called_strip_hash", "called_strip_hash=1", dialling: "%23", sees: ["Request-URI": "sip:+{number}@"]),
            Rule(
                "dialplan_caller nanp-10", "dialplan_caller=nanp-10", sees: ["From": "<sip:2025550100@"]),
            Rule("callerid forced", "callerid=12025559999", sees: ["From": "<sip:12025559999@"]),
            Rule(
                "callerid_unknown, a name", "callerid_unknown=Unknown", by: caller(from: "<sip:reception@pbx.example>"),
                sees: ["From": #""Unknown" <sip:anonymous@anonymous.invalid>"#]),
            Rule(
                "callerid_unknown, a number", "callerid_unknown=12025558888",
                by: caller(from: "<sip:reception@pbx.example>"), sees: ["From": "<sip:12025558888@"]),
            Rule(
                "callerid_withheld", "callerid_withheld=Private", by: withheld,
                sees: [
                    "From": #""Private" <sip:anonymous@anonymous.invalid>"#, "P-Asserted-Identity": nil, "Privacy": nil,
                ]),
            Rule(
                "send_asserted_identity", "send_asserted_identity=1",
                sees: ["P-Asserted-Identity": "<sip:+12025550100@", "Privacy": nil]),
            Rule(
                "send_asserted_identity and send_privacy of who is withheld",
                "send_asserted_identity=1&send_privacy=1", by: withheld,
                sees: [
                    "From": "<sip:anonymous@anonymous.invalid>", "P-Asserted-Identity": "<sip:+12025550100@",
                    "Privacy": "id",
                ]),
            Rule("send_privacy of who is not", "send_privacy=1", sees: ["Privacy": nil]),
            Rule(
                "send_rpid", "send_rpid=1&dialplan_caller=nanp-11",
                sees: ["Remote-Party-ID": "<sip:12025550100@127.0.0.1", "From": "<sip:12025550100@"]),
            Rule(
                "send_rpid of who is withheld", "send_rpid=1", by: withheld,
                sees: ["Remote-Party-ID": "privacy=full", "From": "anonymous.invalid"]),
            Rule(
                "a trunk's word for who calls is taken, and no header of its passes",
                "",
                by: caller(
                    "P-Asserted-Identity: <sip:+12025550111@pbx.example>", "P-Preferred-Identity: <sip:+1@x.example>",
                    "Remote-Party-ID: <sip:+12025550112@pbx.example>", "X-Secret: of the caller's side"),
                sees: [
                    "From": "<sip:+12025550111@", "P-Asserted-Identity": nil, "P-Preferred-Identity": nil,
                    "Remote-Party-ID": nil, "X-Secret": nil,
                ]),
            Rule(
                "what was signed and where it was diverted passes", "",
                by: caller(
                    "Identity: eyJ.e30.c2ln;info=<https://cert.example/p.pem>;alg=ES256;ppt=shaken",
                    "Diversion: <sip:+12025550113@pbx.example>;reason=unconditional",
                    "History-Info: <sip:+12025550113@pbx.example>;index=1", "Date: Sat, 21 Nov 2026 12:00:00 GMT"),
                sees: [
                    "Identity": "eyJ.e30.c2ln;info=<https://cert.example/p.pem>", "Diversion": "reason=unconditional",
                    "History-Info": "index=1", "Date": "Sat, 21 Nov 2026 12:00:00 GMT",
                ]),
            Rule("codecs", "codecs=ulaw", by: digits, sees: ["m=audio": " 40000 RTP/AVP 0 101", "a=rtpmap:101": ""]),
            Rule("codecs by name", "codecs=g729,alaw", by: digits, sees: ["m=audio": " 40000 RTP/AVP 18 8 101"]),
            Rule(
                "dtmfmode rfc2833", "dtmfmode=rfc2833&codecs=ulaw,alaw", by: digits,
                sees: ["a=rtpmap:101": " telephone-event/8000", "a=fmtp:101": " 0-15"]),
            Rule("dtmfmode info", "dtmfmode=info", by: digits, sees: ["a=rtpmap:101": nil, "a=fmtp:101": nil]),
            Rule("dtmfmode inband", "dtmfmode=inband", by: digits, sees: ["a=rtpmap:101": nil]),
        ]

        @Test(arguments: forms) func tellsACarrier(_ rule: Rule) async throws {
            let tenant = try CallService.shared.tenant
            let carrier = try SippEnd(.answers)
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port], rule.peer)])
            let caller = try tenant.call(.callsAndLeaves, from: port, to: number + rule.suffix, as: rule.caller)
            try await succeed(caller, carrier)
            expect(carrier.first("INVITE"), rule.seen, number: number)
        }

        @Test func aProxyStandsBeforeTheDestination() async throws {
            let tenant = try CallService.shared.tenant
            let proxy = try SippEnd(.answers)
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            let carrier = try await tenant.carrier(
                at: [], "destination=carrier.example.com&proxy=127.0.0.1:\(proxy.port)")
            try await tenant.route(number, over: [carrier])
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), proxy)
            expect(
                proxy.first("INVITE"),
                ["Request-URI": "sip:+{number}@carrier.example.com", "Route": "<sip:127.0.0.1:\(proxy.port);lr>"],
                number: number)
        }

        /// Every host of the first carrier comes before the second carrier.
        @Test func destinationsInOrderThenTheNextCarrier() async throws {
            let tenant = try CallService.shared.tenant
            let ends = [
                try SippEnd(.refuses("503 Service Unavailable")), try SippEnd(.refuses("500 Server Error")),
                try SippEnd(.answers),
            ]
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            let first = try await tenant.carrier(at: [ends[0].port, ends[1].port])
            try await tenant.route(number, over: [first, try await tenant.carrier(at: [ends[2].port])])
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), ends[0], ends[1], ends[2])
        }

        @Test func someFailOnPurpose() async throws {
            let tenant = try CallService.shared.tenant
            let (never, always) = (try Bystander(), try SippEnd(.answers))
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            let first = try await tenant.carrier(at: [never.port], "fail_percent=100")
            try await tenant.route(number, over: [first, try await tenant.carrier(at: [always.port])])
            try await succeed(try tenant.call(.callsAndLeaves, from: port, to: number), always)
            #expect(try never.heard() == nil)
        }

        /// Thirty calls begin at once, and just as many as may are carried.
        @Test func theMostCallsOfACarrier() async throws {
            let tenant = try CallService.shared.tenant
            let carrier = try SippEnd(.answers, calls: 1000)
            let (number, port) = (Tenant.abroad, try await tenant.caller())
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port], "outmaximum=7")])
            let caller = try tenant.call(.callsOrIsRefused(486), from: port, to: number, calls: 30)
            try await succeed(caller)
            let statuses = caller.received.filter { $0["CSeq"] == ["1 INVITE"] }.compactMap(\.status)
            #expect(statuses.count { $0 == 486 } == 23)
            #expect(Set(carrier.received.filter { $0.method == "INVITE" }.flatMap { $0["Call-ID"] }).count == 7)
        }
    }
}
