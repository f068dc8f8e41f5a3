import Datagrams

/// Checks digest answers (RFC 7616 section 3.4.1, MD5 with qop=auth). User 7 has the password of a prefix and `0000007`.
struct Passwords {
    let realm: [UInt8]
    /// Any of them is right: one for what was provisioned, another for what is changed meanwhile.
    let prefixes: [[UInt8]]
    private var text: [UInt8] = []
    private var ha2: [UInt8] = []
    private var wanted: [UInt8] = []

    init(realm: String, prefixes: [String]) {
        self.realm = Array(realm.utf8)
        self.prefixes = prefixes.map { Array($0.utf8) }
    }

    mutating func fit(_ given: Request.Credentials, of user: Int, _ bytes: Span<UInt8>) -> Bool {
        guard bytes.bytes(in: given.realm) == realm else { return false }
        text = Array("REGISTER:".utf8) + bytes.bytes(in: given.uri)
        ha2.removeAll(keepingCapacity: true)
        ha2.append(md5Of: text)
        return prefixes.contains { response(given, of: user, $0, bytes) == bytes.bytes(in: given.response) }
    }

    private mutating func response(
        _ given: Request.Credentials, of user: Int, _ prefix: [UInt8], _ bytes: Span<UInt8>
    ) -> [UInt8] {
        text.removeAll(keepingCapacity: true)
        text += bytes.bytes(in: given.username)
        text.append(UInt8(ascii: ":"))
        text += realm
        text.append(UInt8(ascii: ":"))
        text += prefix
        text.append(decimal: user, width: 7)
        wanted.removeAll(keepingCapacity: true)
        wanted.append(md5Of: text)
        text.removeAll(keepingCapacity: true)
        text += wanted
        for value in [given.nonce, given.nc, given.cnonce] {
            text.append(UInt8(ascii: ":"))
            text += bytes.bytes(in: value)
        }
        text += ":auth:".utf8
        text += ha2
        wanted.removeAll(keepingCapacity: true)
        wanted.append(md5Of: text)
        return wanted
    }
}
