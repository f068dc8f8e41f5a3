import DialectKit
import Hummingbird
import Testing

@Suite struct XMLWriterTests {
    private static let declaration = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#

    @Test func elementsAreCompactAndEmptyOnesAreShort() {
        var xml = XMLWriter()
        xml.element("A") { xml in
            xml.element("B", "1")
            xml.element("C", "")
            xml.element("D") { _ in }
            xml.element("E", optional: nil)
            xml.element("F") { $0.element("G", optional: "2") }
        }
        #expect(xml.document == Self.declaration + "<A><B>1</B><C/><D/><F><G>2</G></F></A>")
    }

    @Test(arguments: [
        ("a&b<c>d\"e'f", "a&amp;b&lt;c&gt;d\"e'f"),
        ("]]>", "]]&gt;"),
        ("tab\tnew\nline", "tab\tnew\nline"),
        ("return\rhere", "return&#13;here"),
        ("nul\u{0}bell\u{7}", "nul\u{FFFD}bell\u{FFFD}"),
        ("\u{FFFE}\u{FFFF}\u{FFFD}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("Zürich 𝄞", "Zürich 𝄞"),
    ])
    func textIsEscaped(text: String, written: String) throws {
        var xml = XMLWriter()
        xml.element("A", text)
        #expect(xml.document == Self.declaration + "<A>\(written)</A>")
        #expect(throws: Never.self) { try XMLTree(reading: Array(xml.document.utf8)) }
    }

    @Test func aTreeIsWrittenAsItWasRead() throws {
        var xml = XMLWriter()
        xml.element(try XMLTree(reading: Array("<x:A b='1'>\n <C> &lt;1 </C>\n <B/></x:A>".utf8)))
        #expect(xml.document == Self.declaration + "<A><C>&lt;1</C><B/></A>")
    }

    @Test func theAnswerSaysWhatItIs() {
        var xml = XMLWriter()
        xml.element("A", "é")
        let response = xml.response(.created)
        #expect(response.status == .created)
        #expect(response.headers[.contentType] == "application/xml")
        #expect(response.headers[.contentLength] == "\(xml.document.utf8.count)")
    }
}
