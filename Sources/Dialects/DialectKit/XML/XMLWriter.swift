package import Hummingbird

/// Writes a compact document: no white space between elements, an element without content as `<Name/>`.
package struct XMLWriter {
    /// What was written so far.
    package private(set) var document = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#

    package init() {}

    /// The document as the body of an answer, whose type stands behind the other headers.
    package func response(_ status: HTTPResponse.Status, headers: HTTPFields = HTTPFields()) -> Response {
        var headers = headers
        headers[.contentType] = "application/xml"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: document)))
    }

    /// An element with text.
    package mutating func element(_ name: String, _ value: String) {
        guard !value.isEmpty else { return element(name) { _ in } }
        document += "<\(name)>"
        escape(value)
        document += "</\(name)>"
    }

    /// An element with text, or nothing where there is none.
    package mutating func element(_ name: String, optional value: String?) {
        if let value { element(name, value) }
    }

    /// An element with what `content` writes.
    ///
    /// - Parameter attributes: as they stand in the document, such as `xmlns="urn:a"`.
    package mutating func element(
        _ name: String, attributes: StaticString? = nil, _ content: (inout XMLWriter) -> Void
    ) {
        document += attributes.map { "<\(name) \($0)>" } ?? "<\(name)>"
        let start = document.utf8.count
        content(&self)
        if document.utf8.count == start {
            document.removeLast()
            document += "/>"
        } else {
            document += "</\(name)>"
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
        let isPlain = !value.utf8.contains { $0 < 0x20 || $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0xEF }
        guard !isPlain else {
            document += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": write("&amp;")
            case "<": write("&lt;")
            case ">": write("&gt;")
            case "\r": write("&#13;")
            case "\t", "\n": document.unicodeScalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": write("\u{FFFD}")
            default: document.unicodeScalars.append(scalar)
            }
        }
    }

    private mutating func write(_ text: String) { document += text }
}
