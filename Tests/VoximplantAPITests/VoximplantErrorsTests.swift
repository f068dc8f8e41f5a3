import DialectKit
import HTTPTypes
import Provisioning
import TestSupport
import Testing

@testable import VoximplantAPI

/// The error table has words for every rule, and every row that a client can get is provoked by a fixture.
@Suite struct VoximplantErrorsTests {
    @Test(arguments: Rule.allCases)
    func aRuleHasARow(rule: Rule) throws {
        let row = try #require(VoximplantAPI.errors.rows[rule])
        #expect(row.status == .ok)
        #expect(row.code.wholeMatch(of: /[1-9][0-9]{0,2}/) != nil)
        #expect(!row.template.isEmpty)
    }

    @Test(arguments: Rule.ofApplications)
    func aRuleOfThisDialectHasWordsOfItsOwn(rule: Rule) {
        #expect(VoximplantAPI.ownRules.contains(rule))
    }

    /// What no request raises: the operator's amounts, limits that a test would take too long to reach, what the gate before
    /// the dialect or another part of it says first.
    private static let unseen: Set<Rule> = [
        .amountInvalid, .applicationLimit, .keyLimit, .accountUnknown, .tooManyAttempts,
    ]

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answer().body }
        for rule in VoximplantAPI.ownRules.subtracting(Self.unseen) {
            let row = try #require(VoximplantAPI.errors.rows[rule])
            let words = row.template.split(separator: /%s/)
            let isProvoked = answers.contains { answer in
                answer.hasPrefix(#"{"error":{"code":\#(row.code),"#) && words.allSatisfy { answer.contains($0) }
            }
            #expect(isProvoked, "\(rule)")
        }
    }
}
