import Foundation
import Hummingbird
import Logging
import NIOCore
import Provisioning
import ServiceLifecycle
import Synchronization
import Testing

@testable import DemarcServer

@Suite("The address check over HTTP", .timeLimit(.minutes(1)))
struct HTTPAddressCheckTests {
    private static let address = PostalAddress(
        houseNumber: "904", streetName: "Main", city: "Raleigh", stateCode: "NC", zip: "27606", kind: .service)

    enum Expected: Sendable {
        case valid, notRecognized, unavailable
    }

    @Test(
        "reads the answer, and takes everything else for a check that is down",
        arguments: [
            (200, #"{"valid": true}"#, Expected.valid),
            (200, #"{"valid": false, "why": "no such street"}"#, .notRecognized),
            (200, "yes", .unavailable), (200, "{}", .unavailable), (500, #"{"valid": true}"#, .unavailable),
            (200, String(repeating: " ", count: 100_000), .unavailable),
        ])
    func answers(status: Int, body: String, expected: Expected) async throws {
        let seen = Mutex("")
        let router = Router()
        router.post("check") { request, context in
            let text = String(buffer: try await request.body.collect(upTo: 10_000))
            seen.withLock { $0 = text }
            return Response(
                status: .init(code: status), body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
        }
        let verdict = try await Self.check(router, path: "check")
        switch (expected, verdict) {
        case (.valid, .valid), (.notRecognized, .notRecognized), (.unavailable, .unavailable): break
        default: Issue.record("\(expected), but \(verdict)")
        }
        let question = try JSONDecoder().decode([String: String].self, from: Data(seen.withLock { $0 }.utf8))
        #expect(question["houseNumber"] == "904" && question["stateCode"] == "NC" && question["zip"] == "27606")
    }

    @Test("gives up on one that does not answer")
    func silence() async throws {
        let router = Router()
        router.post("check") { _, _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        let verdict = try await Self.check(router, path: "check", timeout: .milliseconds(50))
        guard case .unavailable = verdict else {
            Issue.record("\(verdict)")
            return
        }
    }

    @Test("says that one that is not there is down")
    func absent() async {
        let check = HTTPAddressCheck(url: "http://127.0.0.1:1/", log: Self.quiet)
        guard case .unavailable = await check.check(Self.address) else {
            Issue.record("nothing listens on port 1")
            return
        }
    }

    private static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    private static func check(_ router: Router<BasicRequestContext>, path: String, timeout: Duration = .seconds(10))
        async throws -> AddressVerdict
    {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await application.run() }
            let port = try #require(await ports.first { _ in true })
            let check = HTTPAddressCheck(url: "http://127.0.0.1:\(port)/\(path)", timeout: timeout, log: quiet)
            let verdict = await check.check(address)
            tasks.cancelAll()
            return verdict
        }
    }
}
