import Testing

/// sipsak: one command is one registration.
struct SipsakPhone: Phone {
    private let line: Line
    private let program: String
    private let contact: String

    init(_ line: Line) throws {
        self.line = line
        program = try Tool.sipsak.path
        contact = "sip:\(line.user)@127.0.0.1:\(try LoopbackSocket.freePort())"
    }

    func register() async throws { try await expectSuccess(expires: 300) }
    func refresh() async throws { try await expectSuccess(expires: 300) }
    func unregister() async throws { try await expectSuccess(expires: 0) }

    /// Runs sipsak once; its exit code is 0 when it was registered.
    func run(password: String? = nil, expires: Int) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            program,
            [
                "-U", "-s", "sip:\(line.user)@\(line.server)", "-u", line.user, "-a", password ?? line.password,
                "-x", "\(expires)", "-C", contact, "-v",
            ], within: .seconds(60))
    }

    private func expectSuccess(expires: Int) async throws {
        let outcome = try await run(expires: expires)
        guard outcome.code == 0 else { throw PhoneFailure(description: "sipsak: \(outcome.output)\(outcome.errors)") }
    }
}

/// SIPp: one call of a scenario is one registration.
struct SippPhone: Phone {
    private let line: Line
    private let program: String
    private let contact: String
    /// The user name of the digest answer, where it is not that of the AOR.
    private let answeringAs: String
    /// Where the server is and from where to ask it, as SIPp's arguments.
    private let route: [String]

    init(_ line: Line, answeringAs name: String? = nil, overIPv6: Bool = false) throws {
        self.line = line
        program = try Tool.sipp.path
        contact = "sip:phone@127.0.0.1:\(try LoopbackSocket.freePort())"
        answeringAs = name ?? line.user
        route = overIPv6 ? ["[::1]:\(line.port)", "-i", "[::1]"] : [line.server, "-i", "127.0.0.1"]
    }

    func register() async throws { try await run(expires: 300) }
    func refresh() async throws { try await run(expires: 300) }
    func unregister() async throws { try await run(expires: 0) }

    private func run(expires: Int) async throws {
        let folder = try TemporaryDirectory()
        let authentication = "[authentication username=\(answeringAs) password=\(line.password)]"
        let user = line.user.replacing("@", with: "%40")
        let values = try folder.write(
            "SEQUENTIAL\n\(line.domain);\(user);\(authentication);\(expires);\(contact)\n", to: "values.csv")
        let scenario = Repository.file("Clients/register.xml")
        let outcome = try await ChildProcess.run(
            program,
            route + ["-sf", scenario, "-inf", values, "-m", "1", "-nostdin", "-timeout", "25s", "-timeout_error"],
            environment: ["TERM": "dumb"], in: folder, within: .seconds(60))
        guard outcome.code == 0 else {
            throw PhoneFailure(description: "sipp ended with \(outcome.code): \(outcome.errors.suffix(2000))")
        }
    }
}
