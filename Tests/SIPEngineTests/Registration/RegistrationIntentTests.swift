import SIPEngine
import Testing

@Suite("Outbound registration: what its owner wants") struct RegistrationIntentTests {
    private func registered(
        _ settings: RegistrationSettings = .test(), targets: [Target] = [.test(1)], lease: Int = 1000
    ) throws -> RegistrationLine {
        var line = RegistrationLine(settings)
        line.targets = targets
        line.start()
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\""])
        try line.grant(lease)
        return line
    }

    @Test("settings that would end their place in a message are none")
    func settingsAreChecked() {
        let changes: [@Sendable (inout RegistrationSettings.Draft) -> Void] = [
            { $0.registrar = "sip.test" }, { $0.registrar = "sip:a@sip.test" }, { $0.registrar = "tel:+1555" },
            { $0.registrar = "sip:sip.test\r\nX: y" }, { $0.addressOfRecord = "sip:a>@sip.test" },
            { $0.addressOfRecord = "sip:a b@sip.test" }, { $0.contactUser = "" }, { $0.contactUser = "a@b" },
            { $0.contactUser = "a;b" }, { $0.authenticationUser = "" }, { $0.authenticationUser = "a\r\nX: y" },
            { $0.outboundProxy = "proxy" }, { $0.outboundProxy = "sip:p?Route=x" }, { $0.instance = "a\"b" },
            { $0.instance = "" }, { $0.expires = 0 }, { $0.contactUser = String(repeating: "a", count: 256) },
        ]
        for (place, change) in changes.enumerated() {
            var draft = RegistrationSettings.Draft(
                registrar: "sip:sip.test", addressOfRecord: "sip:a@sip.test", contactUser: "d", authenticationUser: "a")
            #expect(RegistrationSettings(draft, ha1: { _, _ in nil }) != nil)
            change(&draft)
            #expect(RegistrationSettings(draft, ha1: { _, _ in nil }) == nil, "case \(place)")
        }
    }

    @Test("the same settings again do nothing, whatever else changed in the world")
    func untouched() throws {
        var line = try registered()
        let deadline = line.machine.deadline
        for _ in 0..<3 { line.give(.settings(.test())) }
        line.start()
        #expect(line.sent.count == 2)
        #expect(line.machine.deadline == deadline)
    }

    @Test("a new password, expiry or outbound proxy acts at once, on the binding that is there")
    func sameBinding() throws {
        let changes: [RegistrationSettings] = [
            .test(password: "new", version: 2), .test { $0.expires = 600 },
            .test { $0.outboundProxy = "sip:proxy.test" }, .test { $0.authenticationUser = "alice2" },
        ]
        for settings in changes {
            var line = try registered()
            line.give(.settings(settings))
            #expect(line.sent.count == 3)
            #expect(line.last.expires > 0)
            #expect(line.last.answer == nil, "the old nonce and password are forgotten")
            #expect(line.last.cseq == 3)
            try line.grant()
            #expect(line.status.state == .registered)
        }
    }

    @Test("another registrar or address of record gives up the old binding first, with authentication")
    func otherBinding() throws {
        let changes: [RegistrationSettings] = [
            .test { $0.registrar = "sip:other.test" }, .test { $0.addressOfRecord = "sip:bob@sip.test" },
        ]
        for settings in changes {
            var line = try registered()
            line.give(.settings(settings))
            #expect(line.sent.count == 3)
            #expect(line.last.text.hasPrefix("REGISTER sip:sip.test "))
            #expect(line.last.expires == 0)
            #expect(line.last.answer?.isRight == true)
            #expect(line.last.answer?.field("nc") == "00000002")
            try line.answer("200 OK")
            #expect(line.sent.count == 4)
            #expect(line.last.expires == 3600)
            #expect(line.last.answer == nil)
            try line.grant()
            #expect(line.status.state == .registered)
        }
    }

    @Test("an old registrar that does not answer holds a change up for two seconds")
    func deadOldRegistrar() throws {
        var line = try registered()
        line.give(.settings(.test { $0.registrar = "sip:other.test" }))
        line.pass(seconds: 1.99)
        #expect(line.last.text.hasPrefix("REGISTER sip:sip.test "))
        line.pass(seconds: 0.02)
        #expect(line.last.text.hasPrefix("REGISTER sip:other.test "))
        #expect(line.lookups.last == "sip:other.test")
    }

    @Test("a change while a request is under way waits for its answer, two seconds at most", arguments: [true, false])
    func changeInTransaction(answers: Bool) throws {
        var line = RegistrationLine()
        line.start()
        line.give(.settings(.test(password: "new", version: 2)))
        line.give(.settings(.test(password: "newer", version: 3)))
        #expect(line.sent.count == 1)
        if answers { try line.grant() } else { line.pass(seconds: 2) }
        let fresh = try #require(line.sent.last)
        #expect(fresh.cseq == 2)
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\""])
        var answer = try #require(line.last.answer)
        answer.password = "newer"
        #expect(answer.isRight)
    }

    @Test("an owner who keeps changing his mind does not put it off")
    func manyChanges() throws {
        var line = RegistrationLine()
        line.start()
        for version in 2...5 as ClosedRange<UInt64> {
            line.give(.settings(.test(version: version)))
            line.pass(seconds: 0.6)
        }
        #expect(Set(line.sent.map(\.branch)).count == 2)
    }

    @Test("another contact user is registered first; the old contact is given up after it")
    func otherContact() throws {
        var line = try registered()
        line.give(.settings(.test { $0.contactUser = "e8" }))
        #expect(line.last.contactURI == "sip:e8@192.0.2.99")
        try line.grant(1000)
        #expect(line.last.contactURI == "sip:d7@192.0.2.99")
        #expect(line.last.expires == 0)
        try line.answer("403 Forbidden")
        #expect(line.status.state == .registered)
        #expect(line.status.code == 200)
        #expect(line.wait >= 500)
        #expect(line.sent.count == 4)
    }

    @Test("another transport is another contact, and the old one is given up")
    func otherTransport() throws {
        var line = try registered(targets: [.test(1), .test(2, .tcp)])
        line.step()
        line.give(.transportFailed(Target.test(1).address))
        #expect(line.last.contactURI == "sip:d7@192.0.2.99;transport=tcp")
        try line.grant(1000)
        #expect(line.last.contactURI == "sip:d7@192.0.2.99")
        #expect(line.last.expires == 0)
        #expect(line.last.target == .test(2, .tcp))
    }

    @Test(
        "removed, frozen or signed out, it un-registers with authentication",
        arguments: [
            (Registration.Departure.remove, RegistrationState.removed), (.freeze, .frozen), (.rest, .unregistered),
        ])
    func leaves(_ departure: Registration.Departure, _ state: RegistrationState) throws {
        var line = try registered()
        line.give(.leave(departure))
        #expect(line.status.state == .unregistering)
        #expect(line.last.header("Contact") == "<sip:d7@192.0.2.99>;expires=0")
        #expect(line.last.expires == 0)
        #expect(line.last.answer?.isRight == true)
        try line.answer(
            "401 Unauthorized",
            [
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", qop=\"auth\", stale=true"
            ])
        #expect(line.last.expires == 0)
        #expect(line.last.answer?.field("nonce") == "n2")
        try line.answer("200 OK")
        #expect(line.status.state == state)
        #expect(line.machine.deadline == nil)
        #expect(line.isEnded == (departure == .remove))
        let count = line.sent.count
        line.pass(seconds: 100_000)
        line.give(.retry)
        line.give(.permitted)
        #expect(line.sent.count == count, "off the wire")
        line.start()
        #expect(line.sent.count == (departure == .remove ? count : count + 1), "and back when it is wanted")
    }

    @Test("a registrar that does not answer holds a departure up for ten seconds")
    func departureLimit() throws {
        var line = try registered()
        line.give(.leave(.remove))
        line.pass(seconds: 9.99)
        #expect(!line.isEnded)
        line.pass(seconds: 0.01)
        #expect(line.isEnded)
        #expect(line.machine.deadline == nil)
    }

    @Test("one that was never registered leaves without a word; one that may be sends one")
    func leavesUnregistered() throws {
        var refused = RegistrationLine()
        refused.start()
        try refused.answer("403 Forbidden")
        refused.give(.leave(.remove))
        #expect(refused.isEnded)
        #expect(refused.sent.count == 1)

        var unanswered = RegistrationLine()
        unanswered.start()
        unanswered.give(.leave(.remove))
        unanswered.pass(seconds: 2)
        #expect(unanswered.last.expires == 0, "the REGISTER that was not answered may have bound us")
        try unanswered.answer("200 OK")
        #expect(unanswered.isEnded)
    }

    @Test("one that waits for the pacer leaves the line")
    func withdraws() throws {
        var line = RegistrationLine()
        line.permits = false
        line.start()
        line.give(.leave(.freeze))
        #expect(line.withdrawn == 1)
        #expect(line.status.state == .frozen)
        line.give(.permitted)
        #expect(line.sent.isEmpty)
    }

    @Test("wanted again while it leaves, it comes back when it has left")
    func thawsWhileLeaving() throws {
        var line = try registered()
        line.give(.leave(.freeze))
        line.start()
        #expect(line.sent.count == 3)
        try line.answer("200 OK")
        #expect(line.last.expires == 3600)
        try line.grant()
        #expect(line.status.state == .registered)
        #expect(line.status.expiresAt == line.now + 3_600_000)
    }

    @Test("removed while it freezes, it ends when it has left")
    func removedWhileFreezing() throws {
        var line = try registered()
        line.give(.leave(.freeze))
        line.give(.leave(.remove))
        #expect(line.sent.count == 3)
        try line.answer("200 OK")
        #expect(line.isEnded)
        #expect(line.status.state == .removed)
    }

    @Test("an operator's retry acts at once and forgets the waits")
    func retry() throws {
        var line = RegistrationLine()
        line.start()
        for _ in 0..<6 {
            try line.answer("403 Forbidden")
            line.step()
        }
        try line.answer("403 Forbidden")
        #expect(line.wait > 3600)
        line.give(.retry)
        #expect(line.sent.count == 8)
        try line.answer("403 Forbidden")
        #expect(line.wait <= 600)
    }

    @Test("a connection that ends brings a refresh, but not one for each answer")
    func flowLost() throws {
        var line = try registered(targets: [.test(1, .tcp)])
        line.give(.transportFailed(Target.test(2, .tcp).address))
        #expect(line.wait >= 500)
        line.give(.transportFailed(Target.test(1, .tcp).address))
        #expect(line.wait >= 60 && line.wait <= 62)
        line.pass(seconds: 200)
        let before = line.sent.count
        for _ in 0..<100 {
            line.give(.transportFailed(Target.test(1, .tcp).address))
            line.pass(seconds: 6)
            if line.status.isInProgress { try line.grant(1000) }
        }
        #expect((8...10).contains(line.sent.count - before), "\(line.sent.count - before) in ten minutes")
    }
}
