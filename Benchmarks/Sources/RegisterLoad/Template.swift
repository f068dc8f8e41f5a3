/// A message with places to fill in, cut up once so that filling it is little more than copying.
struct Template {
    /// What can stand at a place.
    enum Field: String, CaseIterable {
        case user, address, branch, cseq, nonce, response, nonceCount, cnonce, opaque
    }

    private struct Part {
        let text: Range<Int>
        /// What follows the text.
        let field: Field?
    }

    private var text: [UInt8] = []
    private var parts: [Part] = []

    /// Reads `{field}` as a place; line ends become CRLF.
    init(_ source: String) {
        for piece in source.replacing("\n", with: "\r\n").split(separator: "{", omittingEmptySubsequences: false) {
            let halves = piece.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            let start = text.count
            if halves.count == 2, let field = Field(rawValue: String(halves[0])) {
                parts.append(Part(text: start..<start, field: field))
                text += halves[1].utf8
            } else {
                text += piece.utf8
            }
            parts.append(Part(text: start..<text.count, field: nil))
        }
    }

    /// Appends the message, asking for the content of each place.
    func fill(into bytes: inout [UInt8], with append: (Field, inout [UInt8]) -> Void) {
        for part in parts {
            bytes.append(contentsOf: text[part.text])
            if let field = part.field { append(field, &bytes) }
        }
    }
}
