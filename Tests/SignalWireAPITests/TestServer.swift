import DialectKit
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
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
    let port: Int

    var host: String { "127.0.0.1:\(port)" }

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
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: DialectResponder([SignalWireAPI(useCases: useCases, limits: limits, settings: settings)]),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.first { _ in true })
            try await body(
                TestServer(
                    store: store, useCases: useCases, account: account, domain: domain, tokens: tokens, port: port))
            group.cancelAll()
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

    /// Sends a request of HTTP/1.1 whose connection ends with the answer; the answer comes back without its `Date`.
    ///
    /// - Parameter token: the name of one, or `none`.
    func send(_ line: String, headers: [String] = [], token: String = "2026", body: String = "") async throws -> String
    {
        var lines = ["\(line) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        if let (project, secret) = tokens[token] {
            let pair = Data("\(project):\(secret.reveal())".utf8).base64EncodedString()
            lines.append("Authorization: Basic \(pair)")
        }
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        let answer = try await exchange(Array(((lines + ["", ""]).joined(separator: "\r\n") + body).utf8))
        let text = try #require(String(validating: answer, as: UTF8.self))
        return text.replacing(/\r\nDate: [^\r]*/, with: "")
    }

    /// The JSON of an answer.
    func json(_ line: String, token: String = "2026", body: String = "") async throws -> JSONObject {
        let answer = try await send(line, token: token, body: body)
        let end = try #require(answer.firstRange(of: "\r\n\r\n"))
        return try #require(JSON(reading: Array(answer[end.upperBound...].utf8)).object, "\(answer)")
    }

    private func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var answer: [UInt8] = []
            for try await part in inbound { answer += Array(part.readableBytesView) }
            return answer
        }
    }
}
