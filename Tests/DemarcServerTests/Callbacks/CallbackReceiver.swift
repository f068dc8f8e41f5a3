import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Provisioning
import ServiceLifecycle
import Synchronization

@testable import DemarcServer

/// A tenant's own HTTP server, which keeps what it is sent and answers as a test says.
final class CallbackReceiver: Sendable {
    struct Seen: Sendable {
        let path: String
        let headers: HTTPFields
        let body: String

        /// The ids of the callbacks, in their order.
        var ids: [Int64] {
            let json = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: [[String: Any]]]
            return json?["callbacks"]?.compactMap { ($0["callback_id"] as? NSNumber)?.int64Value } ?? []
        }
    }

    let port: Int
    private let state: Mutex<[Seen]>

    private init(port: Int) {
        self.port = port
        state = Mutex([])
    }

    var seen: [Seen] { state.withLock { $0 } }

    private static let limit = 1 << 22

    /// Runs one on a free port of 127.0.0.1 while `body` does.
    ///
    /// - Parameter answer: the answer to the so-manieth request, counted from 0.
    static func with<Result: Sendable>(
        tls: TLSConfiguration? = nil,
        answer: @escaping @Sendable (Int) async throws -> Response = { _ in Response(status: .ok) },
        _ body: @Sendable (CallbackReceiver) async throws -> Result
    ) async throws -> Result {
        let place = Mutex<CallbackReceiver?>(nil)
        let (running, isRunning) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { (request, _) async throws -> Response in
            let buffer = try await request.body.collect(upTo: limit)
            let receiver = place.withLock { $0 }
            let seen = Seen(path: "\(request.uri)", headers: request.headers, body: String(buffer: buffer))
            let index = receiver?.state.withLock { all in
                all.append(seen)
                return all.count - 1
            }
            return try await answer(index ?? 0)
        }
        let server = try tls.map { try HTTPServerBuilder.tls(.http1(), tlsConfiguration: $0) } ?? .http1()
        let application = Application(
            responder: responder, server: server,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { isRunning.yield($0.localAddress?.port ?? 0) }, logger: Logger(label: "receiver"))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            guard let port = await running.first(where: { _ in true }) else { throw StartFailure("no receiver") }
            let receiver = CallbackReceiver(port: port)
            place.withLock { $0 = receiver }
            defer { group.cancelAll() }
            return try await body(receiver)
        }
    }
}
