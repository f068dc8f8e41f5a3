import DialectKit
import Hummingbird

@testable import SignalWireAPI

/// `Docs/dialects/signalwire-coverage.md`, made of the route tables and the fixtures.
struct CoveragePage {
    /// One route, and what the fixtures that ask for it show.
    struct Row: Sendable {
        let method: String
        let path: String
        /// Vendor codes by status; the answers without a code have none.
        fileprivate(set) var codes: [Int: Set<String>] = [:]
        fileprivate(set) var fixtures = 0

        fileprivate var text: String {
            let answers = codes.sorted { $0.key < $1.key }.map { status, codes in
                let list = codes.sorted().joined(separator: ", ")
                return list.isEmpty ? "\(status)" : "\(status) (\(list))"
            }
            return "| \(method) | `\(path)` | \(answers.joined(separator: "; ")) | \(fixtures) |"
        }
    }

    private(set) var rows: [Row]

    init() throws {
        rows = (SignalWireAPI.routeList + SignalWireAPI.relayRouteList).map { route in
            Row(method: route.method.rawValue, path: Self.path(route.pattern))
        }
        for name in Fixture.all {
            let fixture = try Fixture(name)
            let line = try fixture.parts.line.split(separator: " ")
            let path = RequestPath(String(line[1].split(separator: "?", maxSplits: 1)[0]))
            guard let match = SignalWireAPI.routes.match(path) ?? SignalWireAPI.relayRoutes.match(path) else {
                continue
            }
            let index = rows.firstIndex { $0.method == line[0] && $0.path == Self.path(match.pattern) }
            guard let index else { continue }
            let answer = try fixture.answer
            guard let status = answer.head[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                continue
            }
            let codes = answer.body.matches(of: /"code":"([a-z0-9_]+)"/).map { String($0.1) }
            rows[index].codes[status, default: []].formUnion(codes)
            rows[index].fixtures += 1
        }
    }

    var text: String {
        """
        # SignalWire: what is answered, and the fixture that shows it

        Made of the route table and of the fixtures in `Tests/SignalWireAPITests/Fixtures` by `Scripts/coverage-page`; a test
        fails when this page is not up to date. Each status and each vendor code stands here because a fixture holds it, byte
        for byte over a socket. What every path answers alike (401, 400, 405, 500) has its fixtures on one path. Paths stand
        below `/api/fabric` or the root, `/sip_profile` below `/api/relay/rest`.

        | method | path | status (codes) | fixtures |
        |---|---|---|---|
        \(rows.sorted { ($0.path, $0.method) < ($1.path, $1.method) }.map(\.text).joined(separator: "\n"))

        """
    }

    /// The pattern with `{id}` in each place that takes any segment.
    private static func path(_ pattern: [String?]) -> String { pattern.map { "/" + ($0 ?? "{id}") }.joined() }
}
