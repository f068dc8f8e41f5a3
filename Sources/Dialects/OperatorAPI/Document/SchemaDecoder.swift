import DialectKit

extension Schema {
    /// The schema of the JSON that a type reads and writes: what its `init(from:)` asks for, when nothing is refused.
    init(of type: (some Decodable).Type) { self = Schema.found(for: type).schema }

    /// - Returns: with a value, where it takes one to go on.
    fileprivate static func found<Value: Decodable>(for type: Value.Type) -> (schema: Schema, value: Value?) {
        if let known = type as? any SchemaKnown.Type { return (known.schema, known.sample as? Value) }
        if let enumeration = type as? any CaseIterable.Type { return (texts(of: enumeration), first(enumeration)) }
        let note = SchemaNote()
        let value = try? Value(from: SchemaDecoder(note: note))
        return (.object(note.members, required: note.required), value)
    }

    private static func texts<Enumeration: CaseIterable>(of type: Enumeration.Type) -> Schema {
        .string(among: type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String })
    }

    private static func first<Enumeration: CaseIterable, Value>(_ type: Enumeration.Type) -> Value? {
        type.allCases.first.flatMap { $0 as? Value }
    }
}

/// What is no object, or whose members have no names of their own.
private protocol SchemaKnown {
    static var schema: Schema { get }
    static var sample: Self { get }
}

extension Bool: SchemaKnown {
    fileprivate static var schema: Schema { .boolean }
    fileprivate static var sample: Bool { false }
}

extension String: SchemaKnown {
    fileprivate static var schema: Schema { .string }
    fileprivate static var sample: String { "" }
}

extension FixedWidthInteger {
    fileprivate static var schema: Schema { isSigned ? .integer : .integer(from: 0) }
    fileprivate static var sample: Self { 0 }
}

extension Int: SchemaKnown {}
extension Int64: SchemaKnown {}
extension UInt16: SchemaKnown {}
extension UInt32: SchemaKnown {}
extension UInt64: SchemaKnown {}

extension Array: SchemaKnown where Element: Decodable {
    fileprivate static var schema: Schema { .array(of: Schema(of: Element.self)) }
    fileprivate static var sample: [Element] { [] }
}

extension Dictionary: SchemaKnown where Value: Decodable {
    fileprivate static var schema: Schema { .object(valuesOf: Schema(of: Value.self)) }
    fileprivate static var sample: [Key: Value] { [:] }
}

/// The members that a type asked for.
private final class SchemaNote {
    var members: [(String, Schema)] = []
    var required: [String] = []
}

/// Answers every question with a value that means nothing, and writes the questions down.
private struct SchemaDecoder: Decoder {
    let note: SchemaNote
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SchemaMembers<Key>(note: note))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NoSuchShape() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NoSuchShape() }
}

private struct NoSuchShape: Error {}

private struct SchemaMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let note: SchemaNote
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }

    /// Only what may be missing is asked whether it is.
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        note.required.append(key.stringValue)
        return try value(type, key)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try value(type, key)
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try value(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try value(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try value(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try value(type, key) }

    private func value<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value {
        let (schema, value) = Schema.found(for: type)
        note.members.append((key.stringValue, schema))
        guard let value else { throw NoSuchShape() }
        return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Nested>
    { throw NoSuchShape() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NoSuchShape() }
    func superDecoder() throws -> any Decoder { throw NoSuchShape() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw NoSuchShape() }
}
