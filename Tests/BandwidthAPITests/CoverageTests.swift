import TestSupport
import Testing

/// The page of what is covered says what the route table and the fixtures say.
@Suite struct CoverageTests {
    @Test func thePageIsUpToDate() throws {
        let text = try CoveragePage().text
        #expect(try GeneratedPage.isUpToDate("Docs/dialects/bandwidth-coverage.md", text), "Run Scripts/coverage-page.")
    }

    @Test func everyRouteHasAFixtureOfSuccess() throws {
        for row in try CoveragePage().rows {
            let isShown = row.codes.keys.contains { (200..<300).contains($0) }
            #expect(isShown, "\(row.method) \(row.path)")
        }
    }
}
