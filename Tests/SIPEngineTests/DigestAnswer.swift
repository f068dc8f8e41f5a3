import Crypto

/// What a client sends that follows RFC 7616 section 3.4.1, written without the code under test.
struct DigestAnswer: Sendable {
    var username = "alice"
    var password = "s3"
    var realm = "sip.test"
    var method = "REGISTER"
    var uri = "sip:sip.test"
    var nonce = "0011223344"
    var nc = "00000001"
    var cnonce = "0a4f113b"
    var qop = "auth"
    var hash: @Sendable (String) -> String = md5

    var response: String {
        let parts = [hash("\(username):\(realm):\(password)"), nonce, nc, cnonce, qop, hash("\(method):\(uri)")]
        return hash(parts.joined(separator: ":"))
    }

    /// The value of an Authorization header; `other` replaces or adds fields, an empty one leaves its field out.
    func header(_ other: [String: String] = [:]) -> String {
        var fields = [
            "username": "\"\(username)\"", "realm": "\"\(realm)\"", "nonce": "\"\(nonce)\"", "uri": "\"\(uri)\"",
            "nc": nc, "cnonce": "\"\(cnonce)\"", "qop": qop, "response": "\"\(response)\"",
        ]
        fields.merge(other) { $1 }
        let written = fields.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        return "Digest \(written.joined(separator: ", "))"
    }
}

@Sendable func md5(_ text: String) -> String { hexadecimal(Insecure.MD5.hash(data: Array(text.utf8))) }

@Sendable func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

private func hexadecimal(_ digest: some Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
