import Testing

extension RegistrarTests {
    /// What Kamailio cannot be made to send, by SIPp.
    @Suite struct ScriptedTests {
        typealias Answer = SippRegistrar.Answer

        /// How it stands between the first failure and the end, which is always that it is registered.
        enum Way: Sendable, Equatable {
            /// Nobody sees a failure.
            case straight
            /// Tried again within seconds.
            case soon
            /// Shown as refused, with this reason, and tried again in minutes, or when an operator says so.
            case slow(String)
        }

        struct Script: Sendable, CustomTestStringConvertible {
            let name: String
            let answers: [Answer]
            var way = Way.straight
            /// The status that is shown on the way.
            var failure = 0
            /// The status that is shown at the end, the seconds that are granted, and what our contact's URI ends with.
            var status = 200
            var granted = 3600
            var contact = ""
            /// What Kamailio's own uac_reg makes of it (5.6.3).
            var elsewhere: String?

            var testDescription: String { name + (elsewhere.map { " (uac_reg: \($0))" } ?? "") }
        }

        private static let md5 = #"Digest realm="sipp.test", nonce="one", algorithm=MD5, qop="auth""#

        private static func contacts(_ lines: String...) -> Answer { Answer(status: "200 OK", headers: lines) }

        /// 2xx, and what it may list.
        static let successes = [
            Script(name: "202", answers: [.status("202 Accepted", "[last_Contact:]")], status: 202),
            Script(name: "100 and then 200", answers: [.granted.after("100 Trying")]),
            Script(
                name: "200 without Contact", answers: [contacts()],
                elsewhere: "never online, repeated each tick"),
            Script(
                name: "200 with Expires alone", answers: [contacts("Expires: 1800")], granted: 1800,
                elsewhere: "never online, repeated each tick"),
            Script(
                name: "contacts of others and no expires",
                answers: [contacts("Contact: <sip:a@192.0.2.1>", "Contact: <sip:b@192.0.2.2>")],
                elsewhere: "never online, repeated each tick"),
            Script(
                name: "ours between others",
                answers: [
                    contacts(
                        "Contact: <sip:a@192.0.2.1>;expires=40, [$contact];expires=900", "Contact: <sip:b@h>;expires=5",
                        "Expires: 50")
                ], granted: 900),
            Script(
                name: "Expires for a contact without expires",
                answers: [contacts("Contact: [$contact]", "Expires: 700")],
                granted: 700),
            Script(
                name: "one contact that is like nothing of ours",
                answers: [contacts("Contact: <sip:nat@192.0.2.9:1024>;expires=77")], granted: 77,
                contact: "nat@192.0.2.9:1024", elsewhere: "never online, repeated each tick"),
        ]

