import Foundation
import Testing

/// The system calls themselves: a sync has ended before the answer that promises what it made durable is sent.
@Suite(.serialized)
struct SyncOrderTests {
    private static let created = "HTTP/1.1 201"
    private static let registered = "SIP/2.0 200"

    /// Creates and registers three users under `strace`; returns what it saw of the answers.
    private func trace(_ arguments: [String] = []) async throws -> [SystemCallTrace.Answer] {
        let folder = try TemporaryDirectory()
        let file = "\(folder.path)/trace"
        let server = try await Installation(arguments).start(
            under: [try Tool.strace.path, "-f", "-y", "-s", "64", "-e", SystemCallTrace.calls, "-o", file])
        let account = try #require(BandwidthAccount(of: server))
        for number in 0..<3 {
            let user = "user\(number)"
            #expect(try await account.createCredential(user, password: "secret").status == 201)
            let port = server.installation.sipPort
            let answer = try await onThread {
                var phone = try TestPhone(user, domain: account.domain, password: "secret", to: port)
                return try phone.register("<sip:\(user)@127.0.0.1:9>", expires: 600)
            }
            #expect(answer?.status == 200)
        }
        try await server.stop()
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return SystemCallTrace(text, answersBeginningWith: [Self.created, Self.registered]).answers
    }

    @Test func syncsBeforeItAnswers() async throws {
        let answers = try await trace()
        let expected = Array(repeating: [Self.created, Self.registered], count: 3).flatMap(\.self)
        #expect(answers.map { String($0.start) } == expected)
        for answer in answers {
            let file = answer.start == Self.created ? "demarc.sqlite-wal" : "bindings.journal"
            #expect(answer.synced.contains(file), "\(answer)")
            #expect(answer.unsynced.isDisjoint(with: ["demarc.sqlite-wal", "demarc.sqlite", "bindings.journal"]))
        }
    }

    /// The trace tells an answer that waited for a sync from one that did not.
    @Test func seesAnAnswerThatDidNotWait() async throws {
        let registrations = try await trace(["--sip-durability", "memory"]).filter { $0.start == Self.registered }
        #expect(registrations.count == 3)
        #expect(registrations.allSatisfy { !$0.synced.contains("bindings.journal") })
    }

    /// The reader of traces, on one that was made up: the second answer overtakes its sync.
    @Test func readsTraces() {
        let text = """
            11 pwrite64(7</d/bindings.journal>, "x"..., 64, 8) = 64
            11 fdatasync(7</d/bindings.journal> <unfinished ...>
            12 sendto(9<socket:[1]>, "SIP/2.0 401 Unauthorized"..., 300, 0) = 300
            11 <... fdatasync resumed>)              = 0
            12 sendmmsg(9<socket:[1]>, [{msg_hdr={msg_iov=[{iov_base="SIP/2.0 200 OK"...
            11 pwrite64(7</d/bindings.journal>, "x"..., 64, 72) = 64
            11 fdatasync(7</d/bindings.journal> <unfinished ...>
            12 sendmmsg(9<socket:[1]>, [{msg_hdr={msg_iov=[{iov_base="SIP/2.0 200 OK"...
            11 <... fdatasync resumed>)              = 0
            """
        let answers = SystemCallTrace(text, answersBeginningWith: ["SIP/2.0 200"]).answers
        #expect(answers.map(\.synced) == [["bindings.journal"], []])
        #expect(answers.map(\.unsynced) == [[], ["bindings.journal"]])
    }
}
