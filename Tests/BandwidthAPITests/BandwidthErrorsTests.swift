import DialectKit
import Hummingbird
import Provisioning
import TestSupport
import Testing

@testable import BandwidthAPI

/// The error table has words for every rule, and every row that a client can get is provoked by a fixture.
@Suite struct BandwidthErrorsTests {
    @Test func otherRulesAreOfOtherAreas() {
        #expect(
            Set(Rule.allCases).subtracting(BandwidthAPI.errors.rows.keys)
                == Rule.ofOperators.union(Rule.ofCarriers).union(Rule.ofApplications).union(Rule.ofSubscribers))
    }

    @Test(arguments: BandwidthAPI.errors.rows)
    func aRowIsWhole(rule: Rule, row: ErrorRow) {
        #expect((400...599).contains(row.status.code))
        #expect(Self.uncoded.contains(rule) ? row.code.isEmpty : row.code.wholeMatch(of: /[0-9]{4,5}/) != nil)
        #expect(!row.template.isEmpty)
    }

    /// What the vendor answers with words alone.
    private static let uncoded: Set<Rule> = [.realmNotFound]

    /// What the dialect answers without a code, and what needs more than one exchange (`ListenerTests`).
    private static let elsewhere: Set<Rule> = [.trunkGone, .tooManyAttempts, .requestRateExceeded]

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answerText() }
        for (rule, row) in BandwidthAPI.errors.rows where !Self.elsewhere.contains(rule) {
            let words = row.template.split(separator: /%([0-9]\$)?s/).map { $0.replacing("&", with: "&amp;") }
            let isProvoked = answers.contains { answer in
                (row.code.isEmpty || answer.contains("<ErrorCode>\(row.code)</ErrorCode>"))
                    && words.allSatisfy { answer.contains($0) }
            }
            #expect(isProvoked, "\(rule)")
        }
    }
}
