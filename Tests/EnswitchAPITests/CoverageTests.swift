import TestSupport
import Testing

/// The page of what is covered says what the list of functions and the fixtures say.
@Suite struct CoverageTests {
    @Test func thePageIsUpToDate() throws {
        let text = try CoveragePage().text
        #expect(try GeneratedPage.isUpToDate("Docs/dialects/enswitch-coverage.md", text), "Run Scripts/coverage-page.")
    }

    @Test func everyFunctionHasAFixtureOfSuccess() throws {
        for row in try CoveragePage().rows {
            #expect(!row.codes.isDisjoint(with: ["200", "204"]), "\(row.path)")
        }
    }
}
