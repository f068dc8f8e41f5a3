import Foundation
import Testing

/// Work that takes many transactions, cut off by `kill -9`: the next start ends it.
@Suite(.serialized)
struct UnfinishedWorkTests {
    private struct Account: Decodable {
        let name: String
        let status: String
    }

    @Test func aDeletionGoesOnAfterAKill() async throws {
        let server = try await Installation().start()
        #expect(try await server.demarc("account", "create", "acme", "--domain", "acme.example").code == 0)
        for part in 0..<3 {
            let numbers = (0..<4000).map { "+1415\(5_550_000 + part * 4000 + $0)" }
            let outcome = try await ChildProcess.run(
                Repository.demarc,
                ["numbers", "add", "--account", "acme", "--data", server.installation.data] + numbers)
            #expect(outcome.code == 0, "\(outcome.errors.prefix(500))")
        }
        #expect(try await server.demarc("account", "suspend", "acme").code == 0)
        let deletion = try ChildProcess(
            Repository.demarc, ["account", "delete", "acme", "--yes", "--data", server.installation.data])
        try await Patience.until("the first rows to be gone: \(deletion.errors)") {
            deletion.errors.contains("rows are gone") ? () : nil
        }
        try await server.kill()
        _ = try await deletion.end()
        let second = try await server.installation.start()
        try await Patience.until("the account to be gone") {
            try await second.list("account", "list", of: Account.self).map(\.name) == ["default"] ? () : nil
        }
        #expect(try await second.demarc("account", "create", "acme", "--domain", "acme.example").code == 0)
        try await second.stop()
    }
}
