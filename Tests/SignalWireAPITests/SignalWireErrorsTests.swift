import DialectKit
import Hummingbird
import Provisioning
import Testing

@testable import SignalWireAPI

/// The error table has words for every rule that a client can break, each provoked by a fixture.
@Suite struct SignalWireErrorsTests {
    @Test(arguments: Rule.allCases)
    func aRuleHasARowOrCannotBeBroken(rule: Rule) {
        guard let row = SignalWireErrors.table.rows[rule] else {
            #expect(Self.reason(rule) != nil, "\(rule)")
            return
        }
        #expect(Self.reason(rule) == nil, "\(rule)")
        #expect((400...599).contains(row.status.code))
        #expect(!row.template.isEmpty)
        #expect(row.status == .unprocessableContent ? row.code.wholeMatch(of: /[a-z0-9_]+/) != nil : row.code.isEmpty)
    }

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answer }
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

    /// Why no request of this dialect can break a rule.
    private static func reason(_ rule: Rule) -> String? {
        switch rule {
        case .accountUnknown, .realmUnknown: "a token's account exists and has its default domain"
        case .tooManyAttempts: "tokens are too long to be guessed, so tries are not counted"
        case .apiTokenNameInvalid, .apiTokenUnknown: "tokens are the operator's"
        default: raised.contains(rule) ? nil : "it is about what this dialect has not"
        }
    }

    /// What the use cases behind this dialect say that they throw, and its own readers refuse.
    private static let raised: Set<Rule> = [
        .unavailable, .forbidden, .requestRateExceeded, .accountSuspended, .bodyUnreadable, .elementRequired,
        .valueInvalid, .notText,
        .notTextList,
        .codecsFormatInvalid, .listEntryInvalid, .textTooLong, .textTooShort, .confirmationMismatch,
        .handlerAndResource, .subscriberUnknown, .emailTaken, .endpointUnknown, .renameNeedsPassword,
        .resourceUnknown, .handlerUnknown, .handlerKindInvalid, .resourceInUse, .fabricAddressUnknown,
        .targetInvalid, .numberInvalid, .numberUnknown, .credentialTaken, .userNameInvalid, .pageInvalid,
        .pageTokenRequired, .pageSizeInvalid, .pageOutOfRange, .refreshTokenInvalid, .refreshTokenWrongKind,
        .refreshTokenOver,
    ]
}
