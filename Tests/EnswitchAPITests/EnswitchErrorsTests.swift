import DialectKit
import Hummingbird
import Provisioning
import TestSupport
import Testing

@testable import EnswitchAPI

/// The error table has words for every rule, and every row that a client can get is provoked by a fixture.
@Suite struct EnswitchErrorsTests {
    @Test func theRulesOfCarriersAndOfAllRequests() {
        #expect(
            Set(EnswitchAPI.errors.rows.keys)
                == Rule.ofCarriers.union([
                    .unavailable, .forbidden, .tooManyAttempts, .requestRateExceeded, .accountSuspended,
                    .bodyUnreadable, .elementRequired, .valueInvalid, .textTooLong, .credentialUnknown,
                ]))
    }

    @Test(arguments: EnswitchAPI.errors.rows)
    func aRowIsWhole(rule: Rule, row: ErrorRow) {
        #expect(row.status == .ok)
        #expect(["400", "401", "402", "403", "404", "500"].contains(row.code))
        #expect(!row.template.isEmpty)
    }

    /// What needs more than one exchange has a test of its own (`ListenerTests`).
    private static let elsewhere: Set<Rule> = [.tooManyAttempts, .requestRateExceeded, .accountSuspended]

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answerText() }
        for (rule, row) in EnswitchAPI.errors.rows where !Self.elsewhere.contains(rule) {
            let words = row.template.split(separator: /%([0-9]\$)?s/)
            let isProvoked = answers.contains { answer in
                answer.contains("{ \"code\":\"\(row.code)\", \"key\":") && words.allSatisfy { answer.contains($0) }
            }
            #expect(isProvoked, "\(rule)")
        }
    }

    @Test func everyDocumentedCodeIsAnswered() throws {
        let answers = try Fixture.all.map { try Fixture($0).answerText() }
        for code in ["200", "201", "204", "400", "401", "402", "403", "404", "500"] {
            #expect(answers.contains { $0.contains("{ \"code\":\"\(code)\", ") }, "\(code)")
        }
    }
}
