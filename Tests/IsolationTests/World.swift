import BandwidthAPI
import DialectKit
import EnswitchAPI
import Foundation
import Provisioning
import SignalWireAPI
import Store
import TestSupport
import Testing
import VoximplantAPI

/// One of the two accounts, and how it signs in to each dialect.
struct Tenant: Sendable {
    let account: Account
    let domain: String
    /// Stands in a field of everything that the account makes.
    let marker: String
    /// The name of its caller, whose password is `open sesame`.
    let caller: String
    /// Of the older kind.
    let serviceSecret: String
    let token: String

    /// What stands in answers to nobody but this account.
    var signs: [String] { ["of-\(marker)-", account.project, domain] }

    func basic(_ name: String, _ password: String) -> String {
        "Authorization: Basic \(Data("\(name):\(password)".utf8).base64EncodedString())"
    }
}

/// How many SIP users and domains an account made through dialects that do not call them so.
struct Elsewhere {
    var users = 0
    /// Those in the account's default domain.
    var usersOfDefault = 0
    var domains = 0
}

/// Every dialect over one store behind one socket, and two accounts.
final class World {
    let server: DialectServer
    let tenants: [Tenant]
    var random: SeededRandom
    /// What dialects made that others show as well, by tenant.
    var elsewhere = [Elsewhere(), Elsewhere()]
    private(set) var successes = 0
    private(set) var trespasses = 0
    private var serial = 0

    private init(server: DialectServer, tenants: [Tenant], seed: UInt64) {
        self.server = server
        self.tenants = tenants
        random = SeededRandom(seed: seed)
    }

    static func run(seed: UInt64, _ body: @Sendable (World) async throws -> Void) async throws {
        let store = try TemporaryStore()
        let useCases = store.useCases()
        let edge = FakeEdge()
        let tenants = [
            try await tenant("one", useCases, edge), try await tenant("two", useCases, edge),
        ]
        var signalWire = SignalWireSettings()
        signalWire.makeRequestID = { "6a1f3f0e-6b0c-4e55-8f2e-111111111111" }
        let limits = RequestLimits(RequestRate(.max, per: .seconds(1)), now: { store.clock.now })
        var bandwidth = BandwidthSettings()
        bandwidth.movesPerMinute = .max
        let dialects: [any Dialect] = [
            BandwidthAPI(useCases: useCases, limits: limits, settings: bandwidth),
            EnswitchAPI(useCases: useCases, edge: edge, limits: limits),
            SignalWireAPI(useCases: useCases, limits: limits, settings: signalWire),
            VoximplantAPI(useCases: useCases, limits: limits),
        ]
        try await DialectServer.run(dialects) { server in
            try await body(World(server: server, tenants: tenants, seed: seed))
        }
        await store.store.close()
    }

    private static func tenant(_ marker: String, _ useCases: UseCases, _ edge: FakeEdge) async throws -> Tenant {
        let (account, domain) = try await useCases.accounts.create(
            AccountDraft(name: marker, features: [.messaging, .termination]))
        _ = try await useCases.callers.create(
            name: marker, account: account.id, role: .administrator, password: Secret("open sesame"))
        _ = try await useCases.ledgers.topUp(account.id, amount: "1000000")
        let secret = try await useCases.serviceKeys.createSecret(nil, account: account.id).secret
        let token = try await useCases.apiTokens.create(name: "test", account: account.id).secret
        edge.change { $0.bindings.append(.sample("alice@\(domain.name)", account: account.id.rawValue, now: 0)) }
        return Tenant(
            account: account, domain: domain.name, marker: marker, caller: marker, serviceSecret: secret.reveal(),
            token: token.reveal())
    }

    /// A text that says whose it is.
    func mark(_ tenant: Int) -> String {
        serial += 1
        return "of-\(tenants[tenant].marker)-\(serial)"
    }

    /// A request as one tenant, whose answer must not show anything of the other's.
    func send(_ tenant: Int, _ line: String, headers: [String] = [], body: String = "") async throws -> WireAnswer {
        let answer = try await server.send(line, headers: headers, body: Array(body.utf8))
        for sign in tenants[1 - tenant].signs { #expect(!answer.text.contains(sign), "\(line): \(answer.text)") }
        #expect(answer.status < 500, "\(line): \(answer.text)")
        return answer
    }

    func noteSuccess() { successes += 1 }
    func noteTrespass() { trespasses += 1 }

    /// The answer without what is in it of the ids that were asked for.
    static func withoutIDs(_ text: String) -> String {
        text.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+/, with: "N")
    }
}
