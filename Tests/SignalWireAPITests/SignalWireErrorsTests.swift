import DialectKit
import Hummingbird
import Provisioning
import TestSupport
import Testing

@testable import SignalWireAPI

/// The error table has words for every rule that a client can break, each provoked by a fixture.
@Suite struct SignalWireErrorsTests {
    @Test func theRulesOfSubscribersAndOfAllRequests() {
        #expect(
            Set(SignalWireErrors.table.rows.keys)
                == Rule.ofSubscribers.subtracting(Self.ofTheOperator).union([
                    .unavailable, .forbidden, .requestRateExceeded, .accountSuspended, .bodyUnreadable,
                    .elementRequired, .valueInvalid, .textTooLong, .numberInvalid, .numberUnknown, .credentialTaken,
                    .userNameInvalid, .pageInvalid, .pageSizeInvalid, .pageOutOfRange,
                ]))
    }

    /// Tokens are the operator's.
    private static let ofTheOperator: Set<Rule> = [.apiTokenNameInvalid, .apiTokenUnknown]

    @Test(arguments: SignalWireErrors.table.rows)
    func aRowIsWhole(rule: Rule, row: ErrorRow) {
        #expect((400...599).contains(row.status.code))
        #expect(!row.template.isEmpty)
        #expect(row.status == .unprocessableContent ? row.code.wholeMatch(of: /[a-z0-9_]+/) != nil : row.code.isEmpty)
    }

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answer() }
        for (rule, row) in SignalWireErrors.table.rows where !Self.elsewhere.contains(rule) {
            let words = row.template.split(separator: "%s").map(String.init)
            let isProvoked = answers.contains { answer in
                answer.head[0].contains(" \(row.status.code) ") && words.allSatisfy { answer.body.contains($0) }
                    && (row.code.isEmpty || answer.body.contains("\"code\":\"\(row.code)\""))
            }
            #expect(isProvoked, "\(rule)")
        }
    }

    /// What no role is without, and what needs more than one exchange (`ListenerTests`).
    private static let elsewhere: Set<Rule> = [.forbidden, .requestRateExceeded, .accountSuspended]
}
