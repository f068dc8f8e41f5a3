import Foundation
import Testing

/// The server as it is met from outside: starts, the vendor's own samples, curl, the demo.
@Suite(.serialized)
struct FrontDoorTests {
    @Test func keepsEverythingFromStartToStart() async throws {
        let installation = try Installation()
        let first = try await installation.start()
        let account = try #require(BandwidthAccount(of: first))
        #expect(try await account.createCredential("John", domain: "bw.com", password: "secret").status == 201)
        #expect(try await first.demarc("account", "features", "1", "--enable", "CNAM").code == 0)
        let contact = "<sip:john@127.0.0.1:9>"
        let registered = try await onThread {
            var phone = try TestPhone(
                "John@bw.com", domain: account.domain, password: "secret", to: installation.sipPort)
            return try phone.register(contact, expires: 600)
        }
        #expect(registered?.status == 200)
        let before = try await first.bindings()
        #expect(before.count == 1)
        let key = try Data(contentsOf: URL(filePath: "\(installation.data)/sealing.key"))
        #expect(try await first.stop() == 0)

        let second = try await installation.start()
        #expect(BandwidthAccount(of: second) == nil, "a second start shows no password")
        #expect(try await account.credentialNames() == ["John@bw.com"])
        let after = try await second.bindings()
        #expect(after.map(\.contact) == before.map(\.contact))
        #expect(after.map(\.expiresAt) == before.map(\.expiresAt))
        #expect(try await second.demarc("account", "show", "1").output.contains("CNAM"))
        #expect(try Data(contentsOf: URL(filePath: "\(installation.data)/sealing.key")) == key)
        try await second.stop()
    }

    @Test func answersCurl() async throws {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        let outcome = try await ChildProcess.run(
            try Tool.curl.path,
            [
                "-s", "-o", "/dev/stderr", "-w", "%{http_code} %{content_type}",
                "-u", "\(account.user):\(account.password)", "-H", "Content-Type: application/xml", "--data-binary",
                "@-",
                "http://127.0.0.1:\(account.port)\(account.path("sipcredentials"))",
            ], input: account.credentials([("alice", nil)], password: "secret"))
        #expect(outcome.output == "201 application/xml")
        #expect(outcome.errors.contains("<UserName>alice</UserName>"))
        #expect(try await account.credentialNames() == ["alice"])
        try await server.stop()
    }

    /// The commands that the first start prints do what it says they do, as they stand there.
    @Test func printsCommandsThatWork() async throws {
        _ = try Tool.curl.path
        _ = try Tool.sipsak.path
        let server = try await Installation().start()
        let text = try #require(server.child.output.split(separator: "Three commands to try", maxSplits: 1).last)
        let commands = text.split(separator: /\n +[123]\. [^\n]*\n/).dropFirst()
        #expect(commands.count == 3)
        var outputs: [String] = []
        for command in commands {
            let outcome = try await ChildProcess.run("/bin/sh", ["-c", String(command)], within: .seconds(60))
            #expect(outcome.code == 0, "\(command)\n\(outcome.output)\(outcome.errors)")
            outputs.append(outcome.output)
        }
        #expect(outputs.first?.contains("<ValidSipCredentials>") == true)
        #expect(outputs.last?.contains("alice@a1.sip.internal") == true)
        try await server.stop()
    }

    /// The vendor's samples, verbatim with their padding; the answers are its own but for the padding.
    @Test func answersTheVendorsSamples() async throws {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        let made = try await account.send(
            "POST", "sipcredentials", body: Repository.sample("seed-sipcredentials-request"))
        #expect(made.status == 201)
        #expect(!made.body.contains("<Errors>"))
        #expect(try await account.credentialNames() == ["John@bw.com", "Mathew@bw.com"])

        let implied = try Self.requestImpliedBy(sample: Repository.sample("seed-sipcredentials-refused"))
        let partly = try await account.send("POST", "sipcredentials", body: implied)
        #expect(partly.status == 201)
        #expect(try partly.body == Self.compact(Repository.sample("seed-sipcredentials-created")))
        let refused = try await account.send("POST", "sipcredentials", body: implied)
        #expect(refused.status == 400)
        let sample = try Repository.sample("seed-sipcredentials-refused")
            .replacing("ID = 41", with: "ID = \(account.id)")
        #expect(refused.body == Self.compact(sample))
        try await server.stop()
    }

    /// The entries that a sample answer echoes, as a request.
    private static func requestImpliedBy(sample: String) -> String {
        let entries = sample.matches(of: /<SipCredential>[\s\S]*?<\/SipCredential>/).map { String($0.output) }
        return "<SipCredentials>\(entries.joined())</SipCredentials>"
    }

    /// A sample without the padding that the page's printer added.
    private static func compact(_ sample: String) -> String {
        sample.replacing(/\s*(<[^>]*>)\s*/) { $0.output.1 }
    }

    /// `make demo` holds with the binary under test.
    @Test func demonstrates() async throws {
        let outcome = try await ChildProcess.run(
            "\(Repository.root)/Scripts/demo", [], environment: ["DEMARC": Repository.demarc], within: .seconds(120))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }
}
