/// JSON in the layout of the vendor's pages, its members in the order in which they are given.
indirect enum JSONValue: Sendable {
    case text(String)
    case integer(Int64)
    case list([JSONValue])
    case object([Member])

    struct Member: Sendable {
        let name: String
        let value: JSONValue

        init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    static func number(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(value)) }

    /// 1 or 0.
    static func flag(_ value: Bool) -> JSONValue { .number(value ? 1 : 0) }

    var rendered: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .text(let value): Self.write(quoted: value, to: &text)
        case .integer(let value): text += String(value)
        case .list(let values):
            Self.write(values, "[", "]", to: &text) { value, text in value.write(to: &text) }
        case .object(let members):
            Self.write(members, "{", "}", to: &text) { member, text in
                Self.write(quoted: member.name, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to text: inout String,
        _ write: (Element, inout String) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            text += index == 0 ? " " : ", "
            write(element, &text)
        }
        text += elements.isEmpty ? close : " \(close)"
    }

    /// A string of RFC 8259 section 7.
    private static func write(quoted value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
