extension JSON {
    /// What stands between the parts of an array or object.
    package enum Layout: Sendable {
        /// Nothing but the commas.
        case compact
        /// A space inside each bracket that holds something, and behind each comma.
        case spaced
    }

    /// The value in compact form, members in their order.
    package var text: String { text(.compact) }

    package func text(_ layout: Layout) -> String {
        var text = ""
        write(to: &text, layout)
        return text
    }

    private func write(to text: inout String, _ layout: Layout) {
        switch self {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let string): Self.write(string, to: &text)
        case .array(let values):
            Self.write(values, in: ("[", "]"), to: &text, layout) { value, text in value.write(to: &text, layout) }
        case .object(let object):
            Self.write(object.members, in: ("{", "}"), to: &text, layout) { member, text in
                Self.write(member.name, to: &text)
                text += ":"
                member.value.write(to: &text, layout)
            }
        }
    }

    private static func write<Part>(
        _ parts: [Part], in brackets: (String, String), to text: inout String, _ layout: Layout,
        _ write: (Part, inout String) -> Void
    ) {
        let space = layout == .spaced && !parts.isEmpty ? " " : ""
        text += brackets.0
        for (index, part) in parts.enumerated() {
            if index > 0 { text += "," }
            text += space
            write(part, &text)
        }
        text += space
        text += brackets.1
    }

    /// Escapes what must be (RFC 8259 section 7) and nothing else.
    private static func write(_ string: String, to text: inout String) {
        text += "\""
        if string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for scalar in string.unicodeScalars { write(scalar, to: &text) }
        } else {
            text += string
        }
        text += "\""
    }

    private static func write(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{0}"..<"\u{20}":
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }
}
