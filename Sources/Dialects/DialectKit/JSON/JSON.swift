package import Hummingbird

/// A JSON value (RFC 8259).
///
/// Its description shows names alone, since a value may be a password.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    /// As written, so that no digit is lost: an integer or decimal in the grammar of RFC 8259 section 6.
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

/// The members of an object in the order in which they stood; no name stands twice.
package struct JSONObject: Sendable, Equatable {
    package private(set) var members: [Member]

    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// - Parameter members: with names that differ.
    package init(_ members: [Member] = []) { self.members = members }

    /// The members stand in the order of the literal, whose names differ.
    package init(_ members: KeyValuePairs<String, JSON>) { self.members = members.map { Member($0.key, $0.value) } }

    /// The value of that name; `nil` where there is none, `.null` where it was sent as such. Case matters.
    package subscript(name: String) -> JSON? { members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value }

    /// Adds a member behind the others.
    package mutating func append(_ name: String, _ value: JSON) { members.append(Member(name, value)) }
}

extension JSON {
    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var array: [JSON]? { if case .array(let values) = self { values } else { nil } }
    package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The value of a number without fraction and exponent that fits.
    package var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

    package init(_ value: some BinaryInteger) { self = .number(String(value)) }
    /// A string, or null where there is none.
    package init(_ text: String?) { self = text.map(JSON.string) ?? .null }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .number(String(value)) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// The members stand in the order of the literal.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member($0, $1) }))
    }
}

extension JSON: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "null"
        case .bool, .number, .string: "..."
        case .array(let values): "[\(values.map(\.description).joined(separator: ","))]"
        case .object(let object):
            "{\(object.members.map { "\($0.name):\($0.value.description)" }.joined(separator: ","))}"
        }
    }
}

extension JSON {
    /// The value as the body of an answer, whose type stands behind the other headers.
    package func response(_ status: HTTPResponse.Status, headers: HTTPFields = HTTPFields()) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
