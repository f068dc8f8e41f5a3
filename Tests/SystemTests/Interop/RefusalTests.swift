import Foundation
import Testing

/// Who may not register, and how little they learn.
@Suite(.serialized)
struct RefusalTests {
    private func start(_ arguments: [String] = []) async throws -> (ServerProcess, BandwidthAccount) {
        let server = try await Installation(arguments).start()
        let account = try #require(BandwidthAccount(of: server))
        #expect(try await account.createCredential("dave", password: "secret").status == 201)
        return (server, account)
    }

    private func register(
        _ user: String, _ password: String, _ account: BandwidthAccount, _ server: ServerProcess,
        within milliseconds: Int32 = 30_000
    ) async throws -> TestPhone.Answer? {
        let port = server.installation.sipPort
        return try await onThread {
            var phone = try TestPhone(user, domain: account.domain, password: password, to: port)
            return try phone.register("<sip:\(user)@127.0.0.1:9>", expires: 300, within: milliseconds)
        }
    }

    /// What an answer says to anybody: all of it but what is different in every answer, and the name that was asked for.
    private func uniform(_ answer: TestPhone.Answer?, _ user: String) -> String {
        let text = answer?.text ?? ""
        return text.replacing(/nonce="[^"]*"/, with: "nonce").replacing(/(tag|branch|rport)=[^;\r]*/, with: "")
            .replacing(/(Call-ID: |127\.0\.0\.1:)[^;\r]*/, with: "").replacing(user, with: "USER")
    }

    @Test func saysNoMoreOfAKnownUserThanOfAnUnknownOne() async throws {
        let (server, account) = try await start()
        let known = try await register("dave", "wrong", account, server)
        #expect(known?.status == 401)
        #expect(known?.text.contains("algorithm=MD5, qop=\"auth\"") == true)
        // An unknown user is offered MD5 alone or SHA-256 as well, by a keyed hash of its name; both kinds are about.
        var kinds: Set<String> = []
        for number in 0..<16 {
            let user = "nobody\(number)"
            let unknown = try await register(user, "wrong", account, server)
            #expect(unknown?.status == 401)
            kinds.insert(uniform(unknown, user))
        }
        #expect(kinds.contains(uniform(known, "dave")))
        #expect(kinds.count == 2, "\(kinds)")
        #expect(try await server.bindings().isEmpty)
        try await server.stop()
    }

    @Test func isSilentToASourceThatFailedTooOften() async throws {
        let (server, account) = try await start(["--ban-after", "5"])
        let line = Line(
            user: "dave", password: "secret", domain: account.domain, port: server.installation.sipPort)
        let sipsak = try SipsakPhone(line)
        for _ in 0..<5 {
            #expect(try await server.bans().isEmpty)
            #expect(try await sipsak.run(password: "wrong", expires: 300).code != 0)
        }
        let ban = try #require(try await server.bans().first)
        #expect(ban.source == "127.0.0.1")
        #expect(ban.failures == 5)
        #expect(ban.reason.contains("dave"))
        #expect(ban.reason.contains("too many failed authentications"))

        // The right password as well gets silence.
        #expect(try await register("dave", "secret", account, server, within: 1500) == nil)
        let metrics = try await server.metrics()
        #expect(metrics.contains(/demarc_sip_dropped_total\{reason="banned"\} [1-9]/), "\(metrics)")
        #expect(try await server.bindings().isEmpty)

        let lifted = try await server.demarc("bans", "lift", "127.0.0.1")
        #expect(lifted.code == 0, "\(lifted.errors)")
        #expect(try await server.bans().isEmpty)
        try await sipsak.register()
        #expect(try await server.bindings().map(\.aor) == ["dave@\(account.domain)"])
        try await server.stop()
    }

    @Test func refusesAClientOnceItsCredentialIsDeleted() async throws {
        let (server, account) = try await start()
        let line = Line(
            user: "dave", password: "secret", domain: account.domain, port: server.installation.sipPort)
        let sipsak = try SipsakPhone(line)
        try await sipsak.register()
        #expect(try await server.bindings().count == 1)
        #expect(try await account.send("DELETE", "sipcredentials/dave").status == 200)
        #expect(try await server.bindings().isEmpty)
        #expect(try await sipsak.run(expires: 300).code != 0)
        #expect(try await server.bindings().isEmpty)
        try await server.stop()

        let again = try await server.installation.start()
        #expect(try await again.bindings().isEmpty)
        #expect(try await sipsak.run(expires: 300).code != 0)
        try await again.stop()
    }
}
