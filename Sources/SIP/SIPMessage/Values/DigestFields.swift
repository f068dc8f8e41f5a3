/// The value of Authorization or Proxy-Authorization, or a challenge, as far as Digest goes (RFC 7616, RFC 8760):
/// every range stands between its quotes.
package struct DigestFields: Sendable, Hashable {
    /// False for another scheme, of which nothing is read.
    package let isDigest: Bool
    package private(set) var username: ByteRange?
    /// The username holds `\` escapes and must be unescaped before it is compared.
    package private(set) var usernameIsEscaped = false
    /// `username*`, in the encoding of RFC 8187.
    package private(set) var extendedUsername: ByteRange?
    package private(set) var realm: ByteRange?
    package private(set) var nonce: ByteRange?
    package private(set) var uri: ByteRange?
    package private(set) var response: ByteRange?
    package private(set) var algorithm: ByteRange?
    package private(set) var cnonce: ByteRange?
    package private(set) var qop: ByteRange?
    package private(set) var nc: ByteRange?
    package private(set) var opaque: ByteRange?
    package private(set) var stale: ByteRange?

    /// Nil where the grammar is broken or a field is given twice.
    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard bytes.contains(range) else { return nil }
        let end = range.end
        let schemeEnd = bytes.skip(.token, Int(range.start), end)
        guard schemeEnd > Int(range.start) else { return nil }
        isDigest = bytes.folds(ByteRange(proven: Int(range.start), schemeEnd), "digest")
        guard isDigest else { return }
        let start = bytes.skipSpace(schemeEnd, end)
        guard start > schemeEnd else { return nil }
        var fields = DigestFieldWalk(ByteRange(proven: start, end))
        while let (name, value) = fields.next(bytes) {
            guard set(bytes, name, value) else { return nil }
        }
        if fields.isMalformed { return nil }
        if let username { usernameIsEscaped = bytes.hasEscape(username) }
    }

    /// False when the field was set before; unknown fields are passed over.
    private mutating func set(_ bytes: Span<UInt8>, _ name: ByteRange, _ value: ByteRange) -> Bool {
        switch name.count {
        case 2 where bytes.folds(name, "nc"): Self.set(&nc, value)
        case 3 where bytes.folds(name, "uri"): Self.set(&uri, value)
        case 3 where bytes.folds(name, "qop"): Self.set(&qop, value)
        case 5 where bytes.folds(name, "realm"): Self.set(&realm, value)
        case 5 where bytes.folds(name, "nonce"): Self.set(&nonce, value)
        case 5 where bytes.folds(name, "stale"): Self.set(&stale, value)
        case 6 where bytes.folds(name, "cnonce"): Self.set(&cnonce, value)
        case 6 where bytes.folds(name, "opaque"): Self.set(&opaque, value)
        case 8 where bytes.folds(name, "username"): Self.set(&username, value)
        case 8 where bytes.folds(name, "response"): Self.set(&response, value)
        case 9 where bytes.folds(name, "algorithm"): Self.set(&algorithm, value)
        case 9 where bytes.folds(name, "username*"): Self.set(&extendedUsername, value)
        default: true
        }
    }

    @inline(__always)
    private static func set(_ field: inout ByteRange?, _ value: ByteRange) -> Bool {
        guard field == nil else { return false }
        field = value
        return true
    }
}

extension Span<UInt8> {
    /// Whether a quoted string's content holds a `\`.
    func hasEscape(_ range: ByteRange) -> Bool {
        for offset in range.range where byte(offset) == UInt8(ascii: "\\") { return true }
        return false
    }
}
