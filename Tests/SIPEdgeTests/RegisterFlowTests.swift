import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// A REGISTER from its bytes to its answer.
@Suite struct RegisterFlowTests {
    private func rig() async throws -> (Rig, Tenant) {
        let rig = try await Rig()
        return (rig, try await rig.home.tenant("one", domain: "one.test"))
    }

    @Test func registerRefreshUnregister() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        let acceptedGiven = phone.register(at: rig)
        let accepted = try #require(acceptedGiven)
        #expect(accepted.status == 200)
        #expect(accepted.disposition == .reply)
        #expect(accepted.values("Contact") == ["<sip:John@192.0.2.7:40312>;expires=600"])
        #expect(accepted.values("Date") == ["Thu, 01 Jan 2026 00:00:00 GMT"])
        #expect(accepted.values("CSeq") == ["2 REGISTER"])
        #expect(
            accepted.values("Via") == [
                "SIP/2.0/UDP 192.0.2.7:40312;rport=40312;branch=z9hG4bKcall-12;received=192.0.2.7"
            ])
        #expect(accepted.port == 40_312)
        #expect(rig.live == ["John@one.test sip:John@192.0.2.7:40312"])

        rig.clock.advance(by: .seconds(100))
        phone.contact = ""
        #expect(phone.register(at: rig)?.values("Contact") == ["<sip:John@192.0.2.7:40312>;expires=500"])
        phone.contact = "<sip:John@192.0.2.7:40312>"
        #expect(phone.register(at: rig)?.values("Contact") == ["<sip:John@192.0.2.7:40312>;expires=3600"])
        phone.contact = "*"
        phone.headers = ["Expires: 0"]
        let goneGiven = phone.register(at: rig)
        let gone = try #require(goneGiven)
        #expect(gone.status == 200)
        #expect(gone.values("Contact").isEmpty)
        #expect(rig.live.isEmpty)
    }

    /// A connection on which a phone is to be called is kept as long as its binding, and no longer.
    @Test func aConnectionIsKeptForItsBinding() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var (phone, other) = (Phone(), Phone())
        phone.source.transport = .tls
        let now = UInt32(rig.clock.now.milliseconds / 1000)
        #expect(phone.register(at: rig)?.boundUntil == now + 600)
        (other.callID, other.contact, other.source.port) = ("other", "<sip:b@192.0.2.7>;expires=3600", 1)
        other.source.transport = .tls
        #expect(other.register(at: rig)?.boundUntil == now + 3600)
        phone.contact = "<sip:John@192.0.2.7:40312>;expires=0"
        #expect(phone.register(at: rig)?.boundUntil == 0)
        #expect(rig.ask(phone.request(), from: phone.source)?.boundUntil == nil, "a challenge says nothing of it")
    }

    @Test func everythingOfAContactComesBack() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        phone.contact =
            "<sip:John@192.0.2.7;ob>;q=0.05;+sip.instance=\"<urn:uuid:1>\";reg-id=2;expires=600, <sip:b@192.0.2.8>;expires=60"
        phone.headers = ["Path: <sip:p1.test;lr>", "Path: <sip:p2.test;lr>", "User-Agent: Test/1.0"]
        let answerGiven = phone.register(at: rig)
        let answer = try #require(answerGiven)
        #expect(
            answer.values("Contact") == [
                "<sip:John@192.0.2.7;ob>;expires=600;q=0.050;+sip.instance=\"<urn:uuid:1>\";reg-id=2",
                "<sip:b@192.0.2.8>;expires=60",
            ])
        #expect(answer.values("Path") == ["<sip:p1.test;lr>", "<sip:p2.test;lr>"])
        let binding = try #require(rig.edge.bindings(matching: "John", limit: 9).first { $0.regID == 2 })
        #expect(binding.account == tenant.account.id.rawValue)
        #expect(binding.path == ["<sip:p1.test;lr>", "<sip:p2.test;lr>"])
        #expect(binding.userAgent == "Test/1.0")
        #expect(binding.instance == "<urn:uuid:1>")
        #expect(binding.q == 50)
        #expect(binding.source == "udp:192.0.2.7:40312")
        #expect(binding.registeredAt == rig.clock.now.milliseconds)
        #expect(binding.expiresAt == rig.clock.now.milliseconds + 600_000)
    }

    /// What a credential was made with (Hash1, Hash1b), as whom the phone answers, and whether that is right.
    @Test(
        arguments: [
            ("John@bw.com:one.test:pw", "John@bw.com@one.test:one.test:pw", "John@bw.com", true),
            ("John@bw.com:one.test:pw", "John@bw.com@one.test:one.test:pw", "John@bw.com@one.test", true),
            ("John:one.test:pw", "John@bw.com@one.test:one.test:pw", "John", true),
            ("John:one.test:pw", nil, "John", true),
            ("John@bw.com:one.test:pw", nil, "John@bw.com", true),
            ("John@bw.com:one.test:pw", nil, "John@bw.com@one.test", false),
            ("John@bw.com:one.test:pw", "John@bw.com@one.test:one.test:pw", "John", false),
            ("John@bw.com:one.test:pw", "John@bw.com@one.test:one.test:pw", "john@bw.com", false),
            ("John@bw.com:one.test:pw", "John@bw.com@one.test:one.test:pw", "John@one.test", false),
            ("John@bw.com:one.test:other", "John@bw.com@one.test:one.test:other", "John@bw.com", false),
            ("not a hash", "John@bw.com@one.test:one.test:pw", "John@bw.com@one.test", true),
        ] as [(String, String?, String, Bool)])
    func usernameForms(hash1: String, hash1b: String?, username: String, isRight: Bool) async throws {
        let (rig, tenant) = try await rig()
        let first = hash1.contains(":") ? md5(hash1) : hash1
        try await rig.credential(
            "John", domain: "bw.com", realm: "one.test", of: tenant,
            hashes: CredentialHashes(hash1: first, hash1b: hash1b.map(md5)))
        var phone = Phone(aor: "sip:John@bw.com", username: username)
        #expect(phone.register(at: rig)?.status == (isRight ? 200 : 401))
        #expect(rig.live == (isRight ? ["John@bw.com@one.test sip:John@192.0.2.7:40312"] : []))
    }

    /// Address-of-record, Request-URI, and whether they reach the credential John@bw.com in one.test.
    @Test(
        arguments: [
            ("sip:John@bw.com", "sip:one.test", 200),
            ("sip:John%40bw.com@one.test", "sip:one.test", 200),
            ("sip:John%40bw.com@ONE.test", "sip:One.Test", 200),
            ("sip:%4aohn@bw.com", "sip:one.test", 200),
            ("sip:John@one.test", "sip:one.test", 200),
            ("sip:John%40bw.com@one.test", "sip:second.test", 200),
            ("sip:John%40bw.com@second.test", "sip:second.test", 200),
            ("sip:John@bw.com", "sip:second.test", 200),
            ("sip:John%40bw.com@192.0.2.100", "sip:192.0.2.100", 200),
            ("sip:John%40bw.com@one.test", "sip:[2001:db8::1]:5060;transport=udp", 200),
            ("sip:John%40bw.com@edge.test", "sip:edge.test", 200),
            ("sips:John@bw.com", "sip:one.test", 200),
            ("sip:John@other.com", "sip:one.test", 403),
            ("sip:Jane@bw.com", "sip:one.test", 403),
            ("sip:one.test", "sip:one.test", 403),
            ("sip:John%40bw.com@one.test", "sip:nowhere.test", 0),
            ("sip:John@bw.com", "sip:bw.com", 0),
        ] as [(String, String, Int)])
    func addressesOfRecord(aor: String, registrar: String, status: Int) async throws {
        let (rig, tenant) = try await rig()
        try await rig.domain("second.test", of: tenant)
        try await rig.credential("John", domain: "bw.com", realm: "one.test", of: tenant)
        var phone = Phone(aor: aor, registrar: registrar, username: "John@bw.com")
        // A user who does not exist is challenged for the domain that was asked, John for his realm.
        let answer = phone.register(at: rig)
        #expect((answer?.status ?? 0) == status)
        #expect(rig.live.count == (status == 200 ? 1 : 0))
    }

    @Test func anAddressStandsForADomainOnlyWhileThereIsOneAccount() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone(aor: "sip:John@192.0.2.100", registrar: "sip:192.0.2.100")
        #expect(phone.register(at: rig)?.status == 200)
        _ = try await rig.home.tenant("two", domain: "two.test")
        #expect(rig.ask(phone.request()) == nil)
    }

    @Test(arguments: [
        ("MD5", ["SHA-256", "MD5"], true), ("SHA-256", ["SHA-256", "MD5"], true), ("MD5", ["MD5"], false),
    ])
    func algorithms(answered: String, challenged: [String], isStrong: Bool) async throws {
        let (rig, tenant) = try await rig()
        var hashes = CredentialHashes(of: "John", realm: "one.test", password: Secret("pw"))
        if !isStrong { (hashes.sha256, hashes.sha256b) = (nil, nil) }
        try await rig.credential("John", realm: "one.test", of: tenant, hashes: hashes)
        var phone = Phone()
        #expect(rig.ask(phone.request())?.algorithms == challenged)
        #expect(phone.register(at: rig, algorithm: answered)?.status == 200)
    }

    @Test func anotherUsersAddressIsForbidden() async throws {
        let (rig, tenant) = try await rig()
        for name in ["John", "Jane"] { try await rig.credential(name, realm: "one.test", of: tenant) }
        var phone = Phone(aor: "sip:Jane@one.test", username: "John")
        #expect(phone.register(at: rig)?.status == 403)
        #expect(rig.live.isEmpty)
        #expect(rig.edge.refusals(limit: 1).map(\.reason) == ["the AOR is another user's"])
        #expect(rig.edge.refusals(limit: 1).map(\.user) == ["Jane@one.test"])
    }

    @Test func anotherTenantsUserIsUnknown() async throws {
        let (rig, _) = try await rig()
        let other = try await rig.home.tenant("two", domain: "two.test")
        try await rig.credential("John", realm: "two.test", of: other)
        var phone = Phone()
        #expect(phone.register(at: rig)?.status == 401)
        var own = Phone(aor: "sip:John@two.test", registrar: "sip:two.test")
        #expect(own.register(at: rig)?.status == 200)
    }

    @Test func aRetransmissionGetsTheSameAnswer() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        for contact in ["<sip:John@192.0.2.7>;expires=600", "<sip:John@192.0.2.7>;expires=0"] {
            var phone = Phone(contact: contact, callID: contact)
            phone.callID = contact.hasSuffix("600") ? "a" : "b"
            let challenge = try #require(rig.ask(phone.request()))
            let request = phone.request(authorization: phone.authorization(challenge))
            let first = rig.ask(request)
            #expect(first?.status == 200)
            #expect(rig.ask(request)?.text == first?.text)
        }
        #expect(rig.live.isEmpty)
        let events = rig.edge.refusals(limit: 10)
        #expect(events.isEmpty)
    }

    @Test func aCountThatWasUsedIsStale() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        let challenge = try #require(rig.ask(phone.request()))
        let authorization = phone.authorization(challenge)
        #expect(rig.ask(phone.request(authorization: authorization))?.status == 200)
        let replay = rig.ask(phone.request(authorization: authorization))
        #expect(replay?.status == 401)
        #expect(replay?.isStale == true)
        let next = rig.ask(phone.request(authorization: phone.authorization(challenge, nc: "00000002")))
        #expect(next?.status == 200, "the nonce itself goes on")
        var thief = Phone(contact: "<sip:thief@203.0.113.9>", callID: "thief")
        thief.cseq = 90
        let stolen = rig.ask(thief.request(authorization: phone.authorization(challenge, nc: "00000003")), from: .other)
        #expect(stolen?.isStale == true, "the answer was made for another source")
        #expect(rig.live == ["John@one.test sip:John@192.0.2.7:40312"])
    }

    @Test func anOldNonceIsStale() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        let challenge = try #require(rig.ask(phone.request()))
        #expect(!challenge.isStale)
        rig.clock.advance(by: .seconds(300))
        let answer = try #require(rig.ask(phone.request(authorization: phone.authorization(challenge))))
        #expect(answer.status == 401)
        #expect(answer.isStale)
        #expect(rig.ask(phone.request(authorization: phone.authorization(answer)))?.status == 200)
        phone.password = "wrong"
        let wrong = rig.ask(phone.request(authorization: phone.authorization(challenge)))
        #expect(wrong?.isStale == false, "stale is for who knows the password")
    }

    @Test func aNonceFromBeforeARestartIsStale() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        let challenge = try #require(rig.ask(phone.request()))
        let restarted = try await Rig(after: rig)
        let answer = try #require(restarted.ask(phone.request(authorization: phone.authorization(challenge))))
        #expect(answer.isStale)
        #expect(restarted.ask(phone.request(authorization: phone.authorization(answer)))?.status == 200)
        #expect(restarted.edge.refusals(limit: 9).isEmpty, "that is nobody's failure")
    }

    @Test func aDeletedCredentialIsGoneAtOnce() async throws {
        let (rig, tenant) = try await rig()
        let credential = try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        #expect(phone.register(at: rig)?.status == 200)
        let challenge = try #require(rig.ask(phone.request()))
        try await rig.delete(credential)
        #expect(rig.live.isEmpty)
        #expect(rig.edge.counters().bindings == 0)
        #expect(rig.ask(phone.request(authorization: phone.authorization(challenge)))?.status == 401)
        #expect(rig.live.isEmpty)

        try await rig.credential("John", realm: "one.test", of: tenant)
        #expect(rig.live.isEmpty, "another of that name has no use for the old bindings")
        #expect(phone.register(at: rig)?.status == 200)
    }

    @Test func newHashesKeepBindings() async throws {
        let (rig, tenant) = try await rig()
        let credential = try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        #expect(phone.register(at: rig)?.status == 200)
        try await rig.update(credential) {
            $0.hashes = CredentialHashes(of: "John", realm: "one.test", password: Secret("new"))
        }
        #expect(rig.live.count == 1)
        #expect(phone.register(at: rig)?.status == 401)
        phone.password = "new"
        #expect(phone.register(at: rig)?.status == 200)
    }

    /// Hashes are made for a realm: a credential that moves to another is challenged for that one.
    @Test func aNewRealmIsChallengedFor() async throws {
        let (rig, tenant) = try await rig()
        try await rig.domain("second.test", of: tenant)
        let credential = try await rig.credential("John", realm: "one.test", of: tenant)
        try await rig.update(credential) {
            $0.realm = "second.test"
            $0.hashes = CredentialHashes(of: "John", realm: "second.test", password: Secret("pw"))
        }
        var phone = Phone()
        #expect(rig.ask(phone.request())?.challenges.first?.contains("realm=\"second.test\"") == true)
        #expect(phone.register(at: rig)?.status == 200)
        #expect(rig.live == ["John@second.test sip:John@192.0.2.7:40312"])
    }

    /// What is wrong with an authenticated REGISTER, and what it is answered.
    @Test(
        arguments: [
            ("<sip:a@192.0.2.7>;expires=59", [], 423, ["Min-Expires: 60"]),
            ("*", [], 400, []), ("*", ["Expires: 5"], 400, []), ("<sip:a@192.0.2.7>;q=7", [], 400, []),
            ("<sip:a@192.0.2.7>", ["Require: path, outbound"], 200, []),
        ] as [(String, [String], Int, [String])])
    func refusals(contact: String, headers: [String], status: Int, expected: [String]) async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone(contact: contact, headers: headers)
        let answerGiven = phone.register(at: rig)
        let answer = try #require(answerGiven)
        #expect(answer.status == status)
        for line in expected { #expect(answer.lines.contains(line)) }
        #expect(rig.edge.refusals(limit: 9).count == (status == 200 ? 0 : 1))
    }

    @Test func outOfOrderIs500() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        phone.cseq = 10
        #expect(phone.register(at: rig)?.status == 200)
        phone.cseq = 5
        #expect(phone.register(at: rig)?.status == 500)
    }

    @Test func bindingsExpire() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        #expect(phone.register(at: rig)?.status == 200)
        rig.clock.advance(by: .seconds(599))
        rig.edge.sweep()
        #expect(rig.live.count == 1)
        rig.clock.advance(by: .seconds(1))
        #expect(rig.live.isEmpty, "not shown even before it is swept")
        rig.edge.sweep()
        #expect(rig.edge.counters().bindings == 0)
    }

    @Test func theOperatorEndsBindings() async throws {
        let (rig, tenant) = try await rig()
        for number in 1...150 { try await rig.credential("\(number)1", realm: "one.test", of: tenant) }
        try await rig.credential("1", realm: "one.test", of: tenant)
        var phone = Phone(aor: "sip:1@one.test", username: "1")
        phone.contact = "<sip:a@192.0.2.7>, <sip:b@192.0.2.7>, <sip:c@192.0.2.7>"
        #expect(phone.register(at: rig)?.status == 200)
        #expect(rig.edge.bindings(matching: "1@one.test", limit: 10).count == 3, "whoever else has such a name")
        #expect(rig.edge.bindings(of: tenant.account.id) == rig.edge.bindings(matching: nil, limit: 10))
        #expect(rig.edge.bindings(of: AccountID(rawValue: tenant.account.id.rawValue + 1)).isEmpty)
        #expect(try await rig.edge.removeBindings(of: "nobody@one.test", contact: nil) == 0)
        #expect(try await rig.edge.removeBindings(of: "1@one.test", contact: "sip:b@192.0.2.7") == 1)
        #expect(rig.live == ["1@one.test sip:a@192.0.2.7", "1@one.test sip:c@192.0.2.7"])
        #expect(try await rig.edge.removeBindings(of: "1@one.test", contact: nil) == 2)
        #expect(rig.live.isEmpty)
    }
}
