import CryptoExtras
import DialectKit
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Provisioning
import Store
import TestSupport
import Testing
import VoximplantAPI

/// The dialect on a real store behind a real socket, with one account that has a key of each kind.
struct TestServer: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    let account: Account
    let signer: Signer
    /// A secret of the older kind.
    let secret: Secret<String>
    let port: Int

    var host: String { "127.0.0.1:\(port)" }

    /// Runs `body` against a server that is gone afterwards.
    static func run(
        role: ServiceRole = .owner, balance: String = "100", rate: Int? = nil,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let useCases = store.useCases()
        let tenant = try await store.tenant("test")
        let (signer, secret) = try await keys(of: tenant.account.id, role: role, store, useCases)
        _ = try await useCases.ledgers.topUp(tenant.account.id, amount: balance)
        let limits = RequestLimits(
            rate.map { RequestRate($0, per: .seconds(60)) } ?? .standard, uptime: { store.clock.uptime },
            now: { store.clock.now })
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: DialectResponder([VoximplantAPI(useCases: useCases, limits: limits)]),
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
                    store: store, useCases: useCases, account: tenant.account, signer: signer, secret: secret,
                    port: port))
            group.cancelAll()
        }
        await store.store.close()
    }

    /// The RSA key is one of this process, since making one takes its time.
    static func keys(
        of account: AccountID, role: ServiceRole, _ store: TemporaryStore, _ useCases: UseCases
    ) async throws -> (Signer, Secret<String>) {
        let signer = Signer(keyID: UUID().uuidString.lowercased(), key: try Signer.first.get())
        let key = ServiceKey(
            id: signer.keyID, account: account, description: "test", role: role,
            secret: .publicKey(signer.key.publicKey.pemRepresentation), created: store.clock.now)
        try await store.store.write { (store) throws(ProvisioningError) in try store.insert(key, sealed: nil) }
        return (signer, try await useCases.serviceKeys.createSecret(nil, account: account).secret)
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

    /// Sends a request whose connection ends with the answer; the head comes back without `Date` and `Content-Length`.
    func send(
        _ line: String, headers: [String] = [], body: String = "", authorization: String?
    ) async throws -> (head: String, body: String) {
        var lines = ["\(line) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        if let authorization { lines.append("Authorization: \(authorization)") }
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        let answer = try await exchange(Array(((lines + ["", ""]).joined(separator: "\r\n") + body).utf8))
        let text = try #require(String(validating: answer, as: UTF8.self))
        let parts = text.components(separatedBy: "\r\n\r\n")
        let head = parts[0].components(separatedBy: "\r\n").filter {
            !$0.hasPrefix("Date: ") && !$0.hasPrefix("Content-Length: ") && $0 != "Connection: close"
        }
        return (head.joined(separator: "\r\n"), parts.dropFirst().joined(separator: "\r\n\r\n"))
    }

    /// Gives a command as the vendor's Python client does, and returns the answer's body.
    func command(
        _ name: String, _ parameters: [(String, String)] = [], as signer: Signer? = nil, of account: AccountID? = nil
    ) async throws -> String {
        let form = FormBody((parameters + [("cmd", name)]).map { FormBody.Field($0.0, $0.1) }).encoded
        let token = try (signer ?? self.signer).authorization(
            "good", account: account ?? self.account.id, now: store.clock.now)
        return try await send(
            "POST /platform_api", headers: ["Content-Type: application/x-www-form-urlencoded"], body: form,
            authorization: token
        ).body
    }
}
