/// A JSON Schema (draft 2020-12), as OpenAPI 3.1 uses it.
package struct Schema: Sendable, Equatable {
    package private(set) var json: JSONObject

    private init(_ members: (String, JSON)...) {
        json = JSONObject(members.map { JSONObject.Member($0.0, $0.1) })
    }

    private init(type: String) { self.init(("type", .string(type))) }

    package static let any = Schema()
    package static let string = Schema(type: "string")
    package static let integer = Schema(type: "integer")
    package static let number = Schema(type: "number")
    package static let boolean = Schema(type: "boolean")
    package static let null = Schema(type: "null")

    package static func string(format: String) -> Schema { string.with("format", .string(format)) }
    package static func string(like pattern: String) -> Schema { string.with("pattern", .string(pattern)) }
    package static func string(upTo length: Int) -> Schema { string.with("maxLength", JSON(length)) }

    package static func string(among values: [String]) -> Schema {
        string.with("enum", .array(values.map { .string($0) }))
    }

    package static func integer(in range: ClosedRange<Int64>) -> Schema {
        integer.with("minimum", JSON(range.lowerBound)).with("maximum", JSON(range.upperBound))
    }

    package static func integer(from minimum: Int64) -> Schema { integer.with("minimum", JSON(minimum)) }
    package static func integer(among values: [Int64]) -> Schema {
        integer.with("enum", .array(values.map { JSON($0) }))
    }
    package static func array(of items: Schema) -> Schema { Schema(type: "array").with("items", .object(items.json)) }
    package static func oneOf(_ schemas: [Schema]) -> Schema {
        Schema(("anyOf", .array(schemas.map { .object($0.json) })))
    }

    /// A schema of the document's `components`.
    package static func named(_ name: String) -> Schema { Schema(("$ref", .string("#/components/schemas/\(name)"))) }

    /// An object with those members.
    ///
    /// - Parameters:
    ///   - required: `nil` for all of them.
    ///   - isOpen: whether it may have others.
    package static func object(
        _ properties: [(String, Schema)], required: [String]? = nil, isOpen: Bool = false
    ) -> Schema {
        let members = properties.map { JSONObject.Member($0.0, .object($0.1.json)) }
        var schema = Schema(type: "object").with("properties", .object(JSONObject(members)))
        let required = required ?? properties.map(\.0)
        if !required.isEmpty { schema = schema.with("required", .array(required.map { .string($0) })) }
        return isOpen ? schema : schema.with("additionalProperties", false)
    }

    /// An object whose members have any names.
    package static func object(valuesOf schema: Schema) -> Schema {
        Schema(type: "object").with("additionalProperties", .object(schema.json))
    }

    package var orNull: Schema { .oneOf([self, .null]) }

    /// The same as an element of XML of that name.
    package func called(_ name: String) -> Schema {
        var schema = self
        schema.json = JSONObject(json.members.filter { $0.name != "xml" })
        return schema.with("xml", ["name": .string(name)])
    }

    package func described(_ text: String) -> Schema { with("description", .string(text)) }

    private func with(_ name: String, _ value: JSON) -> Schema {
        var schema = self
        schema.json.append(name, value)
        return schema
    }
}

extension Schema {
    /// What has the shape of `sample`: its members, all of them, each of its type.
    ///
    /// - Parameter known: members of which more is known than their type.
    package init(of sample: JSON, known: [String: Schema] = [:]) {
        switch sample {
        case .null: self = .null
        case .bool: self = .boolean
        case .number(let text): self = Int64(text) == nil ? .number : .integer
        case .string: self = .string
        case .array(let values): self = .array(of: values.first.map { Schema(of: $0, known: known) } ?? .any)
        case .object(let object):
            self = .object(
                object.members.map { member in
                    let plain = Schema(of: member.value, known: known)
                    guard let better = known[member.name], better.json["type"] == plain.json["type"] else {
                        return (member.name, plain)
                    }
                    return (member.name, better)
                })
        }
    }
}
