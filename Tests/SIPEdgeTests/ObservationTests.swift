import Foundation
import Provisioning
import SIPEngine
import TestSupport
import Testing

@testable import SIPEdge

@Suite struct ObservationTests {
    private func rig() async throws -> (Rig, Credential) {
        let rig = try await Rig { $0.bans = BanPolicy(failures: 3) }
        let tenant = try await rig.home.tenant("one", domain: "one.test")
        return (rig, try await rig.credential("John", realm: "one.test", of: tenant))
    }

    @Test func events() async throws {
        let (rig, credential) = try await rig()
        var phone = Phone()
        _ = phone.register(at: rig)
        let stream = rig.edge.events()
        _ = phone.register(at: rig)
        let remove = phone.request()
        phone.contact = "<sip:John@192.0.2.7:40312>;expires=0"
        _ = phone.register(at: rig)
        _ = phone.register(at: rig)
        phone.contact = "<sip:John@192.0.2.7:40312>;expires=60"
        _ = phone.register(at: rig)
        rig.clock.advance(by: .seconds(60))
        rig.edge.sweep()
        _ = phone.register(at: rig)
        #expect(try await rig.edge.removeBindings(of: "John@one.test", contact: nil) == 1)
        #expect(try await rig.edge.removeBindings(of: "John@one.test", contact: nil) == 0)
        _ = phone.register(at: rig)
        try await rig.delete(credential)
        for _ in 0..<3 { _ = phone.register(at: rig) }
        _ = remove
        rig.edge.flow.observation.events.finish()
        let events = await stream.reduce(into: []) { $0.append($1) }
        #expect(
            events.map(\.kind) == [
                .refreshed, .unregistered, .registered, .expired, .registered, .removed, .registered, .revoked,
                .refused,
                .refused, .banned, .refused,
            ])
        #expect(events.prefix(8).allSatisfy { $0.aor == "John@one.test" && $0.source == "udp:192.0.2.7:40312" })
        #expect(events.first { $0.kind == .expired }?.contact == "sip:John@192.0.2.7:40312")
        #expect(events.first?.at == rig.clock.now.milliseconds - 60_000)
    }

    @Test func nobodyListens() async throws {
        let (rig, _) = try await rig()
        #expect(!rig.edge.flow.observation.events.isHeard)
        let stream = rig.edge.events()
        #expect(rig.edge.flow.observation.events.isHeard)
        rig.edge.flow.observation.events.finish()
        #expect(await stream.reduce(into: 0) { count, _ in count += 1 } == 0)
        #expect(!rig.edge.flow.observation.events.isHeard)
    }

    @Test func refusalsSayWhy() async throws {
        let (rig, _) = try await rig()
        var phone = Phone(password: "guess")
        _ = phone.register(at: rig)
        phone.username = "nobody"
        _ = phone.register(at: rig)
        _ = rig.ask(phone.request("PUBLISH"))
        let refusals = rig.edge.refusals(limit: 10)
        #expect(refusals.map(\.reason) == ["method not carried out", "unknown user", "wrong password"])
        #expect(refusals.map(\.status) == [405, 401, 401])
        #expect(refusals.map(\.method) == ["PUBLISH", "REGISTER", "REGISTER"])
        #expect(rig.edge.refusals(limit: 1).count == 1)
        let explained = try #require(rig.edge.explain(user: "John").first)
        #expect(explained.challenges == ["SHA-256", "MD5"])
        #expect(explained.remarks == ["last refused: 405 method not carried out, from udp:192.0.2.7:40312"])
    }

    @Test func countersCount() async throws {
        let (rig, _) = try await rig()
        var phone = Phone()
        _ = phone.register(at: rig)
        _ = rig.ask(phone.request("OPTIONS"))
        let counters = rig.edge.counters()
        #expect(counters.requests == ["REGISTER": 2, "OPTIONS": 1])
        #expect(counters.responses == [401: 1, 200: 2])
        #expect((counters.bindings, counters.credentials) == (1, 1))
        #expect(counters.journalBytes == 0)
    }

    @Test func theTraceOfAUser() async throws {
        let (rig, credential) = try await rig()
        var phone = Phone()
        _ = phone.register(at: rig)
        var other = Phone(aor: "sip:Jane@one.test", username: "Jane", contact: "<sip:Jane@192.0.2.8>")
        _ = other.register(at: rig)
        let trace = rig.edge.trace(of: .user(credential.name.composite))
        #expect(trace.map(\.received) == [true, false, true, false])
        #expect(trace.allSatisfy { $0.remote == "udp:192.0.2.7:40312" && !$0.text.contains("Jane") })
        #expect(trace.last?.text.hasPrefix("SIP/2.0 200 OK\r\n") == true)
        #expect(trace[2].text.contains("username=\"John\""))
        #expect(trace[2].text.contains("nonce=\""))
        #expect(trace[2].text.contains("response=<redacted>"))
        #expect(trace[2].text.contains("cnonce=<redacted>"))
        #expect(rig.edge.trace(of: .user("nobody")).isEmpty)
    }

    /// Digest answers as senders may write them, well formed or not; none may show what it holds.
    private static let answers = [
        "Authorization: Digest username=\"John\", realm=\"one.test\", response=\"S3CRET\", cnonce=\"S3CRET\"",
        "authorization :Digest username=\"John\",response=S3CRET,cnonce=S3CRET",
        "AUTHORIZATION: digest username=\"John\",\tresponse\t=\t\"S3CRET\"",
        "Authorization: Digest username=\"John\",\r\n response=\"S3CRET\",\r\n\tcnonce=\"a,S3CRET\"",
        "Authorization: Digest username=\"John\", cnonce=\"a,S3CRET\\\",S3CRET\", RESPONSE=\"S3CRET\"",
        "Authorization: Digest username=\"John, realm=\"x\", response=\"S3CRET\"",
        "Authorization: Digest username=\"John\" response=\"S3CRET\"",
        "Authorization: Digest username=\"John\", realm=\"a\"\"S3CRET\"",
        "Authorization: Digest username=\"John\", S3CRET",
        "Authorization: Digest username=\"John\", auth-param=S3CRET",
        "Authorization: Basic S3CRET",
        "Authorization:S3CRET",
        "Proxy-Authorization: Digest username=\"John\", response=\"S3CRET\"",
        "X: y\nAuthorization: Digest username=\"John\", response=\"S3CRET\"",
        "X: y\rAuthorization: Digest username=\"John\", response=\"S3CRET\"",
    ]

    @Test(arguments: answers) func nothingSecretIsShown(_ answer: String) async throws {
        let (rig, _) = try await rig()
        let stream = rig.edge.events()
        var phone = Phone(headers: [answer])
        let given = rig.ask(phone.request())
        #expect(given != nil, "it is answered, so it is kept")
        let trace = rig.edge.trace(of: .user("John"))
        #expect(trace.count == 2)
        rig.edge.flow.observation.events.finish()
        let shown = """
            \(trace) \(rig.edge.refusals(limit: 9)) \(rig.edge.explain(user: "John")) \(rig.edge.bans()) \
            \(await stream.reduce(into: []) { $0.append($1) }) \(rig.edge.bindings(matching: nil, limit: 9))
            """
        #expect(shown.contains("John"))
        #expect(!shown.contains("S3CRET"))
    }

    /// A real sign-in, right and wrong, leaves neither what was answered nor what it was made of.
    @Test func noAnswerNorHashIsShown() async throws {
        let (rig, credential) = try await rig()
        let stream = rig.edge.events()
        var secrets = [credential.hashes.hash1, credential.hashes.hash1b, credential.hashes.sha256]
            .compactMap(\.self)
        for password in ["pw", "guess"] {
            var phone = Phone(password: password, callID: password, cnonce: "c0nce-\(password)")
            let challenge = try #require(rig.ask(phone.request()))
            let authorization = phone.authorization(challenge)
            secrets += [Answer.field("response", of: authorization) ?? "", phone.cnonce]
            _ = rig.ask(phone.request(authorization: authorization))
        }
        rig.edge.flow.observation.events.finish()
        let trace = rig.edge.trace(of: .user("John"))
        #expect(trace.count == 8)
        let shown = """
            \(trace) \(rig.edge.refusals(limit: 9)) \(rig.edge.explain(user: "John")) \(rig.edge.counters()) \
            \(await stream.reduce(into: []) { $0.append($1) }) \(rig.edge.bindings(matching: nil, limit: 9))
            """
        for secret in secrets {
            #expect(secret.count > 5)
            #expect(!shown.contains(secret))
        }
    }

    private static func invite(_ user: String, _ more: String = "") -> [UInt8] {
        Array("INVITE sip:bob@one.test SIP/2.0\r\nFrom: <sip:\(user)@one.test>;tag=1\r\n\(more)\r\n".utf8)
    }

    /// The leg towards a carrier need not name the user.
    @Test func aCallIsShownWhole() {
        let messages = RecentMessages(perSecond: 1)
        let (one, other) = (AccountID(rawValue: 1), AccountID(rawValue: 2))
        let here = SourceAddress(ipv4: 0xC000_0201, port: 5060, transport: .udp)
        #expect(messages.takes(at: 1000) && !messages.takes(at: 1999) && messages.takes(at: 2000))
        for (user, isReceived, account) in [("alice", true, one), ("+15550100", false, one), ("carol", true, other)] {
            messages.keep(
                Self.invite(user), isReceived: isReceived, remote: here, of: TracedCall(id: "1-a", account: account),
                at: 1000)
        }
        #expect(messages.messages(of: .call("1-a", of: one)).map(\.received) == [true, false])
        #expect(messages.messages(of: .user("alice")) == messages.messages(of: .call("1-a", of: one)))
        #expect(messages.messages(of: .user("carol")).count == 1)
        #expect(messages.messages(of: .call("1-b", of: one)).isEmpty)
    }

    /// What people write or key in is theirs.
    @Test(
        arguments: [
            ("Content-Type: text/plain", "my PIN is 4711", "<14 bytes>"),
            ("c:application/dtmf-relay;x=y", "Signal=5", "<8 bytes>"),
            ("X-Content-Type: application/sdp", "my PIN is 4711", "<14 bytes>"),
            ("Content-Type: Application/SDP", "m=audio 4000 RTP/AVP 0", "m=audio 4000 RTP/AVP 0"),
            ("Content-Type: message/sipfrag;version=2.0", "SIP/2.0 200 OK", "SIP/2.0 200 OK"),
        ])
    func bodies(type: String, body: String, shown: String) {
        let text = Redaction.text(of: Self.invite("alice", type + "\r\n") + Array(body.utf8))
        #expect(text.hasPrefix("INVITE sip:bob@one.test SIP/2.0\r\nFrom: <sip:alice@one.test>;tag=1\r\n"))
        #expect(text.contains(shown) && (shown == body || !text.contains(body)))
    }

    @Test func theLatestAreKept() {
        let refusals = RecentRefusals(capacity: 3, share: 2)
        for number in 0..<10 {
            refusals.keep(now: Int64(number / 5) * 1000) {
                Refusal(at: 0, source: "", method: "", user: "", status: number, reason: "")
            }
        }
        #expect(refusals.latest(9).map(\.status) == [6, 5, 1], "two a second, newest first, three at most")
        #expect(refusals.latest(1).map(\.status) == [6])
    }

    @Test func aFloodOfStrangersIsPacedBySource() {
        let strangers = RecentRefusals(capacity: 250, share: 20, period: 10_000)
        func taken(_ host: UInt64, port: UInt16 = 5060, now: Int64) -> Bool {
            strangers.takes(SourceAddress(high: 0, low: host, port: port, transport: .udp), now: now)
        }
        let flood = (0..<1000).count { taken(1, port: UInt16($0), now: Int64($0)) }
        #expect(flood == 1, "whatever port it sends from")
        #expect(taken(2, now: 5000), "and a trunk beside it is seen")
        #expect((3..<100).count { taken($0, now: 9999) } == 18, "twenty in ten seconds")
        #expect(taken(1, now: 10_000))
    }
}
