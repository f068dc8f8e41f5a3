import Foundation
import Testing

/// Voximplant's own Python SDK (`voximplant-apiclient` 2.12.0), unmodified, over HTTPS.
@Suite(.serialized)
struct VoximplantSDKTests {
    @Test func managesUsersAndRegistrations() async throws {
        let python = try Tool.python
        let port = try LoopbackSocket.freePort()
        let server = try await Installation(["--vendor-listen-tls", "127.0.0.1:\(port)"]).start()
        let folder = server.installation.folder.path
        let key = try await server.demarc("key", "create", "--output", "\(folder)/credentials.json")
        #expect(key.code == 0, "\(key.errors)")
        let authority = try await server.demarc("ca", "show")
        try authority.output.write(toFile: "\(folder)/ca.pem", atomically: true, encoding: .utf8)

        let program = try ChildProcess(
            python,
            [Repository.file("Clients/voximplant_sdk.py"), "\(folder)/credentials.json", "127.0.0.1:\(port)"],
            environment: ["PYTHONDONTWRITEBYTECODE": "1", "REQUESTS_CA_BUNDLE": "\(folder)/ca.pem"])
        try await say("waiting", program)
        #expect(try await server.demarc("account", "topup", "1", "5").code == 0)
        try program.write("go on\n")

        try await say("registered?", program)
        var phone = try TestPhone(
            "alice", domain: "support.a1.sip.internal", password: "Secr3t!pass", to: server.installation.sipPort)
        #expect(try phone.register("<sip:alice@127.0.0.1:5999>", expires: 300)?.status == 200)
        #expect(try await server.bindings().map(\.aor) == ["alice@support.a1.sip.internal"])
        try program.write("go on\n")
        try await say("refused?", program)
        #expect(try await server.bindings().isEmpty)
        #expect(try phone.register("<sip:alice@127.0.0.1:5999>", expires: 300)?.status == 401)
        try program.write("go on\n")

        #expect(try await program.end() == 0, "\(program.output)\(program.errors)")
        expect(Self.said(program.output))
        try await server.stop()
    }

    /// A phone that nobody here wrote, in the application's domain.
    @Test func aPhoneRegistersAsTheUser() async throws {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        let voximplant = try await VoximplantAccount(of: server)
        #expect(try await voximplant.send("AddApplication", "application_name=support").hasPrefix(#"{"result":1,"#))
        let user = "user_name=bob-1&user_display_name=Bob&user_password=Secr3t!pass&application_id=1"
        #expect(try await voximplant.send("AddUser", user) == #"{"result":1,"user_id":1}"#)
        let line = Line(
            user: "bob-1", password: "Secr3t!pass", domain: "support.\(account.domain)",
            port: server.installation.sipPort)
        let phone = try PJSUA2Phone(line, transport: "udp")
        try await phone.register()
        _ = try await server.bindings("pjsua2's binding") { $0.map(\.aor) == ["bob-1@support.\(account.domain)"] }
        #expect(try await voximplant.send("DelUser", "user_id=1") == #"{"result":1}"#)
        _ = try await server.bindings("no binding") { $0.isEmpty }
        try await server.stop()
    }

    /// Waits until the program has said that.
    private func say(_ word: String, _ program: ChildProcess) async throws {
        try await Patience.until("\(word) from the SDK: \(program.output)\(program.errors)") {
            guard program.isRunning else { throw Ended(log: program.output + program.errors) }
            return program.output.contains("\n\(word) ") ? () : nil
        }
    }

    private struct Ended: Error, CustomStringConvertible {
        let log: String

        var description: String { "the program ended:\n\(log)" }
    }

    /// What the program read back, by name.
    private static func said(_ output: String) -> [String: String] {
        let lines = output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
        return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), $0.count == 2 ? String($0[1]) : "") })
    }

    private func expect(_ said: [String: String]) {
        let wanted = [
            "account": "USD", "price": "1", "application": "support.a1.sip.internal", "users": "['alice']",
            "rules": "[('all', 'user:alice')]", "poor": "127 Insufficient money", "created": "(1, 3.8, 'USD')",
            "listed": "(1, 'john.doe', 'alice', 'all', '1.00', False)", "dates": "(True, 0.0)", "updated": "1",
            "unbound": "1", "changed": "('sip2.example.com', False)", "bound": "1", "deleted": "1",
            "gone": "275 The 'registration_id' parameter is invalid", "user-deleted": "1",
            "application-deleted": "1", "applications-left": "0",
        ]
        for (name, value) in wanted { #expect(said[name] == value, "\(name)") }
    }
}
