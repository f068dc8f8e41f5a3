import Foundation
import Testing

/// The page of what is covered says what the route table and the fixtures say.
@Suite struct CoverageTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Docs/dialects/signalwire-coverage.md")

    /// With `WRITE_COVERAGE` in the environment the page is written first.
    @Test func thePageIsUpToDate() throws {
        let text = try CoveragePage().text
        if ProcessInfo.processInfo.environment["WRITE_COVERAGE"] != nil {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let page = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(page == text, "Run Scripts/coverage-page.")
    }

    @Test func everyRouteHasAFixtureOfSuccess() throws {
        for row in try CoveragePage().rows {
            let isShown = row.codes.keys.contains { (200..<300).contains($0) }
            #expect(isShown, "\(row.method) \(row.path)")
        }
    }
}
