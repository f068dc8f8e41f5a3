import DialectKit
import Hummingbird
import Provisioning
import Testing

@Suite struct ErrorTableTests {
    @Test(
        arguments: [
            ("plain", [], "plain"),
            ("'%s' and %s.", ["a", "b"], "'a' and b."),
            ("%2$s before %1$s", ["a", "b"], "b before a"),
            ("%s %s", ["a"], "a "),
            ("%s", ["%s"], "%s"),
            ("%s:%s", ["2.1.1.9", "5060"], "2.1.1.9:5060"),
        ] as [(String, [String], String)])
    func valuesTakeTheirPlaces(template: String, values: [String], text: String) {
        #expect(ErrorRow(.badRequest, "1", template).text(values) == text)
    }

    @Test func aRuleHasTheRowOfItsPart() {
        let table = ErrorTable(
            [.unavailable: ErrorRow(.internalServerError, "1", "a")], [.forbidden: ErrorRow(.forbidden, "2", "b")])
        #expect(table[.forbidden].code == "2")
        #expect(table[.siteUnknown].code == "1", "a rule without a row is our failure")
    }
}
