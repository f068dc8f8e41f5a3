import TestSupport
import Testing

/// The page of what is covered says what the route table and the fixtures say.
@Suite struct CoverageTests {
    @Test func thePageIsUpToDate() throws {
        let isUpToDate = try GeneratedPage.isUpToDate(
            "Docs/dialects/signalwire-coverage.md", CoveragePage().text)
        #expect(isUpToDate, "Run Scripts/coverage-page.")
    }

    @Test func everyRouteHasAFixtureOfSuccess() throws {
        for row in try CoveragePage().rows {
            let isShown = row.codes.keys.contains { (200..<300).contains($0) }
            #expect(isShown, "\(row.method) \(row.path)")
        }
    }
}
