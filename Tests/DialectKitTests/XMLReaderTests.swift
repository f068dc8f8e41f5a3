import DialectKit
import Testing

@Suite struct XMLReaderTests {
    @Test func valuesAreTrimmedAndOrderIsKept() throws {
        let tree = try read("<A>\n  <B>\n    one two\n  </B><C/>\t<B> three </B></A>")
        #expect(tree.name == "A")
        #expect(tree.text == "")
        #expect(tree.children.map(\.name) == ["B", "C", "B"])
        #expect(tree.text("B") == "one two")
        #expect(tree.children("B").map(\.text) == ["one two", "three"])
        #expect(tree.text("C") == "")
        #expect(tree.value("C") == nil)
        #expect(tree.text("D") == nil)
    }

    @Test(arguments: [
        ("<A x='1' xmlns='urn:x' xmlns:i='urn:i' i:type='B'><i:B>v</i:B></A>", "v"),
        ("<A><x:B y:z='1'>v</x:B></A>", "v"),
        ("<A xmlns='relative'><B xmlns=''>v</B></A>", "v"),
        ("<A><!-- <B>no</B> --><B>v</B><?target data?></A>", "v"),
        ("<A><B><![CDATA[<v>&]]></B></A>", "<v>&"),
        ("<A><B>a&amp;b&lt;c&gt;d&quot;e&apos;f&#65;&#x42;</B></A>", "a&b<c>d\"e'fAB"),
        ("\n <?xml version='1.0' encoding='utf-8'?>\n<A><B>é</B></A>\n", "é"),
        ("\u{FEFF}<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><A><B>é</B></A>", "é"),
        ("<?xml version=\"1.0\" encoding=\"US-ASCII\"?><A><B>v</B></A>", "v"),
    ])
    func whatSurroundsAValueIsPassedOver(document: String, value: String) throws {
        #expect(try read(document).text("B") == value)
    }

    @Test func aDeclaredEncodingIsHonoured() throws {
        let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><A><B>Zür\u{00A0}ich ÿ</B></A>"
        let latin1 = text.unicodeScalars.map { UInt8($0.value) }
        #expect(try XMLTree(reading: latin1).text("B") == "Zür\u{00A0}ich ÿ")
    }

    @Test(arguments: [true, false], [true, false])
    func utf16IsReadInEitherOrderWithAndWithoutMark(isBigEndian: Bool, isMarked: Bool) throws {
        let text = (isMarked ? "\u{FEFF}" : "") + "<?xml version=\"1.0\" encoding=\"UTF-16\"?><A><B>ü𝄞</B></A>"
        let bytes = text.utf16.flatMap { unit in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
        #expect(try XMLTree(reading: bytes).text("B") == "ü𝄞")
    }

    @Test(arguments: [
        "", " \n", "hello", "{\"a\":1}", "<A>", "<A></B>", "</A>", "<A/><B/>", "<A/>text", "<A><B></A></B>",
        "<A>&no;</A>",
        "<A>&#0;</A>", "<A b></A>", "<A b='1' b='2'/>", "<A>\u{0}</A>", "<A>\u{1}</A>", "<1/>",
        "<A><?xml version='1.0'?></A>",
        "<", "<A><![CDATA[x</A>", "<A><!-- x</A>",
        "<A><!ENTITY a 'x'></A>",
    ])
    func whatIsNoDocumentIsRefused(document: String) {
        #expect(throws: XMLFault.malformed) { try read(document) }
    }

    @Test(arguments: [
        "<!DOCTYPE A [<!ENTITY a \"x\">]><A>&a;</A>",
        "<!DOCTYPE A SYSTEM \"file:///etc/passwd\"><A/>",
        "<?xml version=\"1.0\"?><!DOCTYPE A [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><A><B>&e;</B></A>",
        "<!DOCTYPE A [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x.dtd\"> %p;]><A/>",
        "<!DOCTYPE A [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;\">]><A>&c;</A>",
    ])
    func aDocumentTypeIsRefused(document: String) {
        #expect(throws: XMLFault.documentType) { try read(document) }
        let marked: [UInt8] = [0xFE, 0xFF] + document.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] as [UInt8] }
        #expect(throws: XMLFault.documentType) { try XMLTree(reading: marked) }
    }

    @Test func depthIsLimited() throws {
        let nested = { (depth: Int) in
            String(repeating: "<A>", count: depth) + String(repeating: "</A>", count: depth)
        }
        #expect(throws: Never.self) { try read(nested(32)) }
        #expect(throws: XMLFault.tooComplex) { try read(nested(33)) }
        #expect(throws: XMLFault.tooComplex) { try read(nested(100_000)) }
    }

    @Test func theNumberOfElementsIsLimited() throws {
        var limits = XMLLimits()
        limits.elements = 10
        let wide = { (count: Int) in Array("<A>\(String(repeating: "<B/>", count: count))</A>".utf8) }
        #expect(try XMLTree(reading: wide(9), limits: limits).children.count == 9)
        #expect(throws: XMLFault.tooComplex) { try XMLTree(reading: wide(10), limits: limits) }
    }

    @Test func bytesThatAreNotInTheirEncodingAreRefused() {
        #expect(throws: XMLFault.malformed) {
            try XMLTree(reading: Array("<A>".utf8) + [0xC3, 0x28] + Array("</A>".utf8))
        }
        #expect(throws: XMLFault.malformed) {
            try XMLTree(reading: Array("<A>".utf8) + [0xED, 0xA0, 0x80] + Array("</A>".utf8))
        }
        #expect(throws: XMLFault.encoding) { try read("<?xml version=\"1.0\" encoding=\"windows-1252\"?><A/>") }
        #expect(throws: XMLFault.encoding) { try read("<?xml version=\"1.0\" encoding=\"UTF-16\"?><A/>") }
        #expect(throws: XMLFault.malformed) { try XMLTree(reading: Array("<a".utf8) + [0xCF] + Array("/>".utf8)) }
        #expect(throws: XMLFault.malformed) { try read("<A>\u{0}</A>") }
        #expect(throws: XMLFault.malformed) { try read("<?xml version=\"1.0\"?><\u{0}?\u{0}x\u{0}") }
        #expect(throws: XMLFault.encoding) { try XMLTree(reading: [0xFE, 0xFF, 0x00]) }
        #expect(throws: XMLFault.encoding) { try XMLTree(reading: [0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x41]) }
    }

    private func read(_ document: String) throws -> XMLTree { try XMLTree(reading: Array(document.utf8)) }
}
