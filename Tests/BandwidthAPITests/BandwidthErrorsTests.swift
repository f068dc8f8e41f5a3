import DialectKit
import Hummingbird
import Provisioning
import TestSupport
import Testing

@testable import BandwidthAPI

/// The error table has words for every rule, and every row that a client can get is provoked by a fixture.
@Suite struct BandwidthErrorsTests {
    @Test(arguments: Rule.allCases)
    func aRuleHasARow(rule: Rule) throws {
        let row = try #require(BandwidthAPI.errors.rows[rule])
        #expect((400...599).contains(row.status.code))
        #expect(Self.uncoded.contains(rule) ? row.code.isEmpty : row.code.wholeMatch(of: /[0-9]{4,5}/) != nil)
        #expect(!row.template.isEmpty)
    }

    /// What the vendor answers with words alone.
    private static let uncoded: Set<Rule> = [.realmNotFound]

    /// What only the operator's side can break, and what the dialect answers without a code (`ListenerTests`).
    private static let unseen: Set<Rule> = [
        .trunkGone, .accountActive, .accountLeaving, .tooManyAttempts, .requestRateExceeded, .numberTaken,
        .callerInvalid, .callerTaken, .callerUnknown,
        .accountNameInvalid, .featureUnknown,
        .countryInvalid,

        .carrierUnknown, .carrierReferenceUnknown, .carrierInUse, .carrierKindRequires, .carrierTargetInvalid,
        .codecUnknown, .numberOutOfRange, .lengthsReversed, .dialPlanUnknown, .currencyUnknown, .customerUnknown,
        .carrierCostUnknown, .carrierRouteUnknown, .routeProductMissing, .dialPlanInvalid, .dialPlanTaken,
        .currencyInvalid, .currencyTaken, .callUnknown,
    ]

    @Test func everyRowIsProvoked() throws {
        let answers = try Fixture.all.map { try Fixture($0).answerText() }
        let unseen = Self.unseen.union(Rule.ofApplications).union(BandwidthAPI.subscriberRules)
        for rule in Rule.allCases where !unseen.contains(rule) {
            let row = try #require(BandwidthAPI.errors.rows[rule])
            let words = row.template.split(separator: /%([0-9]\$)?s/).map { $0.replacing("&", with: "&amp;") }
            let isProvoked = answers.contains { answer in
                (row.code.isEmpty || answer.contains("<ErrorCode>\(row.code)</ErrorCode>"))
                    && words.allSatisfy { answer.contains($0) }
            }
            #expect(isProvoked, "\(rule)")
        }
    }
}
