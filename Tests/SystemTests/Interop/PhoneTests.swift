import Foundation
import Testing

/// Clients that nobody here wrote register with what was provisioned.
@Suite(.serialized)
struct PhoneTests {
    /// A server whose account has the credential `dave`, with MD5 hashes only, made over XML.
    private func start(_ arguments: [String] = [], overIPv6: Bool = false) async throws
        -> (ServerProcess, BandwidthAccount)
    {
        var installation = try Installation(arguments)
        installation.hasIPv6 = overIPv6
        let server = try await installation.start()
        let account = try #require(BandwidthAccount(of: server))
        #expect(try await account.createCredential("dave", password: "secret").status == 201)
        return (server, account)
    }

    private func line(_ account: BandwidthAccount, _ server: ServerProcess, user: String = "dave") -> Line {
        Line(user: user, password: "secret", domain: account.domain, port: server.installation.sipPort)
    }

    @Test(arguments: PhoneModel.allCases)
    func registersRefreshesAndUnregisters(_ model: PhoneModel) async throws {
        // A client that only refreshes by itself is made to do so soon.
        let soon = ["--sip-minimum-expires", "1", "--sip-default-expires", "8", "--sip-maximum-expires", "8"]
        let (server, account) = try await start(model.refreshesByItself ? soon : [])
        let phone = try model.phone(on: line(account, server))

        try await phone.register()
        let first = try await server.bindings("\(model)'s binding") { $0.count == 1 }[0]
        #expect(first.aor == "dave@\(account.domain)")
        #expect(first.userAgent.hasPrefix(model.userAgent))
        #expect(first.source.hasPrefix(model == .pjsua2TCP ? "tcp:127.0.0.1:" : "udp:127.0.0.1:"))
        #expect(first.expiresAt > first.registeredAt)

        try await phone.refresh()
        let second = try await server.bindings("\(model)'s refresh") { now in
            now.count == 1 && (now[0].callID, now[0].cseq) != (first.callID, first.cseq)
        }[0]
        #expect(second.contact == first.contact)

        try await phone.unregister()
        _ = try await server.bindings("\(model)'s leave") { $0.isEmpty }
        let trace = try await server.trace("dave")
        let requests = trace.filter { $0.text.hasPrefix("REGISTER ") }
        let answers = trace.filter { $0.text.hasPrefix("SIP/2.0 ") }
        // It left because it said so, not because it was forgotten.
        #expect(requests.last?.text.contains(/[Ee]xpires(=|: )0\s/) == true)
        #expect(answers.last?.text.hasPrefix("SIP/2.0 200 ") == true)
        let challenges = answers.filter { $0.text.contains("WWW-Authenticate") }
        #expect(!challenges.isEmpty)
        #expect(challenges.allSatisfy { $0.text.contains("algorithm=MD5") && !$0.text.contains("SHA-256") })
        #expect(try await server.stop() == 0)
    }

    /// Where Demarc made the hashes, SHA-256 is offered first, and a client that knows it uses it (RFC 8760).
    @Test func registersWithSHA256() async throws {
        let (server, account) = try await start()
        let made = try await server.demarc("credential", "add", "carol", "--password-stdin", input: "secret")
        #expect(made.code == 0, "\(made.errors)")
        let phone = try LinphonePhone(line(account, server, user: "carol"))
        try await phone.register()
        _ = try await server.bindings("linphonec's binding") { $0.map(\.aor) == ["carol@\(account.domain)"] }
        try await phone.unregister()
        _ = try await server.bindings("linphonec's leave") { $0.isEmpty }
        let answered = try await server.trace("carol").filter { $0.received && $0.text.contains("Authorization:") }
        #expect(!answered.isEmpty)
        #expect(answered.allSatisfy { $0.text.contains("algorithm=SHA-256") })
        try await server.stop()
    }

    /// A client that does not know SHA-256 takes the second challenge.
    @Test func registersWithMD5WhereBothAreOffered() async throws {
        let (server, account) = try await start()
        _ = try await server.demarc("credential", "add", "carol", "--password-stdin", input: "secret")
        let phone = try PJSUA2Phone(line(account, server, user: "carol"), transport: "udp")
        try await phone.register()
        _ = try await server.bindings("pjsua2's binding") { $0.map(\.aor) == ["carol@\(account.domain)"] }
        let texts = try await server.trace("carol").map(\.text)
        #expect(texts.contains { $0.contains("algorithm=SHA-256") && $0.contains("algorithm=MD5") })
        #expect(texts.contains { $0.contains("Authorization:") && $0.contains("algorithm=MD5") })
        try await server.stop()
    }

