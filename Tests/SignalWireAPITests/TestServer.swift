import DialectKit
import Foundation
import Provisioning
import SignalWireAPI
import Store
import TestSupport
import Testing

/// The dialect on a real store behind a real socket, with one account and tokens of every kind.
struct TestServer: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    let account: Account
    let domain: SIPDomain
    private let tokens: [String: (project: String, secret: Secret<String>)]
    let server: DialectServer

    var host: String { server.host }

    var administrator: Caller {
        Caller(id: CallerID(rawValue: 0), account: account.id, name: "operator", role: .administrator)
    }

    /// Runs `body` against a server that is gone afterwards.
    static func run(
        rate: RequestRate = .standard, _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let useCases = store.useCases()
        let (account, domain) = try await useCases.accounts.create(AccountDraft(name: "test"))
        let tokens = try await tokens(of: account, useCases)
        let limits = RequestLimits(rate, uptime: { store.clock.uptime }, now: { store.clock.now })
        var settings = SignalWireSettings()
        settings.makeRequestID = { "6a1f3f0e-6b0c-4e55-8f2e-111111111111" }
        let api = SignalWireAPI(useCases: useCases, limits: limits, settings: settings)
        try await DialectServer.run([api]) { server in
            try await body(
                TestServer(
                    store: store, useCases: useCases, account: account, domain: domain, tokens: tokens,
                    server: server))
        }
        await store.store.close()
    }

    private static func tokens(of account: Account, _ useCases: UseCases) async throws
        -> [String: (project: String, secret: Secret<String>)]
    {
        var tokens: [String: (project: String, secret: Secret<String>)] = [:]
        for (token, secret) in try await useCases.apiTokens.createFirst(of: account.id) {
            tokens[token.contract.rawValue] = (account.project, secret)
        }
        let (other, _) = try await useCases.accounts.create(AccountDraft(name: "other"))
        let foreign = try await useCases.apiTokens.create(name: "foreign", account: other.id)
        tokens["foreign"] = (other.project, foreign.secret)
        tokens["other-project"] = (other.project, try #require(tokens["2026"]).secret)
        let unscoped = try await useCases.apiTokens.create(
            name: "unscoped", scopes: [.management, .numbers], account: account.id)
        tokens["unscoped"] = (account.project, unscoped.secret)
        tokens["wrong"] = (account.project, Secret("PT0123456789"))
        return tokens
    }

    /// Sends a request; the answer comes back without its `Date`.
    ///
    /// - Parameter token: the name of one, or `none`.
    func send(_ line: String, headers: [String] = [], token: String = "2026", body: String = "") async throws -> String
    {
        var headers = headers
        if let (project, secret) = tokens[token] {
            let pair = Data("\(project):\(secret.reveal())".utf8).base64EncodedString()
            headers.append("Authorization: Basic \(pair)")
        }
        return try await server.send(line, headers: headers, body: Array(body.utf8)).text
    }

    /// The JSON of an answer.
    func json(_ line: String, token: String = "2026", body: String = "") async throws -> JSONObject {
        let answer = try await send(line, token: token, body: body)
        let end = try #require(answer.firstRange(of: "\r\n\r\n"))
        return try #require(JSON(reading: Array(answer[end.upperBound...].utf8)).object, "\(answer)")
    }
}
