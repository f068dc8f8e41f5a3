import BandwidthAPI
import DialectKit
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

/// The dialect on a real store behind a real socket, with one account.
struct TestServer: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    let account: Account
    let addressCheck: SwitchedAddressCheck
    let port: Int

    var host: String { "127.0.0.1:\(port)" }

    /// Runs `body` against a server that is gone afterwards.
    static func run(
        features: Set<ProductFeature> = [.messaging, .termination], ceiling: TrafficClass = .all,
        settings: BandwidthSettings = BandwidthSettings(), signIn: SignInLimits = SignInLimits(),
        rate: RequestRate = .standard,
        scheme: String = "http",
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let addressCheck = SwitchedAddressCheck()
        let useCases = store.useCases(addressCheck: addressCheck, signIn: signIn)
        let (account, _) = try await useCases.accounts.create(
            AccountDraft(name: "test", features: features, ceiling: ceiling))
        for role in Role.allCases {
            _ = try await useCases.callers.create(
                name: role.rawValue, account: account.id, role: role, password: Secret("open sesame"))
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let limits = RequestLimits(rate, uptime: { store.clock.uptime }, now: { store.clock.now })
        let api = BandwidthAPI(useCases: useCases, limits: limits, settings: settings)
        let application = Application(
            responder: DialectResponder([api], scheme: scheme),
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
                TestServer(store: store, useCases: useCases, account: account, addressCheck: addressCheck, port: port))
            group.cancelAll()
        }
        await store.store.close()
    }

    /// Sends bytes on a connection of their own and returns all that comes back.
    func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
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

    /// Sends a request of HTTP/1.1 whose connection ends with the answer; the answer comes back without its `Date`.
    ///
    /// - Parameters:
    ///   - caller: `none`, `wrong` (password), a name whose password is right, or a whole `Bearer` value.
    ///   - chunks: a body that is already in chunks.
    func send(
        _ line: String, headers: [String] = [], caller: String = "administrator", body: [UInt8] = [],
        chunks: [UInt8] = []
    ) async throws -> String {
        var lines = ["\(line) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        switch caller {
        case "none": break
        case "wrong": lines.append(Self.authorization("administrator", "wrong"))
        case let token where token.hasPrefix("Bearer "): lines.append("Authorization: \(token)")
        default: lines.append(Self.authorization(caller, "open sesame"))
        }
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        let answer = try await exchange(Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + body + chunks)
        let text = try #require(String(validating: answer, as: UTF8.self))
        return try #require(Self.withoutDate(text), "an answer names its date: \(text)")
    }

    static func authorization(_ name: String, _ password: String) -> String {
        "Authorization: Basic \(Data("\(name):\(password)".utf8).base64EncodedString())"
    }

    private static func withoutDate(_ answer: String) -> String? {
        guard let date = answer.range(of: "\r\nDate: ") else { return nil }
        guard let end = answer[date.upperBound...].range(of: "\r\n") else { return nil }
        return String(answer[..<date.lowerBound] + answer[end.lowerBound...])
    }
}

/// An address check that answers as it was told last; the embedded one until then.
final class SwitchedAddressCheck: AddressCheck {
    private let verdict = Mutex(AddressVerdict?.none)

    func answer(_ verdict: AddressVerdict) { self.verdict.withLock { $0 = verdict } }

    func check(_ address: PostalAddress) async -> AddressVerdict {
        if let verdict = verdict.withLock({ $0 }) { return verdict }
        return await EmbeddedAddressCheck().check(address)
    }
}
