import ArgumentParser
import AsyncHTTPClient
import Crypto
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Provisioning
import ServiceLifecycle
import Store
import Synchronization
import TestSupport
import Testing

@testable import DemarcServer

/// A directory that is gone after the test.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = TemporaryPlace.make().path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// Passwords that are hashed at once, so that a test does not wait for what is slow on purpose.
struct QuickPasswords: PasswordHashing {
    func hash(_ password: Secret<String>) -> PasswordHash { PasswordHash(text: "plain:\(password.reveal())") }
    func verify(_ password: Secret<String>, against hash: PasswordHash) -> Bool { hash == self.hash(password) }
}

/// What a command printed.
final class Printed: Sendable {
    private let texts = Mutex((out: "", error: ""))

    var out: String { texts.withLock { $0.out } }
    var error: String { texts.withLock { $0.error } }

    func terminal(input: String? = nil, environment: [String: String] = [:]) -> Terminal {
        Terminal(
            write: { text in self.texts.withLock { $0.out += text } },
            complain: { text in self.texts.withLock { $0.error += text } },
            readLine: { input }, environment: environment)
    }
}

/// A whole server in this process: real store, real sockets on free ports, and a SIP side of the test's own.
struct RunningServer {
    let directory: String
    let edge: FakeEdge
    /// What the start printed.
    let greeting: String
    let url: String
    let token: String

    /// Starts a server, waits until it says where it is, and stops it after `body`.
    static func with<Result: Sendable>(
        edge: FakeEdge = FakeEdge(), registrations: FakeRegistrations = FakeRegistrations(),
        in directory: String? = nil, flags: [String: [String]] = [:],
        _ body: @Sendable (RunningServer) async throws -> Result
    ) async throws -> Result {
        guard let directory else {
            return try await withTemporaryDirectory {
                try await with(edge: edge, registrations: registrations, in: $0, flags: flags, body)
            }
        }
        let bell = CallbackBell()
        let store = try SQLiteStore(path: "\(directory)/demarc.sqlite", observers: [bell])
        let printed = Printed()
        let server = Server(
            settings: try settings(directory, flags), store: store, edge: edge, registrations: registrations,
            bell: bell,
            terminal: printed.terminal(), passwords: QuickPasswords(), tokenKey: [1, 2, 3], seal: .ofTests)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: try server.services().map { .init(service: $0) }, logger: Logger(label: "test")))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let file = try await found(directory, printed)
            let result = try await body(
                RunningServer(
                    directory: directory, edge: edge, greeting: printed.out, url: file.url, token: file.token))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await store.close()
            return result
        }
    }

    private static func settings(_ directory: String, _ more: [String: [String]]) throws -> ServerSettings {
        var flags = [
            "data": [directory], "vendor.listen": ["127.0.0.1:0"], "operator.listen": ["127.0.0.1:0"],
            "log.level": ["critical"],
        ]
        flags.merge(more) { _, new in new }
        let report = SettingsReport(SettingSources(flags: flags, environment: [:], file: nil))
        return try #require(report.settings)
    }

    private static func found(_ directory: String, _ printed: Printed) async throws -> OperatorFile {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if !printed.out.isEmpty, let file = OperatorFile.read(in: directory) { return file }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw StartFailure("the server said nothing for 30 s")
    }
}

/// An answer as it came.
struct Answer {
    let status: UInt
    let headers: HTTPHeaders
    let body: String

    /// A value of the JSON body by its path, such as `error.code` or `items.0.name`.
    func value(_ path: String) -> String? {
        var value = try? JSONSerialization.jsonObject(with: Data(body.utf8))
        for step in path.split(separator: ".").map(String.init) {
            if let list = value as? [Any] {
                value = Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil }
            } else {
                value = (value as? [String: Any])?[step]
            }
        }
        return value.map { "\($0)" }
    }
}

extension RunningServer {
    func ask(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, headers: [(String, String)]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers ?? [("Authorization", "Bearer \(token)")] {
            request.headers.add(name: name, value: value)
        }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 22))
        return Answer(status: response.status.code, headers: response.headers, body: text)
    }

    /// Runs a `demarc` command line against this server; throws what the command throws.
    @discardableResult
    func run(_ line: String..., input: String? = nil) async throws -> String { try await run(line, input: input) }

    @discardableResult
    func run(_ line: [String], input: String? = nil) async throws -> String {
        let printed = Printed()
        let terminal = printed.terminal(input: input, environment: ["DEMARC_DATA": directory])
        try await Terminal.$current.withValue(terminal) {
            var command = try DemarcCommand.parseAsRoot(line)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        }
        return printed.out
    }
}
