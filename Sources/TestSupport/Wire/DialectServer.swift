package import DialectKit
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Dialects behind a real socket, on a free port of the loopback interface.
package struct DialectServer: Sendable {
    package let port: Int

    package var host: String { "127.0.0.1:\(port)" }

    package struct NeverRan: Error {}

    /// Runs `body` against a server that is gone afterwards.
    ///
    /// - Parameter scheme: what stands before `://` in the URLs that the dialects send.
    package static func run<Result: Sendable>(
        _ dialects: [any Dialect], scheme: String = "http",
        _ body: @Sendable (DialectServer) async throws -> Result
    ) async throws -> Result {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let application = Application(
            responder: DialectResponder(dialects, scheme: scheme),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        let services = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { port.finish() }
                try await services.run()
            }
            let outcome: Swift.Result<Result, any Error>
            do {
                guard let port = await ports.first(where: { _ in true }) else { throw NeverRan() }
                outcome = .success(try await body(DialectServer(port: port)))
            } catch {
                outcome = .failure(error)
            }
            // A cancelled server ends the process when connections wait to be accepted (NIO's `NIOAsyncWriter`).
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try outcome.get()
        }
    }

    /// Sends bytes on a connection of their own and returns all that comes back.
    package func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
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

    /// Sends a request of HTTP/1.1 whose connection ends with the answer.
    ///
    /// - Parameters:
    ///   - line: method and target.
    ///   - chunks: a body that is already in chunks.
    package func send(
        _ line: String, headers: [String] = [], body: [UInt8] = [], chunks: [UInt8] = []
    ) async throws -> WireAnswer {
        var lines = ["\(line) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        let head = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        return try WireAnswer(reading: try await exchange(head + body + chunks))
    }
}

/// An answer of HTTP/1.1 as it came, but for its `Date`.
package struct WireAnswer: Sendable {
    /// The status line and the headers.
    package let head: [String]
    package let body: String

    package struct Malformed: Error {
        package let text: String
    }

    fileprivate init(reading bytes: [UInt8]) throws(Malformed) {
        guard let text = String(validating: bytes, as: UTF8.self), let end = text.range(of: "\r\n\r\n") else {
            throw Malformed(text: String(decoding: bytes, as: UTF8.self))
        }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        head = lines.filter { !$0.hasPrefix("Date: ") }
        body = String(text[end.upperBound...])
        guard head.count == lines.count - 1 else { throw Malformed(text: "an answer names its date: \(text)") }
    }

    /// As it stood on the wire.
    package var text: String { (head + ["", body]).joined(separator: "\r\n") }
    package var status: Int { head[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
}
