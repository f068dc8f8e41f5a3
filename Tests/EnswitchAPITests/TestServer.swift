import DialectKit
import EnswitchAPI
import Foundation
import Provisioning
import Store
import TestSupport
import Testing

/// The dialect on a real store behind a real socket, with two accounts.
struct TestServer: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    /// The account of the callers `administrator` and `reader`.
    let account: Account
    /// The account of the caller `stranger`.
    let other: Account
    let edge: FakeEdge
    let server: DialectServer

    /// Where the clock stands, in milliseconds since 1970.
    private static let moment: Int64 = 1_767_225_600_000

    /// Runs `body` against a server that is gone afterwards.
    static func run(
        features: Set<ProductFeature> = [.messaging, .termination], signIn: SignInLimits = SignInLimits(),
        rate: RequestRate = .standard,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let useCases = store.useCases(signIn: signIn)
        let (account, _) = try await useCases.accounts.create(
            AccountDraft(name: "test", domain: "sip.test.example", features: features))
        let (other, _) = try await useCases.accounts.create(AccountDraft(name: "other"))
        for (name, account, role) in [
            ("administrator", account, Role.administrator), ("reader", account, .reader),
            ("stranger", other, .administrator),
        ] {
            _ = try await useCases.callers.create(
                name: name, account: account.id, role: role, password: Secret("open sesame"))
        }
        let edge = FakeEdge()
        var settings = EnswitchSettings()
        settings.now = { Timestamp(milliseconds: Self.moment) }
        let limits = RequestLimits(rate, uptime: { store.clock.uptime }, now: { store.clock.now })
        let api = EnswitchAPI(useCases: useCases, edge: edge, limits: limits, settings: settings)
        try await DialectServer.run([api]) { server in
            try await body(
                TestServer(
                    store: store, useCases: useCases, account: account, other: other, edge: edge, server: server))
        }
        await store.store.close()
    }

    /// Registers a user of `sip.test.example`, always at the same moment from the same place.
    func register(_ user: String) {
        let account = account.id.rawValue
        edge.change { $0.bindings.append(.sample("\(user)@sip.test.example", account: account, now: Self.moment)) }
    }

    /// The parameters that sign a caller in: `none`, `wrong` (password), or a name whose password is right.
    func authentication(_ caller: String) -> String {
        switch caller {
        case "none": "auth_username=administrator"
        case "wrong": "auth_username=administrator;auth_password=wrong"
        default: "auth_username=\(caller);auth_password=open%20sesame"
        }
    }

    /// Calls a function by GET with those parameters after the caller's; the body comes back.
    func call(_ function: String, _ parameters: String = "", as caller: String = "administrator") async throws
        -> String
    {
        let query = [authentication(caller), parameters].filter { !$0.isEmpty }.joined(separator: ";")
        let answer = try await send("GET /api/json/\(function)/?\(query)")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
        let end = try #require(answer.range(of: "\r\n\r\n"))
        return String(answer[end.upperBound...])
    }

    /// Sends a request; the answer comes back without its `Date`.
    func send(_ line: String, headers: [String] = [], body: [UInt8] = []) async throws -> String {
        try await server.send(line, headers: headers, body: body).text
    }
}
