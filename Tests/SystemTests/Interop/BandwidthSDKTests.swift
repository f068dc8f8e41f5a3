import Foundation
import Testing

/// Bandwidth's own Python SDK (`bandwidth-numbers-sdk` 1.2.0), unmodified but for its base URL.
@Suite(.serialized)
struct BandwidthSDKTests {
    private static let inventory = ["9195551234", "9195551235", "9195551236"]

    @Test func managesSitesPeersAndNumbers() async throws {
        let python = try Tool.python
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        for number in Self.inventory { #expect(try await server.demarc("numbers", "add", number).code == 0) }

        let program = try ChildProcess(
            python,
            [
                Repository.file("Clients/bandwidth_sdk.py"), "http://127.0.0.1:\(account.port)/api",
                "\(account.id)", account.user,
            ] + Self.inventory, environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        try program.write("\(account.password)\n")
        try await Patience.until("the SDK's first part: \(program.output)\(program.errors)") {
            guard program.isRunning else { throw Ended(log: program.output + program.errors) }
            return program.output.contains("\nwaiting ") ? () : nil
        }
        for number in Self.inventory {
            #expect(try await server.demarc("numbers", "assign", number, "--none").code == 0)
        }
        try program.write("go on\n")
        #expect(try await program.end() == 0, "\(program.output)\(program.errors)")
        try expect(Self.said(program.output))
        try await server.stop()
    }

    private struct Ended: Error, CustomStringConvertible {
        let log: String

        var description: String { "the program ended:\n\(log)" }
    }

    /// What the program read back, by name.
    private static func said(_ output: String) -> [String: String] {
        let lines = output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
        return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), $0.count == 2 ? String($0[1]) : "") })
    }

    private func expect(_ said: [String: String]) throws {
        let site = try #require(said["site-created"])
        let peer = try #require(said["peer-created"])
        let wanted = [
            "site-listed": "['\(site)']", "site-read": "Raleigh", "site-saved": "Changed",
            "peers-none": "0", "peers-listed": "['first', 'second']",
            "peer-read": "('first', 'true', ['192.0.2.1'])", "peer-saved": "Changed",
            "first-counts": "('3', '0')", "second-counts": "('1', '2')",
            "second-numbers": "['9195551234', '9195551235']", "site-count": "3",
            "number-saved": "('9195551234', 'e164', 'sales')", "hosts": "['\(peer)']",
            "peers-deleted": "(True, True)", "site-deleted": "True", "sites-left": "0",
        ]
        for (name, value) in wanted { #expect(said[name] == value, "\(name)") }
        // On a Python without `Element.getchildren` the SDK shows an error as the document that it came in.
        #expect(said["peer-refused"]?.contains("13524") == true)
        #expect(said["peer-kept"]?.contains("13555") == true)
    }
}
