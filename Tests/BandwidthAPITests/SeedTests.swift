import DialectKit
import TestSupport
import Testing

/// The samples of the vendor's two pages against our fixtures: the same documents but for padding and ids.
@Suite struct SeedTests {
    @Test(
        arguments: [
            ("seed-sippeer-13582.xml", "peers/13582", []),
            (
                "seed-sippeer-13524.xml", "peers/13524",
                [("'testDocSipPeers1'", "'name'"), ("'9999999'", "'{account}'"), ("'45'", "'{site}'")]
            ),
            ("seed-sippeer-13566.xml", "peers/13566", []),
            ("seed-sipcredentials-created.xml", "credentials/seed-partial", []),
            ("seed-sipcredentials-refused.xml", "credentials/seed-refused", [("ID = 41", "ID = {account}")]),
        ] as [(String, String, [(String, String)])])
    func aSampleIsOurAnswer(sample: String, fixture: String, ids: [(String, String)]) throws {
        let text = ids.reduce(try Fixture.text(sample)) { $0.replacing($1.0, with: $1.1) }
        var xml = XMLWriter()
        xml.element(try XMLTree(reading: Array(text.utf8)))
        #expect(try Fixture(fixture).answerText().hasSuffix("\r\n\r\n" + xml.document))
    }

    /// Every error that the two pages name, and that some fixture provokes it.
    @Test(arguments: [
        (400, 13569), (400, 13562), (400, 13509), (400, 13553), (400, 13510), (400, 13522), (400, 13552), (400, 12024),
        (400, 13576), (400, 13581), (400, 13582), (400, 13590), (400, 13591), (400, 13592), (400, 13593), (400, 13594),
        (400, 13595), (409, 13524), (503, 13566), (201, 1003), (400, 1003), (400, 23009),
    ])
    func anErrorOfThePagesIsProvoked(status: Int, code: Int) throws {
        #expect(
            try Fixture.all.contains { name in
                let answer = try Fixture(name).answerText()
                return answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("<ErrorCode>\(code)</ErrorCode>")
            })
    }
}
