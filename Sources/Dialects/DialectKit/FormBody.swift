import Provisioning

/// Why a form was not read.
package enum FormFault: Error, Equatable {
    /// A `%` that two hex digits do not follow.
    case escape
    /// Bytes that are no UTF-8 once they are decoded.
    case encoding
    /// More fields, or a longer name or value, than the limits allow.
    case tooLarge
}

/// What a form may cost; lengths are bytes once decoded.
package struct FormLimits: Sendable {
    package var fields = 256
    package var name = 128
    package var value = 65_536

    package init() {}
}

/// The fields of an `application/x-www-form-urlencoded` body (WHATWG URL section 5.1) in the order in which they stood.
///
/// Its description shows names alone, since a value may be a password.
package struct FormBody: Sendable, Equatable, CustomStringConvertible {
    /// What stands between two fields.
    package enum Separator: Sendable, CaseIterable {
        case ampersand
        /// `;` as well, as HTML 4.01 appendix B.2.2 asked of servers.
        case ampersandOrSemicolon
    }

    package struct Field: Sendable, Equatable {
        package let name: String
        /// Empty where no `=` stood.
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A name that was sent more than once stands here as often.
    package let fields: [Field]

    package init(_ fields: [Field]) { self.fields = fields }

    /// Reads a body; nothing between two separators is no field.
    package init(
        reading bytes: [UInt8], separator: Separator = .ampersand, limits: FormLimits = FormLimits()
    ) throws(FormFault) {
        var fields: [Field] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex { Self.separates($0, separator) } ?? bytes.count
            if end > start {
                guard fields.count < limits.fields else { throw .tooLarge }
                fields.append(try Self.field(bytes[start..<end], limits))
            }
            start = end + 1
        }
        self.fields = fields
    }

    private static func separates(_ byte: UInt8, _ separator: Separator) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";") && separator == .ampersandOrSemicolon
    }

    private static func field(_ bytes: ArraySlice<UInt8>, _ limits: FormLimits) throws(FormFault) -> Field {
        let equals = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex
        return Field(
            try text(bytes[..<equals], upTo: limits.name), try text(bytes[equals...].dropFirst(), upTo: limits.value))
    }

    /// `+` is a space, `%XX` a byte.
    private static func text(_ bytes: ArraySlice<UInt8>, upTo limit: Int) throws(FormFault) -> String {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard decoded.count < limit else { throw .tooLarge }
            switch byte {
            case UInt8(ascii: "+"): decoded.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else { throw .escape }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .encoding }
        return text
    }

    /// The value of the first field of that name; names differ by case.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The values of every field of that name.
    package func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The body that reads as these fields with either separator.
    package var encoded: String {
        fields.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }

    package var description: String { fields.map { "\($0.name)=..." }.joined(separator: "&") }
}
