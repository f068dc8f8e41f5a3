import Foundation
import Testing

/// Requests that schemathesis 4.32.5 makes of the descriptions, valid ones and others, 300 of each operation of the JSON
/// dialects (one without parameters has one): nothing is our failure, and every answer is as described. `DEMARC_SEED`
/// repeats a run, `DEMARC_SOAK_CASES` asks for that many requests of each description, `DEMARC_SOAK_DIALECT` for one of them alone. One description after the other
/// and one thread each: CPython 3.11 loses count when two threads parse Python at once.
@Suite(.serialized) struct MadeUpRequestTests {
    /// A description, and how many requests each operation gets beside those at the bounds of its schemas.
    struct Target: Sendable, CustomTestStringConvertible {
        let name: String
        let cases: Int
        /// Whether each operation is there twice, by GET as well as by POST; then GET gets a tenth.
        var hasTwins = false
        var testDescription: String { name }
    }

    private static let environment = ProcessInfo.processInfo.environment

    private static let targets = [
        Target(name: "enswitch", cases: 200, hasTwins: true), Target(name: "signalwire", cases: 320),
        Target(name: "voximplant", cases: 250, hasTwins: true), Target(name: "bandwidth", cases: 25),
        Target(name: "operator", cases: 25),
    ]

    @Test(arguments: targets.filter { environment["DEMARC_SOAK_DIALECT"] ?? $0.name == $0.name })
    func areAnsweredAsDescribed(target: Target) async throws {
        let server = try await Installation().start()
        let documents = try await ServedDocuments(of: server)
        let file = "\(target.name).json"
        let operations = try documents.operations(file) / (target.hasTwins ? 2 : 1)
        let soak = Self.environment["DEMARC_SOAK_CASES"].flatMap { Int($0) }
        let cases = soak.map { max(1, $0 / operations) } ?? target.cases
        let settings = "\(documents.folder.path)/settings.toml"
        let fewer = "[[operations]]\ninclude-method = \"GET\"\ngeneration.max-examples = \(max(1, cases / 10))\n"
        var ownKey = ""
        let text = try await signIn(target.name, to: server, ownKey: &ownKey) + (target.hasTwins ? fewer : "")
        try text.write(toFile: settings, atomically: true, encoding: .utf8)
        let outcome = try await ChildProcess.run(
            Tool.python,
            [
                "-m", "schemathesis.cli", "--config-file", settings, "run", "\(documents.folder.path)/\(file)",
                "--url", url(target.name, of: server), "--max-examples", "\(cases)", "--phases", "coverage,fuzzing",
                "--checks", Self.checks, "--workers", "1", "--seed", seed,
                // A stream of events has no end.
                "--exclude-path", "/v1/events", "--suppress-health-check", "all", "--warnings", "off",
                "--generation-database", ":memory:", "--no-color",
            ],
            environment: [
                "SCHEMATHESIS_HOOKS": "known_ids", "PYTHONPATH": Repository.file("Clients"),
                "PYTHONDONTWRITEBYTECODE": "1", "DEMARC_SEED": seed, "DEMARC_OWN_KEY": ownKey,
            ], within: .seconds(soak == nil ? 900 : 7200))
        let said = "DEMARC_SEED=\(seed)\n\(outcome.output.suffix(6000))"
        #expect(outcome.code == 0, "\(said)\(outcome.errors.suffix(2000))")
        let done = try #require(outcome.output.firstMatch(of: /done ([0-9]+) of ([0-9]+)/), "\(said)")
        let (successes, requests) = (Int(done.1) ?? 0, Int(done.2) ?? 0)
        print("\(target.name): \(requests) requests of \(operations) operations, \(successes) carried out")
        #expect(requests >= operations * (target.cases < 100 ? 25 : 290), "\(said)")
        #expect(successes * 50 > requests, "most of what is made up is refused, not everything")
        try await server.stop()
    }

    private static let checks = [
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    ].joined(separator: ",")
    private let seed = environment["DEMARC_SEED"] ?? "\(Int.random(in: 1...1_000_000))"

    private func url(_ name: String, of server: ServerProcess) -> String {
        let vendor = "http://127.0.0.1:\(server.installation.vendorPort)"
        return switch name {
        case "bandwidth": "\(vendor)/api/v2"
        case "voximplant": "\(vendor)/platform_api"
        case "operator": "http://127.0.0.1:\(server.installation.operatorPort)"
        default: vendor
        }
    }

    /// What stands for the schemes of the description that `name` names, and the key that must not be deleted.
    private func signIn(_ name: String, to server: ServerProcess, ownKey: inout String) async throws -> String {
        let account = try #require(BandwidthAccount(of: server))
        switch name {
        case "enswitch":
            return scheme("auth_username", ["api_key": account.user])
                + scheme("auth_password", ["api_key": account.password])
        case "voximplant":
            #expect(try await server.demarc("account", "topup", "1", "5000").code == 0)
            let key = try await server.demarc("key", "create", "--api-key").output
            let secret = try #require(key.firstMatch(of: /"api_key" : "([0-9a-f-]+)"/)).1
            ownKey = String(try #require(key.firstMatch(of: /"key_id" : "([0-9a-f-]+)"/)).1)
            return scheme("account_id", ["api_key": "1"]) + scheme("api_key", ["api_key": String(secret)])
        case "signalwire":
            let variables = try #require(SignalWireAccount(of: server)).environment()
            return scheme(
                "token",
                [
                    "username": variables["SIGNALWIRE_PROJECT_ID"] ?? "",
                    "password": variables["SIGNALWIRE_API_TOKEN"] ?? "",
                ])
        case "bandwidth": return scheme("password", ["username": account.user, "password": account.password])
        default: return scheme("token", ["bearer": try server.operatorToken])
        }
    }

    private func scheme(_ name: String, _ values: [String: String]) -> String {
        let lines = values.sorted { $0.key < $1.key }.map { "\($0.key) = \"\($0.value)\"" }
        return "[auth.openapi.\(name)]\n\(lines.joined(separator: "\n"))\n"
    }
}
