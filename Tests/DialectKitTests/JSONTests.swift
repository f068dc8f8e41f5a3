import DialectKit
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", .null), (" true\n", true), ("false", false), ("0", 0), ("-12", -12),
            ("\"\"", ""), ("\"a\"", "a"), ("[]", []), ("{}", .object(JSONObject())),
            ("[1,[2] , {\"a\":null}]", [1, [2], ["a": .null]]),
            ("{\"b\":1,\"a\":2}", ["b": 1, "a": 2]),
            ("{\"b\":{\"c\":[]} }", ["b": ["c": []]]),
            (#""\"\\\/\b\f\n\r\t\u00e9\ud83d\uDE00""#, "\"\\/\u{8}\u{c}\n\r\té😀"),
            ("\"naïve €\"", "naïve €"), (#""\u0000""#, "\0"),
            ("1.50", .number("1.50")), ("1e+5", .number("1e+5")), ("-0.1E-2", .number("-0.1E-2")),
            ("12345678901234567890", .number("12345678901234567890")),
        ] as [(String, JSON)])
    func reads(text: String, value: JSON) throws {
        #expect(try JSON(reading: Array(text.utf8)) == value)
    }

    @Test(
        arguments: [
            "", " ", "nul", "nullx", "tru", "01", "1.", ".5", "+1", "-", "1e", "0x1", "NaN", "'a'", "\"a", "\"\n\"",
            #""\x""#, #""\u12""#, #""\u12g4""#, "[", "[1", "[1,", "[1,]", "[,1]", "{", "{\"a\"", "{\"a\":",
            "{\"a\":1,}",
            "{a:1}", "{\"a\" 1}", "1 2", "[] []", "// a\n1", "\u{FEFF}1",
        ])
    func malformed(text: String) {
        #expect(throws: JSONFault.malformed) { try JSON(reading: Array(text.utf8)) }
    }

    @Test(arguments: [#""\ud800""#, #""\ud800a""#, #""\ud800\u0041""#, #""\udc00""#])
    func halfOfAPair(text: String) {
        #expect(throws: JSONFault.encoding) { try JSON(reading: Array(text.utf8)) }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: JSONFault.encoding) { try JSON(reading: [0x22, 0xFF, 0x22]) }
    }

    @Test func onlyOneMemberOfAName() throws {
        for text in [#"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"[{"b":{"a":1,"c":2,"a":3}}]"#] {
            #expect(throws: JSONFault.duplicateName) { try JSON(reading: Array(text.utf8)) }
        }
        let kelvin = try JSON(reading: Array("{\"\u{212A}\":1,\"K\":2}".utf8))
        #expect(kelvin.object?["K"] == 2)
        #expect(kelvin.object?["\u{212A}"] == 1)
    }

    @Test func limits() throws {
        var limits = JSONLimits()
        limits.depth = 3
        limits.values = 5
        #expect(throws: Never.self) { try JSON(reading: Array("[[[],[],1]]".utf8), limits: limits) }
        #expect(throws: JSONFault.tooComplex) { try JSON(reading: Array("[[[[]]]]".utf8), limits: limits) }
        #expect(throws: JSONFault.tooComplex) { try JSON(reading: Array("[1,2,3,4,5]".utf8), limits: limits) }
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONFault.tooComplex) { try JSON(reading: deep) }
    }

    @Test func writesWhatItReads() throws {
        let text = #"{"z":1.50,"a":[null,true,false,{}],"":"\"\\\n\r\t\u0001/é😀","n":-3}"#
        let value = try JSON(reading: Array(text.utf8))
        #expect(value.text == text)
        #expect(value.object?.members.map(\.name) == ["z", "a", "", "n"])
    }

    @Test(
        arguments: [
            ([], "[]"), ([:], "{}"), ([1, true, ["a": []]], #"[ 1, true, { "a":[] } ]"#),
            (["a": -1, "b": "c"], #"{ "a":-1, "b":"c" }"#),
        ] as [(JSON, String)])
    func spacesStandInsideBracketsAndBehindCommas(value: JSON, text: String) {
        #expect(value.text(.spaced) == text)
    }

    @Test func describesNamesAlone() {
        let value: JSON = ["password": "hack-me-if-you-can", "list": [1, .null]]
        #expect(value.description == "{password:...,list:[...,null]}")
        #expect("\(JSON.string("secret"))" == "...")
    }

    @Test func views() {
        #expect(JSON.number("7").integer == 7)
        #expect(JSON.number("7.0").integer == nil)
        #expect(JSON.number("99999999999999999999").integer == nil)
        #expect(JSON("a").string == "a")
        #expect(JSON(nil as String?) == .null)
        #expect(JSON(3) == 3)
        #expect(JSON.bool(true).bool == true)
        #expect(JSON.string("true").bool == nil)
    }
}
