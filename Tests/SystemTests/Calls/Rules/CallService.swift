import Testing

/// One `demarc serve` that carries the calls of all rows at the same time: what is wrong with one disturbs no other.
struct CallService: Sendable {
    let server: ServerProcess
    /// For every rule that is not about a whole account.
    let tenant: Tenant

    @TaskLocal fileprivate static var running: CallService?

    /// The one of the suite.
    static var shared: CallService { get throws { try #require(running) } }

    fileprivate static func start() async throws -> CallService {
        var installation = try Installation([
            "--egress-allow", "127.0.0.0/8", "--egress-allow", "::1/128", "--limit-rate", "100000", "--ban-after",
            "1000000", "--log-level", "warning",
        ])
        // For the calls that come back to where they were sent from.
        installation.arguments += ["--egress-allow", "127.0.0.1:\(installation.sipPort)"]
        installation.hasIPv6 = true
        let server = try await installation.start()
        return CallService(server: server, tenant: try await Tenant(of: server))
    }

    fileprivate func stop() async throws {
        try await Patience.until("the end of every call") {
            let open = try await server.fromOperator("/v1/accounts/\(tenant.id)/calls?state=open").body
            return open.contains(#""items":[]"#) ? () : nil
        }
        try await server.stop()
    }
}

/// Gives the tests of a suite one service.
struct CallServiceTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let service = try await CallService.start()
        try await CallService.$running.withValue(service) { try await function() }
        try await service.stop()
    }
}

/// What calls may be, by what was provisioned: each rule by the messages at both of its ends.
@Suite(CallServiceTrait()) enum RuleTests {}
