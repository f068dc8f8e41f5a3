import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// Whoever asks from outside must not learn which users there are.
@Suite struct UniformityTests {
    private static let names = (0..<200).map { "user\($0)" }

    /// The answer without what is new in every one.
    private func template(_ answer: Answer?, of name: String) -> String {
        guard let answer else { return "silence" }
        var text = answer.text.replacing(name, with: "NAME")
        for challenge in answer.challenges {
            if let nonce = Answer.field("nonce", of: challenge) { text = text.replacing(nonce, with: "NONCE") }
        }
        return text.replacing(/;tag=[0-9a-f]{16}\r\n/, with: ";tag=TAG\r\n")
    }

    private func rig() async throws -> Rig {
        let rig = try await Rig { $0.bans = BanPolicy(failures: 0) }
        let tenant = try await rig.home.tenant("one", domain: "one.test")
        try await rig.credential("strong", realm: "one.test", of: tenant)
        var weak = CredentialHashes(of: "weak", realm: "one.test", password: Secret("pw"))
        (weak.sha256, weak.sha256b) = (nil, nil)
        try await rig.credential("weak", realm: "one.test", of: tenant, hashes: weak)
        return rig
    }

    /// The first answer, and that to a wrong password.
    private func answers(for name: String, at rig: Rig) throws -> [String] {
        var phone = Phone(aor: "sip:\(name)@one.test", username: name, password: "guess", callID: "same")
        phone.contact = "<sip:x@192.0.2.7>"
        let challenge = try #require(rig.ask(phone.request()))
        let refused = rig.ask(phone.request(authorization: phone.authorization(challenge, algorithm: "MD5")))
        return [template(challenge, of: name), template(refused, of: name)]
    }

    @Test func unknownUsersLookLikeKnownOnes() async throws {
        let rig = try await rig()
        let strong = try answers(for: "strong", at: rig), weak = try answers(for: "weak", at: rig)
        #expect(strong != weak)
        #expect(strong[0].contains("SIP/2.0 401"))
        #expect(strong[1].contains("SIP/2.0 401"))
        var seen = [0, 0]
        for name in Self.names {
            let answers = try answers(for: name, at: rig)
            if answers == strong {
                seen[0] += 1
            } else if answers == weak {
                seen[1] += 1
            } else {
                Issue.record("\(name) is answered as nobody else: \(answers)")
            }
        }
        #expect(seen.allSatisfy { $0 > 60 }, "both classes are common: \(seen)")
    }

    @Test func theClassOfAnUnknownUserOutlivesRestarts() async throws {
        let rig = try await rig()
        let restarted = try await Rig(after: rig)
        let otherKey = try await Rig(after: rig) { $0.uniformityKey = Array("another installation".utf8) }
        var differing = 0
        for name in Self.names {
            var phone = Phone(aor: "sip:\(name)@one.test")
            let request = phone.request()
            let algorithms = rig.ask(request)?.algorithms
            #expect(restarted.ask(request)?.algorithms == algorithms)
            if otherKey.ask(request)?.algorithms != algorithms { differing += 1 }
        }
        #expect(differing > 50, "the key decides: \(differing) of \(Self.names.count)")
    }

    @Test func anUnknownNonceIsStaleForEverybody() async throws {
        let rig = try await rig()
        for (name, password) in [("strong", "pw"), ("strong", "guess"), ("nobody", "pw")] {
            var phone = Phone(aor: "sip:\(name)@one.test", username: name, password: password)
            let forged = Answer(
                text:
                    "WWW-Authenticate: Digest realm=\"one.test\", nonce=\"\(String(repeating: "0", count: 40))\", algorithm=MD5",
                disposition: .reply, port: 5060)
            let answer = rig.ask(phone.request(authorization: phone.authorization(forged)))
            #expect(answer?.status == 401)
            #expect(answer?.isStale == true, "\(name) \(password)")
        }
        #expect(rig.edge.refusals(limit: 9).isEmpty)
    }

    @Test func unusableHashesAreChallengedAsAnybodys() async throws {
        let rig = try await rig()
        let tenant = try await rig.home.tenant("two", domain: "two.test")
        try await rig.credential(
            "John", realm: "two.test", of: tenant, hashes: CredentialHashes(hash1: "blahblah"))
        var phone = Phone(aor: "sip:John@two.test", registrar: "sip:two.test")
        #expect(rig.ask(phone.request())?.algorithms == ["MD5"])
        #expect(phone.register(at: rig)?.status == 401)
        let explained = rig.edge.explain(user: "John@two.test")
        #expect(explained.map(\.challenges) == [[]])
        #expect(explained.first?.remarks.first?.contains("nobody can register") == true)
    }
}
