import Provisioning
import TestSupport
import Testing

@testable import VoximplantAPI

/// `Docs/dialects/voximplant-coverage.md`, made of the command table and the fixtures.
struct CoveragePage {
    /// One command, and what the fixtures that give it show.
    struct Row: Sendable {
        let command: String
        fileprivate let roles: [String]
        fileprivate(set) var isShown = false
        fileprivate var codes: Set<Int> = []
        fileprivate var fixtures = 0

        fileprivate var text: String {
            let codes = codes.sorted().map(String.init).joined(separator: ", ")
            return "| `\(command)` | \(roles.joined(separator: ", ")) | \(codes) | \(fixtures) |"
        }
    }

    private(set) var rows = VoximplantAPI.commandList.map { command in
        Row(command: command.name, roles: command.roles.map(\.rawValue).sorted())
    }

    init() throws {
        for name in Fixture.all {
            let fixture = try Fixture(name)
            let parts = fixture.parts()
            let asked = "\(parts.line) \(parts.body)"
            let index = rows.firstIndex { row in
                asked.contains("/\(row.command)") || asked.contains("cmd=\(row.command)")
                    || asked.contains("\r\n\(row.command)\r\n")
            }
            guard let index else { continue }
            let answer = fixture.answer().body
            rows[index].fixtures += 1
            if let code = answer.firstMatch(of: /^\{"error":\{"code":([0-9]+)/).flatMap({ Int($0.1) }) {
                rows[index].codes.insert(code)
            } else {
                rows[index].isShown = true
            }
        }
    }

    var text: String {
        """
        # Voximplant: what is answered, and how often a fixture shows it

        Made of the command table and of the fixtures in `Tests/VoximplantAPITests/Fixtures` by `Scripts/coverage-page`; a test
        fails when this page is not up to date. Each code stands here because a fixture holds it, byte for byte over a socket.
        What every command answers alike (2, 100, 101, 102, 103, 115, 340, 447, 454, 455, 456) has its fixtures on one command.

        | command | roles | error codes | fixtures |
        |---|---|---|---|
        \(rows.map(\.text).joined(separator: "\n"))

        """
    }
}

/// The page of what is covered says what the command table and the fixtures say.
@Suite struct CoverageTests {
    @Test func thePageIsUpToDate() throws {
        let text = try CoveragePage().text
        let isUpToDate = try GeneratedPage.isUpToDate("Docs/dialects/voximplant-coverage.md", text)
        #expect(isUpToDate, "Run Scripts/coverage-page.")
    }

    @Test func everyCommandHasAFixtureOfSuccess() throws {
        for row in try CoveragePage().rows { #expect(row.isShown, "\(row.command)") }
    }
}