        /// Challenges whose answer SIPp checks.
        static let challenges = [
            Script(
                name: "a challenge without qop",
                answers: [.challenge(#"Digest realm="sipp.test", nonce="one""#), .granted.checked]),
            Script(
                name: "auth-int alone",
                answers: [
                    .challenge(#"Digest realm="sipp.test", nonce="one", algorithm=MD5, qop="auth-int""#),
                    .granted.checked,
                ]),
            Script(
                name: "schemes and algorithms that nobody knows, then MD5",
                answers: [
                    .challenge(
                        #"Basic realm="sipp.test""#, #"Digest realm="sipp.test", nonce="x", algorithm=AKAv1-MD5"#,
                        #"Digest realm="sipp.test", nonce="x", algorithm=SHA-512-256, qop="auth""#, md5),
                    .granted.checked,
                ], elsewhere: "only the first is read, disabled"),
            Script(
                name: "stale=true after an answer",
                answers: [
                    .challenge(md5),
                    .challenge(#"Digest realm="sipp.test", nonce="two", stale=true, algorithm=MD5, qop="auth""#),
                    .granted.checked,
                ], elsewhere: "authentication failed, disabled"),
            Script(
                name: "another realm after an answer",
                answers: [
                    .challenge(md5), .challenge(#"Digest realm="edge.test", nonce="two", qop="auth""#),
                    .granted.checked,
                ], elsewhere: "wrong realm, disabled"),
            Script(
                name: "401 after 407",
                answers: [
                    .status("407 Proxy Authentication Required", "Proxy-Authenticate: \(md5)"),
                    .challenge(md5), .granted.checked,
                ], elsewhere: "authentication failed, disabled"),
        ]

        /// What passes: tried again within seconds, for ever.
        static let passing = [
            "408 Request Timeout", "429 Too Many Requests", "480 Temporarily Unavailable", "486 Busy Here",
            "500 Server Internal Error", "502 Bad Gateway", "503 Service Unavailable", "504 Server Time-out",
            "513 Message Too Large", "300 Multiple Choices",
        ].map { status in
            Script(
                name: status, answers: [.status(status), .granted], way: .soon, failure: Int(status.prefix(3)) ?? 0,
                elsewhere: "disabled")
        }

        /// What somebody must mend.
        static let refusals =
            [
                "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "600 Busy Everywhere", "603 Decline",
            ].map { status in
                Script(
                    name: status, answers: [.status(status), .granted], way: .slow(String(status.dropFirst(4))),
                    failure: Int(status.prefix(3)) ?? 0, elsewhere: "disabled")
            } + [
                Script(
                    name: "401 twice", answers: [.challenge(md5), .challenge(md5), .granted],
                    way: .slow("Unauthorized"), failure: 401, elsewhere: "disabled"),
                Script(
                    name: "no challenge that can be answered",
                    answers: [
                        .challenge(#"Digest realm="sipp.test", nonce="one", algorithm=SHA-512-256, qop="auth""#),
                        .granted,
                    ], way: .slow("No Usable Challenge"), failure: 401, elsewhere: "unsupported algorithm, disabled"),
            ]

        /// Where else to go.
        static let redirections = [
            Script(
                name: "302",
                answers: [
                    .status("302 Moved Temporarily", "Contact: <sip:[local_ip]:[local_port];transport=udp>"),
                    .granted,
                ], elsewhere: "disabled"),
            Script(
                name: "423 with Min-Expires",
                answers: [.status("423 Interval Too Brief", "Min-Expires: 5000"), .granted],
                granted: 5000, elsewhere: "waits for the next tick"),
        ]

        @Test(arguments: successes + challenges + passing + refusals + redirections)
        func endsRegistered(_ script: Script) async throws {
            let service = try RegistrationService.shared
            let registrar = try SippRegistrar(script.answers)
            let id = try await service.create(at: "127.0.0.1:\(registrar.port)")
            if case .slow(let reason) = script.way {
                let refused = try await service.report(id, "a refusal") { $0.now.state == "rejected" }
                #expect(refused.now.status == script.failure && refused.now.reason == reason)
                try refused.expectSlowRetry()
                try await service.lists(id, #""successful":false"#, #""status_code":\#(script.failure)"#)
                try await service.retry(id)
            }
            let report = try await service.registered(id)
            let failed = script.way == .straight ? [] : script.way == .soon ? ["retrying"] : ["rejected"]
            let steps = ["registering 0"] + failed.map { "\($0) \(script.failure)" } + ["registered \(script.status)"]
            #expect(report.steps == steps)
            #expect(report.now.grantedSeconds == script.granted)
            #expect(report.now.contact.hasSuffix(script.contact), "\(report.now.contact)")
            #expect(report.now.attempts == 0)
            try await service.lists(id, #""successful":true"#, #""status_code":\#(script.status)"#)
            #expect(
                registrar.numbers.count == script.answers.count, "one request for each answer")
            try await service.delete(id)
        }

        /// The nonce for the next request, and a count that begins again with it (RFC 7616 section 3.5; uac_reg: ignored).
        @Test func usesTheNextNonce() async throws {
            let service = try RegistrationService.shared
            let registrar = try SippRegistrar([
                .challenge(Self.md5),
                Answer(
                    status: "200 OK",
                    headers: ["Contact: [$contact];expires=8", #"Authentication-Info: nextnonce="two""#],
                    isChecked: true),
                .granted.checked,
            ])
            let id = try await service.create(at: "127.0.0.1:\(registrar.port)")
            let report = try await service.report(id, "a refresh") { $0.now.grantedSeconds == 3600 }
            #expect(report.steps == ["registering 0", "registered 200"])
            #expect(registrar.numbers.count == 3)
            let last = try #require(registrar.requests.last)
            #expect(last.contains(#"nonce="two""#) && last.contains("nc=00000001"))
            try await service.delete(id)
        }

        /// MD5-sess, which SIPp does not know: what it saw is checked here.
        @Test func answersForASession() async throws {
            let service = try RegistrationService.shared
            let registrar = try SippRegistrar([
                .challenge(#"Digest realm="sipp.test", nonce="one", algorithm=MD5-sess, qop="auth""#), .granted,
            ])
            let id = try await service.create(at: "127.0.0.1:\(registrar.port)")
            try await service.registered(id)
            let answer = try #require(registrar.requests.last)
            func field(_ name: String) throws -> String {
                try String(#require(answer.firstMatch(of: try Regex("[ ,]\(name)=\"?([^\",\\r\\n]+)"))?[1].substring))
            }
            let (nonce, cnonce) = try (field("nonce"), field("cnonce"))
            let first = MD5Text.of("\(MD5Text.of("alice:sipp.test:secret")):\(nonce):\(cnonce)")
            let second = try MD5Text.of("REGISTER:\(field("uri"))")
            #expect(try field("response") == MD5Text.of("\(first):\(nonce):00000001:\(cnonce):auth:\(second)"))
            try await service.delete(id)
        }

        /// Nothing comes for as long as a request is waited for (uac_reg: 408, disabled).
        @Test func outlivesSilence() async throws {
            let service = try RegistrationService.shared
            let registrar = try SippRegistrar([.silence, .granted])
            let id = try await service.create(at: "127.0.0.1:\(registrar.port)")
            let report = try await service.registered(id, within: .seconds(75))
            #expect(report.steps == ["registering 0", "retrying 408", "registered 200"])
            // The first eleven times in 32 s, as waits double from 500 ms up to 4 s (RFC 3261 section 17.1.2.2).
            #expect(registrar.numbers.count == 2 && (9...13).contains(registrar.requests.count))
            try await service.delete(id)
        }

        /// Nobody is there at first (uac_reg: disabled).
        @Test func findsARegistrarThatComesUp() async throws {
            let service = try RegistrationService.shared
            let port = try LoopbackSocket.freePort()
            let id = try await service.create(at: "127.0.0.1:\(port)")
            try await service.report(id, "a try") { $0.now.target == "udp:127.0.0.1:\(port)" }
            let registrar = try SippRegistrar([.granted], at: port)
            try await service.registered(id)
            #expect(!registrar.requests.isEmpty)
            try await service.delete(id)
        }
    }
}

extension SippRegistrar {
    /// The CSeq numbers that it saw: a retransmission has no other.
    fileprivate var numbers: Set<Int> {
        Set(requests.compactMap { $0.firstMatch(of: /CSeq: (\d+)/).flatMap { Int($0.1) } })
    }
}
