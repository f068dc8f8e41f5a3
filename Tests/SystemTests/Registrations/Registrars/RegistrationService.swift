import Foundation
import TestSupport
import Testing

/// One `demarc serve` that keeps the registrations of all rows at the same time: what is wrong with one disturbs no other.
struct RegistrationService: Sendable {
    let server: ServerProcess
    let names: Nameserver
    /// For the name `secure.test`.
    let certificate: TestCertificate
    private let account: VoximplantAccount

    @TaskLocal fileprivate static var running: RegistrationService?

    /// The one of the suite.
    static var shared: RegistrationService { get throws { try #require(running) } }

    fileprivate static func start() async throws -> RegistrationService {
        let names = try await Nameserver.start()
        let certificate = try TestCertificate(for: "secure.test")
        var installation = try Installation([
            "--egress-allow", "127.0.0.0/8", "--sip-nameserver", "127.0.0.1:\(names.port)",
            "--sip-authorities", try certificate.authorityFile(), "--limit-rate", "100000", "--log-level", "warning",
        ])
        installation.hasTLS = true
        let server = try await installation.start()
        let account = try await VoximplantAccount(of: server)
        _ = try await server.demarc("account", "topup", "\(account.id)", "1000")
        return RegistrationService(server: server, names: names, certificate: certificate, account: account)
    }

    fileprivate func stop() async throws {
        try await server.stop()
        await names.stop()
    }

    // MARK: The vendor's API

    /// Provisions one; its number.
    func create(_ user: String = "alice", at proxy: String, password: String = "secret") async throws -> Int64 {
        let answer = try await account.send(
            "CreateSipRegistration", "sip_username=\(user)&proxy=\(proxy)&password=\(password)")
        guard let id = answer.firstMatch(of: /"sip_registration_id":(?<id>\d+)/).flatMap({ Int64($0.id) }) else {
            throw Refused(answer: answer)
        }
        return id
    }

    struct Refused: Error {
        let answer: String
    }

    func change(_ id: Int64, password: String) async throws {
        let answer = try await account.send("UpdateSipRegistration", "sip_registration_id=\(id)&password=\(password)")
        guard answer.contains(#""result":1"#) else { throw Refused(answer: answer) }
    }

    func delete(_ id: Int64) async throws {
        let answer = try await account.send("DeleteSipRegistration", "sip_registration_id=\(id)")
        guard answer.contains(#""result":1"#) else { throw Refused(answer: answer) }
    }

    /// Waits until GetSipRegistrations says so: the words that its answer holds.
    func lists(_ id: Int64, _ words: String...) async throws {
        var last = ""
        try await Patience.until("\(words) in \(last)") {
            last = try await account.send("GetSipRegistrations", "sip_registration_id=\(id)")
            return words.allSatisfy { last.contains($0) } ? () : nil
        }
    }

    // MARK: The operator's

    func report(_ id: Int64) async throws -> RegistrationReport? {
        let answer = try await server.fromOperator("/v1/registrations/\(id)")
        guard answer.status == 200 else { return nil }
        return try JSONDecoder().decode(RegistrationReport.self, from: Data(answer.body.utf8))
    }

    /// Waits until it stands as asked for.
    @discardableResult
    func report(
        _ id: Int64, _ what: String, within limit: Duration = Patience.limit,
        when isSo: (RegistrationReport) throws -> Bool
    ) async throws -> RegistrationReport {
        var last: RegistrationReport?
        return try await Patience.until("\(what); last seen: \(last.map { "\($0)" } ?? "nothing")", within: limit) {
            last = try await report(id)
            return try last.flatMap { try isSo($0) ? $0 : nil }
        }
    }

    @discardableResult
    func registered(_ id: Int64, within limit: Duration = Patience.limit) async throws -> RegistrationReport {
        try await report(id, "a registration", within: limit) { $0.now.state == "registered" }
    }

    /// Waits until nothing is left of it.
    func gone(_ id: Int64) async throws {
        try await Patience.until("the end of \(id)") { try await report(id) == nil ? () : nil }
    }

    func retry(_ id: Int64) async throws {
        let outcome = try await server.demarc("registrations", "retry", "\(id)")
        #expect(outcome.code == 0, "\(outcome.errors)")
    }
}

/// How a registration stands and how it came to, as `/v1` shows it; times in milliseconds since 1970.
struct RegistrationReport: Decodable, Sendable {
    let now: Now
    /// Oldest first.
    let history: [Step]

    struct Now: Decodable, Sendable {
        let state: String
        let status: Int
        let reason: String
        let grantedSeconds: Int?
        let lastSuccess: Int64?
        let nextActionAt: Int64?
        let attempts: Int
        let target: String
        let contact: String
    }

    struct Step: Decodable, Sendable {
        let state: String
        let status: Int
        let first: Int64
        let last: Int64
        let count: Int
    }

    /// Each change as `state status`.
    var steps: [String] { history.map { "\($0.state) \($0.status)" } }

    /// How often it was registered since it was last anything else.
    var refreshes: Int { now.state == "registered" ? (history.last?.count ?? 1) - 1 : 0 }
}

/// Gives the tests of a suite one service.
struct RegistrationServiceTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let service = try await RegistrationService.start()
        try await RegistrationService.$running.withValue(service) { try await function() }
        try await service.stop()
    }
}

/// Our registrations at registrars that nobody here wrote, all by one server.
@Suite(RegistrationServiceTrait()) enum RegistrarTests {}
