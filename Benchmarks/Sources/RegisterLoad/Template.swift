/// What differs from one request to the next. The values of a request stand in one row, in this order.
enum Field: String, CaseIterable {
    case user, address, branch, cseq, nonceCount, cnonce, response, nonce, opaque

    /// Where each value stands in the row; all but the last two always have the same width.
    static func places(nonceLength: Int, opaqueLength: Int) -> [Field: Range<Int>] {
        var places: [Field: Range<Int>] = [:]
        var end = 0
        for field in allCases {
            let width =
                switch field {
                case .user: 7
                case .address: 19
                case .branch: 12
                case .cseq: 6
                case .nonceCount, .cnonce: 8
                case .response: 32
                case .nonce: nonceLength
                case .opaque: opaqueLength
                }
            places[field] = end..<end + width
            end += width
        }
        return places
    }
}

/// A message that is copied whole and then gets its values written in.
struct Template {
    private struct Place {
        let target: Int
        let source: Range<Int>
    }

    private var text: [UInt8] = []
    private var places: [Place] = []

    /// Reads `{field}` as a place; line ends become CRLF.
    init(_ source: String, places row: [Field: Range<Int>]) {
        for piece in source.replacing("\n", with: "\r\n").split(separator: "{", omittingEmptySubsequences: false) {
            let halves = piece.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let field = Field(rawValue: String(halves[0])), let source = row[field] else {
                text += piece.utf8
                continue
            }
            places.append(Place(target: text.count, source: source))
            text += Array(repeating: UInt8(ascii: "?"), count: source.count)
            text += halves[1].utf8
        }
    }

    /// Appends the message with a row of values written in.
    func append(_ values: [UInt8], to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: text)
        for place in places {
            var target = start + place.target
            for source in place.source {
                bytes[target] = values[source]
                target += 1
            }
        }
    }
}
