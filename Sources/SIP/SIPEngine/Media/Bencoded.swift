/// A value in the encoding that media relays are spoken to with: bencode (rtpengine's "ng" protocol).
package enum Bencoded: Equatable, Sendable {
    case bytes([UInt8])
    case integer(Int)
    case list([Bencoded])
    case entries([Entry])

    package struct Entry: Equatable, Sendable {
        package let key: [UInt8]
        package let value: Bencoded
    }

    package static func text(_ text: String) -> Bencoded { .bytes(Array(text.utf8)) }

    /// Values within values; an answer has three.
    private static let depthLimit = 16

    /// The one value that the bytes are, all of them; `nil` for anything else.
    package init?(_ bytes: Span<UInt8>) {
        var reader = Reader(at: 0)
        guard let value = reader.value(bytes, depth: 0), reader.at == bytes.count else { return nil }
        self = value
    }

    /// The value of an entry; `nil` where there is none, or this has none.
    package subscript(key: String) -> Bencoded? {
        guard case .entries(let entries) = self else { return nil }
        return entries.first { $0.key.elementsEqual(key.utf8) }?.value
    }

    package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    package func write(to output: inout [UInt8]) {
        switch self {
        case .bytes(let bytes): Self.write(bytes, to: &output)
        case .integer(let number): output += "i\(number)e".utf8
        case .list(let values):
            output.append(UInt8(ascii: "l"))
            for value in values { value.write(to: &output) }
            output.append(UInt8(ascii: "e"))
        case .entries(let entries):
            output.append(UInt8(ascii: "d"))
            for entry in entries {
                Self.write(entry.key, to: &output)
                entry.value.write(to: &output)
            }
            output.append(UInt8(ascii: "e"))
        }
    }

    private static func write(_ bytes: [UInt8], to output: inout [UInt8]) {
        output += "\(bytes.count):".utf8
        output += bytes
    }

    private struct Reader {
        var at: Int

        mutating func value(_ input: Span<UInt8>, depth: Int) -> Bencoded? {
            guard at < input.count, depth < depthLimit else { return nil }
            switch input[at] {
            case UInt8(ascii: "i"):
                at += 1
                return number(input, until: UInt8(ascii: "e")).map(Bencoded.integer)
            case UInt8(ascii: "l"):
                at += 1
                var values: [Bencoded] = []
                while !takeEnd(input) {
                    guard let value = value(input, depth: depth + 1) else { return nil }
                    values.append(value)
                }
                return .list(values)
            case UInt8(ascii: "d"):
                at += 1
                var entries: [Entry] = []
                while !takeEnd(input) {
                    guard let key = bytes(input), let value = value(input, depth: depth + 1) else { return nil }
                    entries.append(Entry(key: key, value: value))
                }
                return .entries(entries)
            default: return bytes(input).map(Bencoded.bytes)
            }
        }

        private mutating func takeEnd(_ input: Span<UInt8>) -> Bool {
            guard at < input.count, input[at] == UInt8(ascii: "e") else { return false }
            at += 1
            return true
        }

        private mutating func bytes(_ input: Span<UInt8>) -> [UInt8]? {
            guard let count = number(input, until: UInt8(ascii: ":")), count >= 0, count <= input.count - at else {
                return nil
            }
            defer { at += count }
            return (at..<at + count).map { input[$0] }
        }

        private mutating func number(_ input: Span<UInt8>, until end: UInt8) -> Int? {
            var digits = ""
            while at < input.count, input[at] != end, digits.utf8.count < 20 {
                digits.unicodeScalars.append(Unicode.Scalar(input[at]))
                at += 1
            }
            guard at < input.count, input[at] == end else { return nil }
            at += 1
            return Int(digits)
        }
    }
}
