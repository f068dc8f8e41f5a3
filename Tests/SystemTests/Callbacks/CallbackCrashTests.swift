import Foundation
import TestSupport
import Testing

/// Callbacks outlive the server: what a receiver was not heard to have is sent again.
@Suite(.serialized)
struct CallbackCrashTests {
    private struct Listed: Decodable {
        let id: Int64
        let attempts: Int
    }

    @Test func whatWasUnderWayAtAKillIsSentAgain() async throws {
        let port = try LoopbackSocket.freePort()
        let installation = try Installation(["--egress-allow", "127.0.0.1"])
        try FileManager.default.createDirectory(
            atPath: installation.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await KeptCallbacks.put(
            [1, 2, 3], into: "\(installation.data)/demarc.sqlite", url: "http://127.0.0.1:\(port)/hook")

        let silent = try Self.receiver(port, answersAfter: 600)
        let first = try await installation.start()
        try await Patience.until("a request") { silent.output.contains("[1, 2, 3]") ? () : nil }
        try await first.kill()
        silent.signal(SIGKILL)
        try await silent.end()

        let quick = try Self.receiver(port, answersAfter: 0)
        let second = try await installation.start()
        let left = try await Patience.until("an empty list", within: .seconds(60)) {
            let listed: [Listed] = try await second.list("callbacks", "list")
            return listed.isEmpty ? listed : nil
        }
        #expect(left.isEmpty)
        #expect(quick.output == "[1, 2, 3]\n")
        quick.signal(SIGKILL)
        try await quick.end()
        try await second.stop()
    }

    private static func receiver(_ port: UInt16, answersAfter seconds: Int) throws -> ChildProcess {
        try ChildProcess(
            "/usr/bin/python3", [Repository.file("Clients/slow_receiver.py"), "\(port)", "\(seconds)"])
    }
}
