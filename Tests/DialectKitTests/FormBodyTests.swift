import DialectKit
import Testing

@Suite struct FormBodyTests {
    /// Bodies and what they hold, name before value.
    @Test(
        arguments: [
            ("", []),
            ("a=1", [("a", "1")]),
            ("a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
            (
                "grant_type=client_credentials&scope=a+b%2Bc",
                [("grant_type", "client_credentials"), ("scope", "a b+c")]
            ),
            ("a", [("a", "")]), ("a=", [("a", "")]), ("=b", [("", "b")]), ("=", [("", "")]),
            ("&&a=1&&b=2&", [("a", "1"), ("b", "2")]),
            ("a=b=c", [("a", "b=c")]),
            ("%61%3D=%26%3b", [("a=", "&;")]),
            ("na%C3%AFve=%E2%82%AC", [("naïve", "€")]), ("name=naïve", [("name", "naïve")]),
            ("a=1;b=2", [("a", "1;b=2")]),
            ("a=%00", [("a", "\0")]),
        ] as [(String, [(String, String)])])
    func reads(body: String, fields: [(String, String)]) throws {
        let form = try FormBody(reading: Array(body.utf8))
        #expect(form.fields == fields.map { FormBody.Field($0, $1) })
    }

    @Test func semicolonsWhereTheyAreAskedFor() throws {
        let form = try FormBody(reading: Array("a=1;b=2&c=3;;d=%3B".utf8), separator: .ampersandOrSemicolon)
        #expect(form.fields.map(\.name) == ["a", "b", "c", "d"])
        #expect(form.fields.map(\.value) == ["1", "2", "3", ";"])
    }

    @Test func byName() throws {
        let form = try FormBody(reading: Array("a=1&b=2&a=3&A=4".utf8))
        #expect(form["a"] == "1")
        #expect(form["c"] == nil)
        #expect(form.values("a") == ["1", "3"])
        #expect(form.values("c") == [])
    }

    @Test(arguments: [
        ("a=%", FormFault.escape), ("a=%1", .escape), ("a=%1&b=2", .escape), ("a=%zz", .escape), ("%=1", .escape),
        ("a=%FF", .encoding), ("a=%C3", .encoding), ("a=%C3&b=%A9", .encoding), ("%ED%A0%80=1", .encoding),
        ("a=%C0%80", .encoding),
    ])
    func refuses(body: String, fault: FormFault) {
        #expect(throws: fault) { try FormBody(reading: Array(body.utf8)) }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: FormFault.encoding) { try FormBody(reading: [0x61, 0x3D, 0xFF]) }
    }

    /// Each just within its limit and one beyond.
    @Test(arguments: [
        ("a=1&b=2&c=3", "a=1&b=2&c=3&d=4"), ("name=", "names="), ("%6e%61%6D%65=", "%6e%61%6D%65s="),
        ("a=value", "a=values"), ("a=%C3%A9%C3%A9e", "a=%C3%A9%C3%A9%C3%A9"), ("&&&&&&a", "&&&&&&names"),
    ])
    func limits(within: String, beyond: String) throws {
        var limits = FormLimits()
        (limits.fields, limits.name, limits.value) = (3, 4, 5)
        _ = try FormBody(reading: Array(within.utf8), limits: limits)
        #expect(throws: FormFault.tooLarge) { try FormBody(reading: Array(beyond.utf8), limits: limits) }
    }

    @Test(arguments: FormBody.Separator.allCases) func readsWhatItWrites(separator: FormBody.Separator) throws {
        let form = FormBody([
            .init("a", "1"), .init("", ""), .init("a", "x y+z&=;%"), .init("naïve", "€\r\n\0"), .init("b", ""),
        ])
        #expect(try FormBody(reading: Array(form.encoded.utf8), separator: separator) == form)
    }

    @Test func tellsNoValues() throws {
        let form = try FormBody(reading: Array("client_id=me&client_secret=hush".utf8))
        #expect("\(form)" == "client_id=...&client_secret=...")
    }
}
