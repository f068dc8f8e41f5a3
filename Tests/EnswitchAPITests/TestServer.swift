import DialectKit
import EnswitchAPI
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Provisioning
import Store
import Synchronization
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
    let edge: StillEdge
    let port: Int

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
        let edge = StillEdge()
        var settings = EnswitchSettings()
        settings.now = { Timestamp(milliseconds: 1_767_225_600_000) }
        let limits = RequestLimits(rate, uptime: { store.clock.uptime }, now: { store.clock.now })
        let api = EnswitchAPI(useCases: useCases, edge: edge, limits: limits, settings: settings)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: DialectResponder([api]),
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
                    store: store, useCases: useCases, account: account, other: other, edge: edge, port: port))
            group.cancelAll()
        }
        await store.store.close()
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

    /// Sends a request of HTTP/1.1 whose connection ends with the answer; the answer comes back without its `Date`.
    func send(_ line: String, headers: [String] = [], body: [UInt8] = []) async throws -> String {
        var lines = ["\(line) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        let answer = try await exchange(Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + body)
        let text = try #require(String(validating: answer, as: UTF8.self))
        let date = try #require(text.range(of: "\r\nDate: "), "an answer names its date: \(text)")
        let end = try #require(text[date.upperBound...].range(of: "\r\n"))
        return String(text[..<date.lowerBound] + text[end.lowerBound...])
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

/// A SIP side where nothing happens but what a test puts there.
final class StillEdge: LiveEdge {
    private let content = Mutex([LiveBinding]())

    /// Registers a user of `sip.test.example`, always at the same moment from the same place.
    func add(_ user: String, account: AccountID) {
        content.withLock { content in
            content.append(
                LiveBinding(
                    account: account.rawValue, aor: "\(user)@sip.test.example",
                    contact: "sip:\(user)@192.0.2.7:5060", source: "udp:192.0.2.7:40312",
                    registeredAt: 1_767_225_600_000, expiresAt: 1_767_229_200_000, callID: "abc@192.0.2.7", cseq: 4,
                    userAgent: "Phone/1.0", instance: "", regID: nil, path: [], q: 1000))
        }
    }

    func bindings(matching user: String?, limit: Int) -> [LiveBinding] {
        content.withLock { content in
            Array(content.filter { user.map($0.aor.contains) ?? true }.prefix(limit))
        }
    }

    func removeBindings(of aor: String, contact: String?) async -> Int { 0 }
    func bans() -> [SourceBan] { [] }
    func liftBan(of source: String) -> Bool { false }
    func refusals(limit: Int) -> [Refusal] { [] }
    func trace(of user: String) -> [TracedMessage] { [] }
    func explain(user: String) -> [CredentialExplanation] { [] }
    func events() -> AsyncStream<EdgeEvent> { AsyncStream { $0.finish() } }
    func counters() -> EdgeCounters { EdgeCounters() }
    func listeners() -> [String] { [] }
}
