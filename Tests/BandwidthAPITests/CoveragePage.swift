import DialectKit
import Hummingbird
import TestSupport

@testable import BandwidthAPI

/// `Docs/dialects/bandwidth-coverage.md`, made of the route table and the fixtures.
struct CoveragePage {
    /// One route, and what the fixtures that ask for it show.
    struct Row: Sendable {
        let method: String
        let path: String
        /// Vendor codes by status; the answers without a code have none.
        fileprivate(set) var codes: [Int: Set<Int>] = [:]
        fileprivate(set) var fixtures = 0

        fileprivate var text: String {
            let answers = codes.sorted { $0.key < $1.key }.map { status, codes in
                let list = codes.sorted().map(String.init).joined(separator: ", ")
                return list.isEmpty ? "\(status)" : "\(status) (\(list))"
            }
            return "| \(method) | `\(path)` | \(answers.joined(separator: "; ")) | \(fixtures) |"
        }
    }

    private(set) var rows = BandwidthAPI.routeList.map { route in
        Row(method: route.method.rawValue, path: path(route.pattern))
    }

    init() throws {
        for name in Fixture.all {
            let fixture = try Fixture(name)
            let line = fixture.parts().line.split(separator: " ")
            let path = line[1].split(separator: "?", maxSplits: 1)[0]
            guard let match = BandwidthAPI.routes.match(RequestPath(String(path))) else { continue }
            let index = rows.firstIndex { $0.method == line[0] && $0.path == Self.path(match.pattern) }
            guard let index else { continue }
            let answer = fixture.answerText()
            guard let status = answer.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { continue }
            let codes = answer.matches(of: /<ErrorCode>([0-9]+)<\/ErrorCode>/).compactMap { Int($0.1) }
            rows[index].codes[status, default: []].formUnion(codes)
            rows[index].fixtures += 1
        }
    }

    var text: String {
        """
        # Bandwidth: what is answered, and the fixture that shows it

        Made of the route table and of the fixtures in `Tests/BandwidthAPITests/Fixtures` by `Scripts/coverage-page`; a test
        fails when this page is not up to date. Each status and each vendor code stands here because a fixture holds it, byte
        for byte over a socket. What every path answers alike (401, 404 with 4022, 405, 413, 400 with 1019, 503 with 1000) has
        its fixtures on one path.

        | method | path | status (codes) | fixtures |
        |---|---|---|---|
        \(rows.sorted { ($0.path, $0.method) < ($1.path, $1.method) }.map(\.text).joined(separator: "\n"))

        """
    }

    /// The pattern with a name in each place that takes any segment.
    private static func path(_ pattern: [String?]) -> String {
        var path = ""
        var last = ""
        for segment in pattern {
            path += "/" + (segment ?? "{\(names[last] ?? "id")}")
            last = segment ?? ""
        }
        return path
    }

    private static let names = [
        "accounts": "accountId", "sites": "siteId", "sippeers": "sipPeerId", "tns": "tn", "hosts": "hostId",
        "sipcredentials": "userName", "realms": "realm",
    ]
}
