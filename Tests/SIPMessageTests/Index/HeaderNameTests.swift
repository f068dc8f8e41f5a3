import SIPMessage
import Testing

@Suite("Header names and methods")
struct HeaderNameTests {
    /// The name that the index gives to one header line.
    private func name(_ text: String) -> HeaderName? {
        var index = MessageIndex()
        let bytes = Array("OPTIONS sip:a SIP/2.0\r\n\(text): x\r\nLast: y\r\n\r\n".utf8)
        _ = index.admit(bytes.span)
        return index.headerCount == 2 ? index.header(0).name : nil
    }

    private func text(_ text: StaticString) -> String { text.description }

    @Test("every name is found as written, in small letters and in capitals", arguments: HeaderName.allCases)
    func longForm(wanted: HeaderName) {
        guard wanted != .other else { return }
        let written = text(wanted.text)
        #expect(!written.isEmpty)
        for form in [written, written.lowercased(), written.uppercased(), written + " ", written + "\t \t"] {
            #expect(name(form) == wanted, "\(form)")
        }
        #expect(name(written + "x") == .other)
        #expect(name(String(written.dropLast()) + "!") == .other)
    }

    @Test("the compact forms are those of the RFCs")
    func compactForms() {
        let wanted: [Character: HeaderName] = [
            "v": .via, "f": .from, "t": .to, "i": .callID, "m": .contact, "l": .contentLength, "c": .contentType,
            "e": .contentEncoding, "k": .supported, "s": .subject, "o": .event, "u": .allowEvents, "r": .referTo,
            "b": .referredBy, "x": .sessionExpires, "y": .identity,
        ]
        for letter in "abcdefghijklmnopqrstuvwxyz" {
            #expect(name(String(letter)) == wanted[letter] ?? .other, "\(letter)")
            #expect(name(letter.uppercased()) == wanted[letter] ?? .other, "\(letter)")
        }
    }

    @Test("no two names are written alike and all fit one word")
    func distinct() {
        let names = HeaderName.allCases.filter { $0 != .other }
        #expect(Set(names.map { text($0.text).lowercased() }).count == names.count)
        #expect(Set(names.compactMap(\.compact)).count == names.compactMap(\.compact).count)
        #expect(HeaderName.allCases.count <= 64)
        #expect(names.allSatisfy { $0.text.utf8CodeUnitCount <= 24 })
    }

    @Test("a name that differs in the fold bit alone is another name")
    func foldBit() {
        #expect(name("Call\u{0D}ID") == nil || name("Call\u{0D}ID") == .other)
        #expect(name("vi!") == .other)
    }

    @Test("every method is found, and only as written", arguments: Method.allCases)
    func methods(wanted: Method) {
        func method(_ text: String) -> Method {
            var index = MessageIndex()
            let bytes = Array("\(text) sip:a SIP/2.0\r\nA: x\r\n\r\n".utf8)
            _ = index.admit(bytes.span)
            return index.method
        }
        guard wanted != .other else { return }
        let written = text(wanted.text)
        #expect(method(written) == wanted)
        #expect(method(written.lowercased()) == .other)
        #expect(method(written + "X") == .other)
        #expect(method(String(written.dropLast())) == .other)
    }

    @Test("every status has a phrase, known ones their own")
    func statusText() {
        #expect(text(StatusText.phrase(423)) == "Interval Too Brief")
        #expect(text(StatusText.phrase(439)) == "First Hop Lacks Outbound Support")
        #expect(text(StatusText.phrase(499)) == "Bad Request")
        for status in UInt16(100)..<700 { #expect(!text(StatusText.phrase(status)).isEmpty) }
    }

    @Test("every fault says its piece, and a status that it may have")
    func faults() {
        for fault in MessageFault.allCases {
            #expect(!text(fault.text).isEmpty)
            if let status = fault.status { #expect(400..<600 ~= status) }
        }
        #expect(Set(MessageFault.allCases.map { text($0.text) }).count == MessageFault.allCases.count)
    }
}
