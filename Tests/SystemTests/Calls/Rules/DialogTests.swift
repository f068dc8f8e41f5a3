import Testing

private typealias Step = SippEnd.Step

extension RuleTests {
    /// What passes from end to end of a call, and how calls end that do not end well.
    @Suite struct DialogTests {
        private let tenant: Tenant

        init() throws { tenant = try CallService.shared.tenant }

        /// A call of a trunk to a number's voice host.
        private func connect(
            _ caller: [SippEnd.Step], _ callee: [SippEnd.Step], as party: SippEnd.Party = SippEnd.Party()
        ) async throws -> (caller: SippEnd, callee: SippEnd) {
            let host = try SippEnd(callee)
            let trunk = try await tenant.trunk(port: try LoopbackSocket.freePort(), to: [host.port])
            let number = try await tenant.number(to: #""trunk":\#(trunk)"#)
            let ends = (try tenant.call(caller, from: try await tenant.caller(), to: number, as: party), host)
            try await succeed(ends.0, ends.1)
            return ends
        }

        /// The beginning of a call by who called and by who answered.
        private static let calls: [Step] = .calling + [.receive(status: 200), .acknowledge]
        private static let answers: [Step] = [
            .receive("INVITE"), .answer("200 OK", hasDescription: true), .receive("ACK"),
        ]
        /// The same by an end that will ask for something itself.
        private static let answersAndAsks: [Step] = answers.dropLast() + [.receiveACK]
        private static let leaves: [Step] = [.ask("BYE", 9), .receive(status: 200)]
        private static let isLeft: [Step] = [.receive("BYE"), .confirm]

        // MARK: Hops

        @Test func hopsAreCounted() async throws {
            let ends = try await connect(.callsAndLeaves, .answers)
            expect(ends.callee.first("INVITE"), ["Max-Forwards": "69"])
            var party = SippEnd.Party()
            party.maxForwards = 0
            let last = try tenant.call(
                .callsInVain(483), from: try await tenant.caller(), to: Tenant.abroad, as: party)
            try await succeed(last)
        }

        /// A host of ours that is this server: the same request comes back to it.
        @Test func aLoop() async throws {
            let sip = tenant.server.installation.sipPort
            let trunk = try await tenant.trunk(port: sip, to: [sip])
            let number = try await tenant.number(to: #""trunk":\#(trunk)"#)
            try await succeed(try tenant.call(.callsInVain(482), from: try await tenant.caller(), to: number))
        }

        /// A Route that names this server is passed, one that names another is not ours to follow.
        @Test func aRouteInFrontOfUs() async throws {
            let sip = tenant.server.installation.sipPort
            var party = SippEnd.Party()
            party.headers = ["Route: <sip:127.0.0.1:\(sip);lr>"]
            let ends = try await connect(.callsAndLeaves, .answers, as: party)
            expect(ends.callee.first("INVITE"), ["Route": nil])
        }

        @Test func anExtensionThatNobodyKnows() async throws {
            var party = SippEnd.Party()
            party.headers = ["Require: teleport"]
            let caller = try tenant.call(
                .callsInVain(420), from: try await tenant.caller(), to: Tenant.abroad, as: party)
            try await succeed(caller)
            expect(caller.received.last, ["Unsupported": "teleport"])
        }

        // MARK: Within a call

        /// Digits by INFO, either way (RFC 6086; `application/dtmf-relay`).
        @Test func digitsByINFO() async throws {
            let (digit, kind) = ("Signal=5\nDuration=160", "application/dtmf-relay")
            let ends = try await connect(
                Self.calls + .asks(.ask("INFO", 2, body: digit, type: kind)) + [.receive("INFO"), .confirm]
                    + Self.leaves,
                Self.answersAndAsks + [.receive("INFO"), .confirm] + .asks(.askBack("INFO", 1, body: digit, type: kind))
                    + Self.isLeft)
            for end in [ends.caller, ends.callee] {
                expect(end.first("INFO"), ["Content-Type": kind, "Signal=": "5", "Duration=": "160"])
            }
        }

        /// A hold is an offer like any other: it passes with all that it says, and so does its answer.
        @Test(arguments: ["INVITE", "UPDATE"]) func hold(method: String) async throws {
            let held = Step.description + "\na=sendonly"
            let acknowledged: [Step] = method == "INVITE" ? [.ask("ACK", 2)] : []
            let confirmed: [Step] = method == "INVITE" ? [.receive("ACK")] : []
            let ends = try await connect(
                Self.calls + .asks(.ask(method, 2, body: held)) + acknowledged + Self.leaves,
                Self.answers + [.receive(method), .agree] + confirmed + Self.isLeft)
            let offer = ends.callee.received.filter { $0.method == method }.last
            expect(
                offer,
                [
                    "a=sendonly": "", "m=audio": " 40000 RTP/AVP 0 8", "c=": "IN IP4 127.0.0.1",
                    "Content-Type": "application/sdp",
                ])
            let answer = ends.caller.received.last { $0["CSeq"] == ["2 \(method)"] }
            expect(answer, ["m=audio": " 40000 RTP/AVP 0 8", "Contact": "<sip:"])
        }

        @Test func aHoldOfWhoWasCalled() async throws {
            let held = Step.description + "\na=inactive"
            let ends = try await connect(
                Self.calls + [.receive("INVITE"), .agree, .receive("ACK")] + Self.leaves,
                Self.answersAndAsks + .asks(.askBack("INVITE", 1, body: held)) + [.askBack("ACK", 1)] + Self.isLeft)
            expect(ends.caller.first("INVITE"), ["a=inactive": ""])
        }

        /// A reliable answer goes to a caller that knows such, and its PRACK back; else it is confirmed here (RFC 3262).
        @Test(arguments: [true, false]) func reliableAnswers(callerKnows: Bool) async throws {
            var party = SippEnd.Party()
            if callerKnows { party.headers = ["Supported: 100rel"] }
            let progress: [Step] =
                callerKnows
                ? [
                    .receive(status: 183, Step.noting("RSeq:", "rseq", "[0-9]+")),
                    .ask("PRACK", 2, "RAck: [$rseq] 1 INVITE"), .receive(status: 200),
                ] : [.receive(status: 183)]
            let ends = try await connect(
                [.invite, .receive(status: 100, isOptional: true)] + progress
                    + [.receive(status: 200), .acknowledge] + Self.leaves,
                [
                    .receiveInvite,
                    .answer("183 Session Progress", "Require: 100rel", "RSeq: 7", hasDescription: true),
                    .receive("PRACK"), .confirm, .answerInvite("200 OK", hasDescription: true), .receive("ACK"),
                ] + Self.isLeft, as: party)
            expect(ends.callee.first("INVITE"), ["Supported": "100rel"])
            expect(ends.callee.first("PRACK"), ["RAck": "7 1 INVITE"])
            let progressed = ends.caller.received.first { $0.status == 183 }
            expect(progressed, ["Require": callerKnows ? "100rel" : nil, "m=audio": "RTP/AVP 0 8"])
        }

        // MARK: Ends

        /// The callee answers while the CANCEL is on its way: it is told goodbye, and the caller that the call is cancelled.
        @Test func aCancelThatCrossesTheAnswer() async throws {
            let ends = try await connect(
                .callsAndCancels,
                [
                    .receiveInvite, .answer("180 Ringing"), .receive("CANCEL"),
                    .answerInvite("200 OK", hasDescription: true), .receive("ACK"), .receive("BYE"), .confirm,
                ])
            #expect(ends.callee.received.map(\.method).contains("CANCEL"))
        }

        /// A caller that never acknowledges gets its answer again and again, and then both ends a goodbye.
        @Test func anAcknowledgementThatNeverComes() async throws {
            let start = ContinuousClock.now
            let ends = try await connect(
                .calling + [.receive(status: 200), .receive("BYE"), .confirm], .answers)
            #expect(ends.caller.received.count { $0.status == 200 } >= 10)
            #expect(ContinuousClock.now - start > .seconds(31))
            expect(ends.callee.first("BYE"), ["Reason": "cause=408"])
        }

        /// A goodbye that is not answered is said again.
        @Test func aGoodbyeThatGoesUnheard() async throws {
            let ends = try await connect(
                .callsAndLeaves,
                [
                    .receive("INVITE"), .answer("200 OK", hasDescription: true), .receive("ACK"), .receive("BYE"),
                    .pause(milliseconds: 1700), .confirm,
                ])
            #expect(ends.callee.received.count { $0.method == "BYE" } >= 2)
        }

        @Test func theCallerGivesUp() async throws {
            let ends = try await connect(.callsAndCancels, .isCancelled)
            expect(ends.callee.first("CANCEL"), ["Reason": "cause=487"])
        }

        /// The end that was called leaves.
        @Test func theCalleeLeaves() async throws {
            let ends = try await connect(
                .callsAndStays, Self.answersAndAsks + .asks(.askBack("BYE", 1)))
            expect(ends.caller.first("BYE"), ["Reason": "cause=16"])
        }
    }

    /// Messages outside of calls (RFC 3428).
    @Suite struct MessageTests {
        private let tenant: Tenant

        init() throws { tenant = try CallService.shared.tenant }

        @Test func betweenUsers() async throws {
            let (sender, receiver) = (try await tenant.credential(), try await tenant.endpoint())
            let phone = try receiver.phone([.receive("MESSAGE"), .answer("200 OK")])
            try await succeed(try sender.call([.message, .receive(status: 200)], to: receiver.name), phone)
            expect(
                phone.first("MESSAGE"),
                ["From": "<sip:\(sender.aor)>", "Content-Type": "text/plain", "Proxy-Authorization": nil])
            #expect(phone.first("MESSAGE")?.description.contains("Good morning.") == true)
        }

        @Test func toWhoIsNotThere() async throws {
            let (sender, receiver) = (try await tenant.credential(), try await tenant.user())
            try await succeed(try sender.call([.message, .receive(status: 480)], to: "sip:\(receiver.aor)"))
        }

        /// A peer whose messaging protocol is SIP has hosts for it, always at SIP's own port.
        @Test(arguments: ["SIP", "SMPP"]) func toANumberOfAPeer(protocol name: String) async throws {
            let address = name == "SIP" ? "127.10.5.1" : "127.10.5.2"
            let host = try SippEnd([.receive("MESSAGE"), .answer("202 Accepted")], at: 5060, on: address)
            let trunk = try await tenant.trunk(
                port: try LoopbackSocket.freePort(),
                "<ShortMessagingProtocol>\(name)</ShortMessagingProtocol>"
                    + "<SmsHosts><Host><HostName>\(address)</HostName></Host></SmsHosts>")
            let number = try await tenant.number(to: #""trunk":\#(trunk)"#)
            let sender = try await tenant.credential()
            guard name == "SIP" else {
                try await succeed(try sender.call([.message, .receive(status: 480)], to: number))
                #expect(host.received.isEmpty)
                return
            }
            try await succeed(try sender.call([.message, .receive(status: 202)], to: number), host)
            expect(host.first("MESSAGE"), ["Request-URI": "sip:+{number}@\(address)"], number: number)
        }
    }
}
