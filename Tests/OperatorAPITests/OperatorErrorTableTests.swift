import HTTPTypes
import Provisioning
import Testing

@testable import OperatorAPI

@Suite("The operator's error table")
struct OperatorErrorTableTests {
    @Test("has a row for every rule, with an error status and a sentence", arguments: Rule.allCases)
    func total(rule: Rule) throws {
        let row = try #require(OperatorErrorTable.rows[rule])
        #expect((400..<600).contains(row.status.code))
        #expect(row.text.hasSuffix("."))
        #expect(row.text.count > 10)
    }

    @Test("takes only values that exist, and puts each in once", arguments: Rule.allCases)
    func values(rule: Rule) {
        let message = OperatorErrorTable.message(of: Fault(rule, values: ["one", "two", "three"]))
        #expect(!message.contains("$") && !message.contains("?"), "\(message)")
    }

    @Test("does not read values as places for others")
    func literalValues() {
        let fault = Fault(.credentialTaken, field: "userName", values: ["$1$0", "7"])
        #expect(OperatorErrorTable.message(of: fault) == "Account 7 has a credential named $1$0.")
    }

    @Test("says where a value is missing")
    func missingValue() {
        #expect(OperatorErrorTable.message(of: Fault(.numberTaken)) == "The number ? is in an inventory.")
    }

    @Test(
        "answers with the status that fits",
        arguments: [
            (Rule.accountUnknown, 404), (.credentialTaken, 409), (.elementRequired, 400), (.forbidden, 403),
            (.unavailable, 503), (.trunkUnknown, 404), (.domainInUse, 409), (.addressCheckUnavailable, 503),
        ])
    func statuses(rule: Rule, status: Int) {
        #expect(OperatorErrorTable.row(for: rule).status.code == status)
    }

    @Test("has a status and a sentence for every other refusal", arguments: OperatorError.Kind.allCases)
    func refusals(kind: OperatorError.Kind) {
        let error = OperatorError(kind)
        #expect((400..<600).contains(error.status.code))
        #expect(error.message.hasSuffix("."))
    }
}
