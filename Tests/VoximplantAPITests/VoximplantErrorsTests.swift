import DialectKit
import HTTPTypes
import Provisioning
import TestSupport
import Testing

@testable import VoximplantAPI

/// The error table has words for every rule, and every row that a client can get is provoked by a fixture.
@Suite struct VoximplantErrorsTests {
    @Test func theRulesOfApplicationsAndOfAllCommands() {
        #expect(
            Set(VoximplantAPI.errors.rows.keys)
                == Rule.ofApplications.union([
                    .unavailable, .forbidden, .tooManyAttempts, .requestRateExceeded, .accountSuspended,
                    .accountUnknown, .bodyUnreadable, .elementRequired, .valueInvalid, .domainInUse,
                ]))
    }

    @Test(arguments: VoximplantAPI.errors.rows)
    func aRowIsWhole(rule: Rule, row: ErrorRow) {
        #expect(row.status == .ok)
        #expect(row.code.wholeMatch(of: /[1-9][0-9]{0,2}/) != nil)
        #expect(!row.template.isEmpty)
    }

    /// What no request raises: the operator's amounts, limits that a test would take too long to reach, what the gate before
    /// the dialect or another part of it says first.
    private static let unseen: Set<Rule> = [
        .amountInvalid, .applicationLimit, .keyLimit, .accountUnknown, .tooManyAttempts,
    ]

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answer().body }
        for (rule, row) in VoximplantAPI.errors.rows where !Self.unseen.contains(rule) {
            let words = row.template.split(separator: /%s/)
            let isProvoked = answers.contains { answer in
                answer.hasPrefix(#"{"error":{"code":\#(row.code),"#) && words.allSatisfy { answer.contains($0) }
            }
            #expect(isProvoked, "\(rule)")
        }
    }
}