    /// baresip 1.0 gives up on a challenge by SHA-256, whatever else is offered.
    @Test func registersWhereOnlyMD5IsAskedFor() async throws {
        let (server, account) = try await start(["--sip-digest", "md5"])
        let made = try await server.demarc("credential", "add", "carol", "--password-stdin", input: "secret")
        #expect(made.code == 0, "\(made.errors)")
        let phone = try BaresipPhone(line(account, server, user: "carol"))
        _ = try await server.bindings("baresip's binding") { $0.map(\.aor) == ["carol@\(account.domain)"] }
        try await phone.unregister()
        let challenges = try await server.trace("carol").map(\.text).filter { $0.contains("WWW-Authenticate") }
        #expect(!challenges.isEmpty)
        #expect(challenges.allSatisfy { $0.contains("algorithm=MD5") && !$0.contains("SHA-256") })
        #expect(try await server.stop() == 0)
    }

    @Test func registersOverIPv6() async throws {
        let (server, account) = try await start(overIPv6: true)
        let phone = try SippPhone(line(account, server), overIPv6: true)
        try await phone.register()
        let binding = try await server.bindings("the binding") { $0.count == 1 }[0]
        #expect(binding.source.hasPrefix("udp:[::1]:"))
        try await phone.unregister()
        _ = try await server.bindings("no binding") { $0.isEmpty }
        try await server.stop()
    }

    /// A form of user name that phones answer with, and the hash it is checked against.
    struct UserForm: Sendable, CustomTestStringConvertible {
        let userName: String
        let domain: String?
        let hash1: String
        let hash1b: String
        /// The user name of the digest answer.
        let answer: String

        init(_ userName: String, _ domain: String?, _ hash1: String, _ hash1b: String, answer: String) {
            (self.userName, self.domain) = (userName, domain)
            (self.hash1, self.hash1b, self.answer) = (hash1, hash1b, answer)
        }

        var testDescription: String { "\(answer) for \(userName) in \(domain ?? "no domain")" }
    }

    /// Hashes for the password `secret` in the realm a1.sip.internal: `printf %s NAME:REALM:PASSWORD | md5sum`, 2026-11-21.
    private enum Hash {
        static let john = "37b6a40d625ef32324fa590a89dde162"
        static let johnAtRealm = "6f62a069ada88b85a6469a79df532080"
        static let johnAtBW = "a91d351af262f52f33c05317784185f9"
        static let johnAtBWAtRealm = "810a546f12f35bfba7187a32da8dc61d"
    }

    /// The third is made by a client that hashes the bare name, as Kamailio's `ha1` does.
    static let userForms = [
        UserForm("John", nil, Hash.john, Hash.johnAtRealm, answer: "John"),
        UserForm("John", nil, Hash.john, Hash.johnAtRealm, answer: "John@a1.sip.internal"),
        UserForm("John", "bw.com", Hash.john, Hash.johnAtBWAtRealm, answer: "John"),
        UserForm("John", "bw.com", Hash.johnAtBW, Hash.johnAtBWAtRealm, answer: "John@bw.com"),
        UserForm("John@bw.com", nil, Hash.johnAtBW, Hash.johnAtBWAtRealm, answer: "John@bw.com"),
        UserForm("John", "bw.com", Hash.johnAtBW, Hash.johnAtBWAtRealm, answer: "John@bw.com@a1.sip.internal"),
    ]

    @Test(arguments: userForms)
    func registersUnderEveryForm(_ form: UserForm) async throws {
        let (server, account) = try await start()
        #expect(account.domain == "a1.sip.internal")
        let domain = form.domain.map { "<Domain>\($0)</Domain>" } ?? ""
        let made = try await account.send(
            "POST", "sipcredentials",
            body: "<SipCredentials><SipCredential><UserName>\(form.userName)</UserName>\(domain)"
                + "<Hash1>\(form.hash1)</Hash1><Hash1b>\(form.hash1b)</Hash1b></SipCredential></SipCredentials>")
        #expect(made.status == 201)
        let composite = form.domain.map { "\(form.userName)@\($0)" } ?? form.userName
        let phone = try SippPhone(line(account, server, user: composite), answeringAs: form.answer)
        try await phone.register()
        let bindings = try await server.bindings("the binding") { !$0.isEmpty }
        #expect(bindings.map(\.aor) == ["\(composite)@\(account.domain)"])
        let answered = try await server.trace(composite).filter { $0.received && $0.text.contains("Authorization:") }
        #expect(answered.last?.text.contains("username=\"\(form.answer)\"") == true)
        try await server.stop()
    }
}
