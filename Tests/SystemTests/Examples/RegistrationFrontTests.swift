import Foundation
import Testing

/// `Examples/registration-front`, as its page has it run.
@Suite(.serialized)
struct RegistrationFrontTests {
    private static let folder = "\(Repository.root)/Examples/registration-front"

    private static func register(
        _ server: ServerProcess, _ arguments: [String], password: String? = nil
    ) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            "/bin/sh", ["\(folder)/register.sh"] + arguments,
            environment: [
                "DEMARC": Repository.demarc, "DEMARC_DATA": server.installation.data, "PATIENCE": "0",
                "VENDOR_API": "http://127.0.0.1:\(server.installation.vendorPort)", "SIP_PASSWORD": password ?? "",
            ])
    }

    @Test func theScriptProvisionsARegistrationThatIsBoundToTheAgent() async throws {
        let server = try await Installation().start()
        let made = try await Self.register(
            server, ["201", "192.0.2.1:5060", "sip:agent@192.0.2.20"], password: "se cret&")
        #expect(made.output.hasPrefix("Registration 1: 201 at 192.0.2.1:5060\n"), "\(made.errors)")
        let key = try await server.demarc("key", "create", "--api-key", "--json").output
        let secret = try #require(key.firstMatch(of: /"api_key" : "([-0-9a-f]+)"/)?.1)
        let port = server.installation.vendorPort
        let listed = try await ChildProcess.run(
            try Tool.curl.path,
            ["-s", "http://127.0.0.1:\(port)/platform_api/GetSipRegistrations/?account_id=1&api_key=\(secret)"])
        #expect(listed.output.contains(#""sip_username":"201","proxy":"192.0.2.1:5060""#))
        #expect(listed.output.contains(#""rule_name":"to-the-agent""#))
        #expect(try await server.demarc("account", "balance", "1").output.hasPrefix("Account 1 has 0 "))
        try await server.stop()
    }

    @Test func theScriptSaysWhatTheServerRefusedAndLeavesNothingBehind() async throws {
        let server = try await Installation().start()
        let keys = try await server.demarc("key", "list").output
        for arguments in [["201", "no such host"], ["201", "no such host", "sip:agent@192.0.2.20"]] {
            let refused = try await Self.register(server, arguments, password: "secret")
            #expect(refused.code == 1 && refused.output.isEmpty)
            #expect(refused.errors.contains("CreateSipRegistration: ") && refused.errors.contains("274"))
            #expect(!refused.errors.contains("not registered yet"))
        }
        let rule = try await Self.register(server, ["201", "192.0.2.1", "no destination"], password: "secret")
        #expect(rule.code == 1 && rule.errors.hasPrefix("AddRule: "))
        #expect(try await server.demarc("key", "list").output == keys)
        #expect(try await server.demarc("account", "balance", "1").output.hasPrefix("Account 1 has 1.2 "))
        #expect(try await Self.register(server, []).code == 64)
        // There is no password: neither said nor at standard input.
        #expect(try await Self.register(server, ["201", "192.0.2.1"]).code == 1)
        try await server.stop()
    }
}
