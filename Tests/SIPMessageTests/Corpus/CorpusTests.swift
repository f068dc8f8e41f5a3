import SIPMessage
import Testing

@Suite("RFC 4475 and RFC 5118")
struct CorpusTests {
    static let rfc4475 = rfc4475Valid + rfc4475Invalid + rfc4475Semantics

    @Test("every message of RFC 4475 comes to what its section says", arguments: rfc4475)
    func tortureMessages(row: CorpusRow) throws {
        row.check(try fixture("rfc4475", row.file))
    }

    @Test("every message of RFC 5118 comes to what its section says", arguments: rfc5118)
    func tortureMessagesForIPv6(row: CorpusRow) throws {
        row.check(try fixture("rfc5118", row.file))
    }

    @Test("every file has one row, every row a file")
    func tablesAreWhole() throws {
        #expect(try fixtures("rfc4475") == Set(Self.rfc4475.map(\.file)))
        #expect(try fixtures("rfc5118") == Set(rfc5118.map(\.file)))
        #expect(Self.rfc4475.count == 49)
        #expect(rfc5118.count == 12)
    }

    @Test("baddn with the blank line that its file lacks is refused for its display name")
    func baddnWithEnd() throws {
        let seen = Seen(try fixture("rfc4475", "baddn") + Array("\r\n".utf8))
        #expect(seen.verdict == .refuse(status: 400, reason: .badFrom))
    }
}
