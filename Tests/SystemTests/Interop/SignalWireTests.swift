import Foundation
import Testing

/// SignalWire's own Python SDK (`signalwire-sdk` 3.7.5), unmodified, and phones on the endpoints that its API makes.
@Suite(.serialized)
struct SignalWireTests {
    /// The example that the SDK brings, from start to end.
    @Test func runsTheSDKsExample() async throws {
        let python = try Tool.python
        let server = try await Installation().start()
        let account = try #require(SignalWireAccount(of: server))
        let program = """
            import runpy, pathlib, signalwire
            folder = pathlib.Path(signalwire.__file__).parent / "_docs" / "rest" / "examples"
            runpy.run_path(str(folder / "rest_fabric_subscribers_and_sip.py"), run_name="__main__")
            """
        let outcome = try await ChildProcess.run(
            python, ["-c", program], environment: account.environment(), within: .seconds(120))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("Deleted SIP gateway"))
        #expect(!outcome.output.lowercased().contains("failed"), "\(outcome.output)")
        try await server.stop()
    }

    /// Every answer has the shape that the vendor describes.
    @Test func answersInTheVendorsShape() async throws {
        let python = try Tool.python
        let server = try await Installation().start()
        let account = try #require(SignalWireAccount(of: server))
        let outcome = try await ChildProcess.run(
            python, [Repository.file("Clients/signalwire_schema.py")], environment: account.environment(),
            within: .seconds(120))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let checked = outcome.output.firstMatch(of: /checked ([0-9]+)/).flatMap { Int($0.1) } ?? 0
        #expect(checked >= 20)
        try await server.stop()
    }

    /// An endpoint registers the moment its 201 is sent, and no more once its 204 is.
    @Test(arguments: ["2025", "2026"])
    func registersAtOnce(contract: String) async throws {
        let server = try await Installation().start()
        let account = try #require(SignalWireAccount(of: server))
        let owner = try await account.make("/resources/subscribers", "{\"email\":\"alice@example.com\"}")
        let path = "/resources/subscribers/\(owner)/sip_endpoints"
        let endpoint = try await account.make(
            path, contract: contract,
            #"{"username":"justice-league","password":"secret","password_confirmation":"secret"}"#)
        let line = Line(
            user: "justice-league", password: "secret", domain: account.domain, port: server.installation.sipPort)
        let phone = try PJSUA2Phone(line, transport: "udp")
        try await phone.register()
        _ = try await server.bindings("the MD5 phone's binding") {
            $0.map(\.aor) == ["justice-league@\(account.domain)"]
        }
        let other = try LinphonePhone(line)
        try await other.register()
        _ = try await server.bindings("the SHA-256 phone's binding") { $0.count == 2 }
        let answers = try await server.trace("justice-league").filter { $0.received }.map(\.text)
        #expect(answers.contains { $0.contains("Authorization:") && $0.contains("algorithm=MD5") })
        #expect(answers.contains { $0.contains("Authorization:") && $0.contains("algorithm=SHA-256") })

        #expect(try await account.send("DELETE", "\(path)/\(endpoint)", contract: contract).status == 204)
        #expect(try await server.bindings().isEmpty)
        let late = try await SipsakPhone(line).run(expires: 300)
        #expect(late.code != 0)
        #expect(try await server.bindings().isEmpty)
        try await server.stop()
    }
}
