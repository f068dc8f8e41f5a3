import SIPMessage

/// The value of an Authorization or WWW-Authenticate: what is read stands in the value, and reads the same once written.
enum DigestTarget {
    private static let names = [
        "username", "username*", "realm", "nonce", "uri", "response", "algorithm", "cnonce", "qop", "nc", "opaque",
        "stale",
    ]

    /// The fields in the order of `names`.
    static func ranges(_ fields: DigestFields) -> [ByteRange?] {
        [
            fields.username, fields.extendedUsername, fields.realm, fields.nonce, fields.uri, fields.response,
            fields.algorithm, fields.cnonce, fields.qop, fields.nc, fields.opaque, fields.stale,
        ]
    }

    static func check(_ bytes: [UInt8]) throws(Violation) {
        if bytes.count <= 8192, let info = AuthenticationInfo(bytes.span, ByteRange(0, bytes.count)) {
            try hold((info.nextNonce?.end ?? 0) <= bytes.count, "a next nonce stands in the value")
        }
        guard bytes.count <= 8192, let fields = DigestFields(bytes.span, ByteRange(0, bytes.count)) else { return }
        let found = ranges(fields)
        guard fields.isDigest else { return try hold(found.allSatisfy { $0 == nil }, "another scheme is not read") }
        var text = Array("Digest ".utf8)
        for (name, range) in zip(names, found) {
            guard let range else { continue }
            try hold(range.end <= bytes.count && range.start >= 7, "a field stands behind the scheme")
            try hold(bytes.span.unquoted(range).count <= Int(range.count), "unquoting does not add")
            let isQuoted = bytes[Int(range.start) - 1] == UInt8(ascii: "\"")
            let mark: [UInt8] = isQuoted ? [0x22] : []
            text += (text.count > 7 ? [0x2C] : []) + Array(name.utf8) + [0x3D] + mark + bytes[range.range] + mark
        }
        if let name = fields.username {
            let hasEscape = bytes[name.range].contains(UInt8(ascii: "\\"))
            try hold(fields.usernameIsEscaped == hasEscape, "a user name is escaped where it holds a backslash")
        }
        guard text.count > 7 else { return }
        guard let again = DigestFields(text.span, ByteRange(0, text.count)) else {
            throw Violation(description: "what was written can be read: \(String(decoding: text, as: UTF8.self))")
        }
        for (name, (old, new)) in zip(names, zip(found, ranges(again))) {
            try hold((old == nil) == (new == nil), "\(name) is there again")
            if let old, let new { try hold(bytes.span.holds(old, text.span, new), "\(name) is written as it was read") }
        }
    }
}
