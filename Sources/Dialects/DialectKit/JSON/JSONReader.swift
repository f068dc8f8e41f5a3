import Provisioning

/// Why a text was not read.
package enum JSONFault: Error, Equatable {
    /// No JSON, or something behind it.
    case malformed
    /// Bytes that are no UTF-8, or half of a surrogate pair.
    case encoding
    /// An object has two members of one name, of which readers would each take another.
    case duplicateName
    /// Deeper or with more values than the limits allow.
    case tooComplex
}

/// What a text may cost.
package struct JSONLimits: Sendable {
    package var depth = 32
    package var values = 20_000

    package init() {}
}

extension JSON {
    /// Reads a text of RFC 8259 in UTF-8, strictly: no comments, no trailing commas, no byte order mark.
    package init(reading bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONFault) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .encoding }
        var reader = JSONReader(bytes: bytes, limits: limits)
        self = try reader.document()
    }
}

/// One pass over bytes that are known to be UTF-8.
private struct JSONReader {
    let bytes: [UInt8]
    let limits: JSONLimits
    private var position = 0
    private var count = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONFault) -> JSON {
        let value = try value(depth: 1)
        skipSpace()
        guard position == bytes.count else { throw .malformed }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSON {
        count += 1
        guard depth <= limits.depth, count <= limits.values else { throw .tooComplex }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONFault) -> JSON {
        let text = word.description.utf8
        guard bytes[position...].starts(with: text) else { throw .malformed }
        position += text.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONFault) -> [JSON] {
        position += 1
        skipSpace()
        guard !take("]") else { return [] }
        var values: [JSON] = []
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return values }
            guard take(",") else { throw .malformed }
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        position += 1
        skipSpace()
        guard !take("}") else { return JSONObject() }
        var members: [JSONObject.Member] = []
        var names: Set<[UInt8]> = []
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw .malformed }
            let name = try string()
            // By bytes: two spellings that Unicode holds equal are two names in JSON.
            guard names.insert(Array(name.utf8)).inserted else { throw .duplicateName }
            skipSpace()
            guard take(":") else { throw .malformed }
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return JSONObject(members) }
            guard take(",") else { throw .malformed }
        }
    }

    /// A number in the grammar of RFC 8259 section 6, as written.
    private mutating func number() throws(JSONFault) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw .malformed }
    }

    private mutating func string() throws(JSONFault) -> String {
        position += 1
        var text = ""
        var start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                text += String(decoding: bytes[start..<position], as: UTF8.self)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text += String(decoding: bytes[start..<position], as: UTF8.self)
                position += 1
                text.unicodeScalars.append(try escaped())
                start = position
            case 0..<0x20: throw .malformed
            default: position += 1
            }
        }
        throw .malformed
    }

    private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
        guard let byte = next else { throw .malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw .malformed
        }
    }

    /// What stands behind `\u`, with the second half of a surrogate pair.
    private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), take("\\"), take("u") else { throw .encoding }
        let trail = try codeUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw .encoding }
        let value = 0x10000 + ((UInt32(unit) & 0x3FF) << 10) + (UInt32(trail) & 0x3FF)
        guard let scalar = Unicode.Scalar(value) else { throw .encoding }
        return scalar
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = next?.hexDigit else { throw .malformed }
            position += 1
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
