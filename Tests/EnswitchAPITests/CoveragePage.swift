import DialectKit
import Hummingbird

@testable import EnswitchAPI

/// `Docs/dialects/enswitch-coverage.md`, made of the list of functions and the fixtures.
struct CoveragePage {
    /// One function, and what the fixtures that call it show.
    struct Row: Sendable {
        let path: String
        fileprivate(set) var codes: Set<String> = []
        /// Parameters that a 400 names.
        fileprivate(set) var keys: Set<String> = []
        fileprivate(set) var fixtures = 0

        fileprivate var text: String {
            let keys = keys.sorted().map { "`\($0)`" }.joined(separator: " ")
            return "| `\(path)` | \(codes.sorted().joined(separator: ", ")) | \(keys) | \(fixtures) |"
        }
    }

    private(set) var rows = EnswitchAPI.functions.map { Row(path: $0.path) }

    init() throws {
        for name in Fixture.all {
            let fixture = try Fixture(name)
            let target = try fixture.parts { $0 }.line.split(separator: " ")[1]
            let path = RequestPath(String(target.split(separator: "?", maxSplits: 1)[0]))
            let function = path.segments.dropFirst(2).joined(separator: "/")
            guard let index = rows.firstIndex(where: { $0.path == function }) else { continue }
            for entry in try fixture.answer({ $0 }).matches(of: #/"code":"([0-9]+)", "key":"([^"]*)"/#) {
                rows[index].codes.insert(String(entry.1))
                if entry.1 == "400", !entry.2.isEmpty { rows[index].keys.insert(String(entry.2)) }
            }
            rows[index].fixtures += 1
        }
    }

    var text: String {
        """
        # Enswitch: what is answered, and the fixture that shows it

        Made of the list of functions and of the fixtures in `Tests/EnswitchAPITests/Fixtures` by `Scripts/coverage-page`; a test
        fails when this page is not up to date. Each code, and each parameter that is named with a 400, stands here because a
        fixture holds it, byte for byte over a socket. The HTTP status is 200 throughout.

        | function | codes | parameters refused | fixtures |
        |---|---|---|---|
        \(rows.map(\.text).joined(separator: "\n"))

        """
    }
}
