package import Hummingbird

/// Writes a compact document: no white space between elements, an element without content as `<Name/>`.
package struct XMLWriter {
    private var text = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#

    package init() {}

    /// The document as the body of an answer.
    package func response(_ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/xml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// An element with text.
    package mutating func element(_ name: String, _ value: String) {
        guard !value.isEmpty else { return element(name) { _ in } }
        text += "<\(name)>"
        escape(value)
        text += "</\(name)>"
    }

    /// An element with text, or nothing where there is none.
    package mutating func element(_ name: String, optional value: String?) {
        if let value { element(name, value) }
    }

    /// An element with what `content` writes.
    package mutating func element(_ name: String, _ content: (inout XMLWriter) -> Void) {
        text += "<\(name)>"
        let start = text.utf8.count
        content(&self)
        if text.utf8.count == start {
            text.removeLast()
            text += "/>"
        } else {
            text += "</\(name)>"
        }
    }

    /// An element as it was read.
    package mutating func element(_ tree: XMLTree) {
        element(tree.name) { writer in
            writer.escape(tree.text)
            for child in tree.children { writer.element(child) }
        }
    }

    /// Escapes markup; a character that XML 1.0 cannot hold (section 2.2) becomes U+FFFD.
    private mutating func escape(_ value: String) {
        guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0xEF }) else {
            return text += value
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\t", "\n": text.unicodeScalars.append(scalar)
            case "\r": text += "&#13;"
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
