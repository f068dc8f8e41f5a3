import Testing

private typealias Step = SippEnd.Step

extension RuleTests {
    /// What endpoints of SignalWire's API may negotiate, and as whom they are shown.
    @Suite struct MediaTests {
        private let tenant: Tenant

        init() throws { tenant = try CallService.shared.tenant }

        private static func party(_ lines: String...) -> SippEnd.Party {
            var party = SippEnd.Party()
            let start = ["v=0", "o=- 1 1 IN IP4 [local_ip]", "s=-", "c=IN IP4 [local_ip]", "t=0 0"]
            party.description = (start + lines).joined(separator: "\n")
            return party
        }

        private static let key = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
        private static let encrypted = party(
            "m=audio 40000 RTP/SAVP 0 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \(key)",
            "a=crypto:2 AES_CM_128_HMAC_SHA1_32 \(key)")

        struct Rule: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// Of the endpoint that is called.
            let members: [String]
            let offer: SippEnd.Party
            var answer = SippEnd.Party()
            /// Nil is a refusal with 488.
            let seen: Sight?
        }

        static let rules = [
            Rule(
                testDescription: "codecs in the endpoint's order", members: [#""codecs":["PCMA","PCMU"]"#],
                offer: party("m=audio 40000 RTP/AVP 0 9 8"), seen: ["m=audio": " 40000 RTP/AVP 8 0"]),
            Rule(
                testDescription: "codecs by their names", members: [#""codecs":["OPUS"]"#],
                offer: party("m=audio 40000 RTP/AVP 0 111", "a=rtpmap:111 opus/48000/2"),
                answer: party("m=audio 40000 RTP/AVP 111", "a=rtpmap:111 opus/48000/2"),
                seen: ["m=audio": " 40000 RTP/AVP 111", "a=rtpmap:111": " opus/48000/2"]),
            Rule(
                testDescription: "no codec in common", members: [#""codecs":["G722"]"#],
                offer: party("m=audio 40000 RTP/AVP 0 8"), seen: nil),
            Rule(
                testDescription: "ciphers in the endpoint's order",
                members: [#""ciphers":["AES_CM_128_HMAC_SHA1_32","AES_CM_128_HMAC_SHA1_80"]"#], offer: encrypted,
                answer: party("m=audio 40000 RTP/SAVP 0", "a=crypto:2 AES_CM_128_HMAC_SHA1_32 \(key)"),
                seen: ["m=audio": "RTP/SAVP 0 8", "a=crypto:2": " AES_CM_128_HMAC_SHA1_32"]),
            Rule(
                testDescription: "a cipher that the endpoint does not have",
                members: [#""ciphers":["AES_CM_128_HMAC_SHA1_80"]"#], offer: encrypted,
                answer: party("m=audio 40000 RTP/SAVP 0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \(key)"),
                seen: ["a=crypto:1": " AES_CM_128_HMAC_SHA1_80", "a=crypto:2": nil]),
            Rule(
                testDescription: "encryption required, and offered", members: [#""encryption":"required""#],
                offer: encrypted,
                answer: party("m=audio 40000 RTP/SAVP 0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \(key)"),
                seen: ["m=audio": "RTP/SAVP"]),
            Rule(
                testDescription: "encryption required, and not offered", members: [#""encryption":"required""#],
                offer: party("m=audio 40000 RTP/AVP 0 8"), seen: nil),
        ]

        @Test(arguments: rules) func anEndpointsMedia(_ rule: Rule) async throws {
            let endpoint = try await tenant.endpoint(rule.members.joined(separator: ","))
            let phone = try endpoint.phone(.answers, as: rule.answer)
            let caller = try await tenant.credential()
            guard let seen = rule.seen else {
                try await succeed(try caller.call(.callsInVain(488), to: endpoint.name, as: rule.offer))
                #expect(phone.received.isEmpty)
                return
            }
            try await succeed(try caller.call(.callsAndLeaves, to: endpoint.name, as: rule.offer), phone)
            expect(phone.first("INVITE"), seen)
        }

        /// What the caller's own endpoint may not have is not offered to anybody either.
        @Test func theCallersOwnPolicy() async throws {
            let caller = try await tenant.endpoint(#""codecs":["PCMU"]"#)
            let callee = try await tenant.credential()
            let phone = try callee.phone(.answers)
            try await succeed(try caller.call(.callsAndLeaves, to: callee.name), phone)
            expect(phone.first("INVITE"), ["m=audio": " 40000 RTP/AVP 0", "a=rtpmap:8": nil])
        }

        /// A description among other parts passes as it is, but not where somebody has to know that it is encrypted.
        @Test func aDescriptionAmongOtherParts() async throws {
            let (caller, open) = (try await tenant.credential(), try await tenant.credential())
            let phone = try open.phone(.answers)
            try await succeed(try caller.call([.inviteInParts] + [Step].isTaken, to: open.name), phone)
            expect(
                phone.first("INVITE"),
                ["Content-Type": "multipart/mixed;boundary=part", "m=audio": "RTP/AVP 0 8", "<location": "/>"])
            let strict = try await tenant.endpoint(#""encryption":"required""#)
            let other = try strict.phone(.answers)
            try await succeed(
                try caller.call([.inviteInParts] + [Step].isRefused(488), to: strict.name))
            #expect(other.received.isEmpty)
        }

        // MARK: Who is shown

        @Test func callerIDAndSendAs() async throws {
            let (number, own) = (Tenant.abroad, try await tenant.number())
            let caller = try await tenant.endpoint(
                #""call_handler":"passthrough","caller_id":"Justice League","send_as":"\#(own)""#)
            let carrier = try SippEnd(.answers)
            try await tenant.route(number, over: [try await tenant.carrier(at: [carrier.port])])
            try await succeed(try caller.call(.callsAndLeaves, to: number), carrier)
            expect(carrier.first("INVITE"), ["From": #""Justice League" <sip:\#(own)@127.0.0.1"#])
            let callee = try await tenant.credential()
            let phone = try callee.phone(.answers)
            try await succeed(try caller.call(.callsAndLeaves, to: callee.name), phone)
            expect(phone.first("INVITE"), ["From": #""Justice League" <sip:\#(caller.aor)>"#])
        }

        /// One of the account's numbers at random, whatever the phone says.
        @Test func sendAsRandom() async throws {
            let service = try CallService.shared
            let tenant = try await Tenant(Tenant.name("random"), on: service.server)
            let numbers = [try await tenant.number(), try await tenant.number()]
            let caller = try await tenant.endpoint(#""call_handler":"passthrough","send_as":"random""#)
            let carrier = try SippEnd(.answers)
            try await tenant.route("44", over: [try await tenant.carrier(at: [carrier.port])])
            try await succeed(try caller.call(.callsAndLeaves, to: "+442079460000"), carrier)
            let from = try #require(carrier.first("INVITE")?["From"].first)
            #expect(numbers.contains { from.contains("<sip:\($0)@") }, "\(from)")
        }
    }
}
