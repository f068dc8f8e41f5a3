import SIPEngine
import Testing

@Suite("Outbound registration: failures") struct RegistrationFailureTests {
    /// A status, how the registration then stands, and within how many seconds it tries again.
    @Test(
        "a failure that may pass is tried again soon, a refusal slowly",
        arguments: [
            ("400 Bad Request", "rejected", 300, 600), ("402 Payment Required", "rejected", 300, 600),
            ("403 Forbidden", "rejected", 300, 600), ("404 Not Found", "rejected", 300, 600),
            ("408 Request Timeout", "retrying", 2.5, 5), ("420 Bad Extension", "rejected", 300, 600),
            ("429 Too Many", "retrying", 2.5, 5), ("480 Temporarily Unavailable", "retrying", 2.5, 5),
            ("486 Busy Here", "retrying", 2.5, 5), ("500 Server Internal Error", "retrying", 2.5, 5),
            ("501 Not Implemented", "retrying", 2.5, 5),
            ("503 Service Unavailable", "retrying", 2.5, 5), ("504 Server Time-out", "retrying", 2.5, 5),
            ("600 Busy Everywhere", "rejected", 300, 600), ("603 Decline", "rejected", 300, 600),
            ("300 Multiple Choices", "retrying", 2.5, 5), ("423 Interval Too Brief", "registering", 0, 32),
        ] as [(String, String, Double, Double)])
    func dispositions(_ status: String, state: String, least: Double, most: Double) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer(status)
        #expect("\(line.status.state)" == state)
        #expect(line.wait >= least && line.wait <= most, "\(line.wait)")
        guard state != "registering" else { return }
        #expect(line.status.code == UInt16(status.prefix(3)))
        #expect(line.status.reason == status.dropFirst(4))
        #expect(line.status.attempts == 1)
        line.step()
        #expect(line.sent.count == 2, "it tries again by itself")
        try line.grant()
        #expect(line.status.state == .registered)
        #expect(line.status.attempts == 0)
        #expect(line.status.reason.isEmpty)
    }

    @Test(
        "waits double up to a cap, with jitter, and never end", arguments: [("503 No", 5, 300), ("403 No", 600, 7200)])
    func backoff(_ status: String, base: Double, cap: Double) throws {
        var line = RegistrationLine()
        line.start()
        for failure in 0..<40 {
            try line.answer(status)
            let longest = min(cap, base * Double(1 << min(failure, 20)))
            #expect(line.wait >= longest / 2 && line.wait <= longest, "failure \(failure): \(line.wait)")
            #expect(line.status.nextActionAt == line.machine.deadline)
            line.step()
        }
        #expect(line.sent.count == 41)
        #expect(line.status.attempts == 40)
        #expect(line.changes.count == 2, "what repeats is said once: \(line.changes)")
    }

    /// Seconds of Retry-After, its form, and within which seconds the next try comes.
    @Test(
        "a registrar that answers 503 with Retry-After is asked again then",
        arguments: [
            ("120", 120, 132), ("7 (I'm in a meeting)", 7, 7.7), ("18;duration=3600", 18, 19.8),
            ("0", 2.5, 5), ("1", 5, 5.2), ("later", 2.5, 5), ("99999999999", 3600, 3960),
        ] as [(String, Double, Double)])
    func retryAfter(_ value: String, least: Double, most: Double) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("503 Service Unavailable", ["Retry-After: \(value)"])
        #expect(line.wait >= least && line.wait <= most, "\(line.wait)")
        let wait = line.wait
        line.pass(seconds: wait - 0.01)
        #expect(line.sent.count == 1)
        line.pass(seconds: 0.02)
        #expect(line.sent.count == 2)
    }

    @Test("Retry-After wins over a shorter backoff and over a longer one")
    func retryAfterWins() throws {
        var line = RegistrationLine()
        line.start()
        for _ in 0..<10 {
            try line.answer("503 No")
            line.step()
        }
        try line.answer("503 No", ["Retry-After: 20"])
        #expect(line.wait >= 20 && line.wait <= 22)
    }

    @Test(
        "the next target is tried at once, then again from the first after a wait",
        arguments: ["503 No", "408 No", "500 No", "timeout", "transport"])
    func nextTarget(_ failure: String) throws {
        var line = RegistrationLine()
        line.targets = [.test(1), .test(2), .test(3, .tcp)]
        line.start()
        for target in [Target.test(1), .test(2), .test(3, .tcp)] {
            #expect(line.last.target == target)
            switch failure {
            case "timeout": line.pass(seconds: 32)
            case "transport": line.give(.transportFailed(target.address))
            default: try line.answer(failure)
            }
        }
        #expect(line.status.state == .retrying)
        #expect(Set(line.sent.map(\.branch)).count == 3)
        line.step()
        #expect(line.last.target == .test(1))
    }

    @Test("refreshes follow the target that took the registration, until it fails or DNS forgets it")
    func follows() throws {
        var line = RegistrationLine()
        line.targets = [.test(1), .test(2)]
        line.start()
        try line.answer("503 No")
        try line.grant(100)
        line.step()
        #expect(line.last.target == .test(2))
        try line.grant(100)
        line.targets = [.test(3), .test(2)]
        line.step()
        #expect(line.last.target == .test(2), "still listed")
        try line.grant(100)
        line.targets = [.test(3), .test(4)]
        line.step()
        #expect(line.last.target == .test(3), "forgotten")
        try line.grant(100)
        line.targets = []
        line.step()
        #expect(line.last.target == .test(3), "names that cannot be looked up do not make addresses wrong")
        #expect(line.status.state == .registered)
    }

    @Test("where names lead elsewhere, the lease is where it was until somebody there has taken it")
    func heldElsewhere() throws {
        var line = RegistrationLine()
        line.start()
        try line.grant(1000)
        line.targets = [.test(2)]
        line.step()
        #expect(line.last.target == .test(2))
        #expect(line.machine.way?.target == .test(1), "calls go on while it is asked")
        try line.answer("503 No")
        #expect(line.machine.way?.target == .test(1))
        #expect(line.sent.count == 2, "who is not named any more is not asked")
        line.step()
        try line.grant(1000)
        #expect(line.last.target == .test(2))
        #expect(line.machine.way?.target == .test(2))
    }

    @Test("a name that cannot be found is tried again, and so is one whose lookup never ends")
    func unresolved() throws {
        var line = RegistrationLine()
        line.targets = []
        line.start()
        #expect(line.status.state == .retrying)
        #expect(line.status.reason == "Name Not Resolved")
        #expect(line.status.code == 503)
        line.targets = nil
        line.step()
        #expect(line.lookups.count == 2)
        line.pass(seconds: 30)
        #expect(line.status.attempts == 2)
        // An answer that comes after its time is ignored, one to the next lookup is not.
        line.give(.targets([.test(9)], lookup: 2))
        #expect(line.sent.isEmpty)
        line.targets = [.test(1)]
        line.step()
        #expect(line.last.target == .test(1))
    }

    @Test("the answer to a lookup that is not wanted any more is ignored")
    func lateLookup() throws {
        var line = RegistrationLine()
        line.targets = nil
        line.start()
        line.give(.settings(.test { $0.outboundProxy = "sip:proxy.test" }))
        #expect(line.lookups == ["sip:sip.test", "sip:proxy.test"])
        line.give(.targets([.test(9)], lookup: 1))
        #expect(line.sent.isEmpty)
        line.give(.targets([.test(1)], lookup: 2))
        #expect(line.last.target == .test(1))
    }

    @Test("another way to the registrar begins with its own first target")
    func otherRoute() throws {
        var line = RegistrationLine()
        line.targets = [.test(1), .test(2)]
        line.start()
        try line.answer("503 No")
        try line.grant(100)
        line.give(.settings(.test { $0.outboundProxy = "sip:proxy.test" }))
        #expect(line.last.target == .test(1))
    }

    @Test("a connection that ends does not hurry one that is rejected")
    func rejectedFlow() throws {
        var line = RegistrationLine()
        line.targets = [.test(1, .tcp)]
        line.start()
        try line.grant(1000)
        line.step()
        try line.answer("403 Forbidden")
        let wait = line.wait
        #expect(wait >= 300)
        line.give(.transportFailed(Target.test(1, .tcp).address))
        #expect(line.wait == wait)
    }

    @Test("targets that we have no listener for are passed over")
    func noListener() throws {
        let foreign = Target(
            address: SourceAddress(high: 1, low: 2, port: 5060, transport: .udp), serverName: "sip.test")
        var line = RegistrationLine()
        line.targets = [foreign, .test(1)]
        line.start()
        #expect(line.last.target == .test(1))
        var lonely = RegistrationLine()
        lonely.targets = [foreign]
        lonely.start()
        #expect(lonely.sent.isEmpty)
        #expect(lonely.status.reason == "No Listener For Any Target")
    }

    /// Min-Expires and what the second request asks for; nil where there must be no second.
    @Test(
        "a 423 is answered at once with what the registrar wants",
        arguments: [
            (["Min-Expires: 7200"], 7200), (["Min-Expires: 3601"], 3601), ([], 7200), (["Min-Expires: 86400"], 86_400),
            (["Min-Expires: 3600"], nil), (["Min-Expires: 1"], nil), (["Min-Expires: 86401"], nil),
            (["Min-Expires: 99999999999"], nil),
        ] as [([String], Int?)])
    func tooBrief(_ headers: [String], expires: Int?) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("423 Interval Too Brief", headers)
        guard let expires else {
            #expect(line.sent.count == 1)
            #expect(line.status.state == .retrying)
            #expect(line.status.code == 423)
            return
        }
        #expect(line.sent.count == 2)
        #expect(line.last.expires == expires)
        try line.grant(expires)
        line.step()
        #expect(line.last.expires == expires, "what was learnt is kept")
    }

    @Test("a registrar that raises Min-Expires for ever is not followed for ever")
    func hostileMinimum() throws {
        var line = RegistrationLine()
        line.start()
        var minimum = 4000
        while line.status.isInProgress, line.sent.count < 50 {
            try line.answer("423 Interval Too Brief", ["Min-Expires: \(minimum)"])
            minimum += 1
        }
        #expect(line.sent.count == 3)
        #expect(line.status.state == .retrying)
    }

    /// Contacts of a 302 and the Request-URI that follows.
    @Test(
        "a redirection is followed to its best contact",
        arguments: [
            (["Contact: <sip:r2.test>"], "sip:r2.test"),
            (["Contact: <sip:bob@r2.test:5070;transport=tcp>"], "sip:r2.test:5070;transport=tcp"),
            (["Contact: <sip:a.test>;q=0.2, <sip:b.test>;q=0.9", "Contact: <sip:c.test>;q=0.5"], "sip:b.test"),
            (["Contact: <tel:+1555>, <sips:s.test>;q=0.1"], "sips:s.test"),
            (["Contact: <mailto:a@b.test>"], nil), ([], nil),
        ] as [([String], String?)])
    func redirection(_ headers: [String], uri: String?) throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("302 Moved Temporarily", headers)
        guard let uri else {
            #expect(line.sent.count == 1)
            #expect(line.status.state == .retrying)
            return
        }
        #expect(line.lookups == ["sip:sip.test", uri])
        #expect(line.last.text.hasPrefix("REGISTER \(uri) SIP/2.0\r\n"))
        try line.grant(100)
        line.step()
        #expect(line.lookups.last == uri, "the next refresh goes where the registration is")
        line.pass(seconds: 32)
        line.step()
        #expect(line.lookups.last == "sip:sip.test", "and back where that fails")
    }

    @Test("305 names a proxy and leaves the Request-URI")
    func useProxy() throws {
        var line = RegistrationLine()
        line.start()
        try line.answer("305 Use Proxy", ["Contact: <sip:proxy.test>"])
        #expect(line.lookups.last == "sip:proxy.test")
        #expect(line.last.text.hasPrefix("REGISTER sip:sip.test SIP/2.0\r\n"))
    }

    @Test("a circle of redirections ends, and nobody leads us from sips to sip")
    func hostileRedirections() throws {
        var line = RegistrationLine()
        line.start()
        while line.status.isInProgress, line.sent.count < 50 {
            try line.answer("302 Moved", ["Contact: <sip:r\(line.sent.count).test>"])
        }
        #expect(line.sent.count == 4)
        #expect(line.status.state == .retrying)
        var secure = RegistrationLine(.test { $0.registrar = "sips:sip.test" })
        secure.targets = [.test(1, .tls)]
        secure.start()
        try secure.answer("302 Moved", ["Contact: <sip:r2.test>"])
        #expect(secure.sent.count == 1)
    }

    @Test("another server is asked afresh: the nonce of the first is not held against the second")
    func otherServersNonce() throws {
        var line = RegistrationLine()
        line.targets = [.test(1), .test(2)]
        line.start()
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"sip.test\", nonce=\"a\""])
        line.pass(seconds: 32)
        #expect(line.last.target == .test(2))
        try line.answer("401 Unauthorized", ["WWW-Authenticate: Digest realm=\"sip.test\", nonce=\"b\""])
        #expect(line.last.answer?.field("nonce") == "b")
        try line.grant()
        #expect(line.status.state == .registered)
    }

    @Test("a refresh that fails leaves the registration registered until its lease ends")
    func failingRefresh() throws {
        var line = RegistrationLine()
        line.start()
        try line.grant(1000)
        line.step()
        try line.answer("503 No")
        #expect(line.status.state == .registered)
        #expect(line.status.code == 503)
        #expect(line.status.attempts == 1)
        while line.now < (line.status.expiresAt ?? 0) {
            line.step()
            if line.status.isInProgress { try line.answer("503 No") }
        }
        #expect(line.status.state == .retrying)
        line.step()
        try line.grant(1000)
        #expect(
            line.changes == ["registering 0", "registered 200", "registered 503", "retrying 503", "registered 200"])
    }

    @Test("of thousands of flaps fifty are kept")
    func history() throws {
        var line = RegistrationLine()
        line.start()
        for _ in 0..<1000 {
            try line.answer("503 No")
            line.step()
            try line.grant(60)
            line.step()
        }
        #expect(line.machine.history.entries.count == 50)
        try line.grant(60)
        for _ in 0..<1000 {
            line.step()
            try line.grant(60)
        }
        #expect(line.machine.history.entries.count == 50)
        #expect(line.machine.history.entries.last?.count == 1002)
    }

    @Test("who is turned away tries the next target, and after the last one waits without a word")
    func turnedAway() throws {
        var line = RegistrationLine()
        line.targets = [.test(1), .test(2)]
        line.permits = false
        line.start()
        #expect(line.queued.map(\.target) == [.test(1)])
        line.give(.transportFailed(Target.test(9).address, reason: "Registrar Silent"))
        #expect(line.machine.isQueued, "another registrar's silence is nothing to it")
        line.give(.transportFailed(Target.test(1).address, reason: "Registrar Silent"))
        #expect(line.queued.map(\.target) == [.test(1), .test(2)])
        #expect(line.withdrawn == 1)
        line.give(.transportFailed(Target.test(2).address, reason: "Registrar Silent"))
        #expect(line.sent.isEmpty)
        #expect("\(line.status.state) \(line.status.code) \(line.status.reason)" == "retrying 503 Registrar Silent")
        #expect(line.wait >= 2.5 && line.wait <= 5)
        #expect(line.machine.isPutOff(by: Target.test(1).address, at: line.now))
        #expect(!line.machine.isPutOff(by: Target.test(9).address, at: line.now))
        line.permits = true
        line.give(.retry)
        try line.grant()
        #expect(line.status.state == .registered)
        #expect(!line.machine.isPutOff(by: Target.test(1).address, at: line.now))
    }
}
