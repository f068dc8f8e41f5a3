import Crypto
import FoundationEssentials

/// Tokens that stand for a caller's name and password for a while: JWTs (RFC 7519) signed with HMAC-SHA-256.
///
/// A token carries a fingerprint of the password hash it was issued under, so that a new password, or the caller's
/// end, revokes it without a list of tokens anywhere.
package struct AccessTokens: Sendable {
    /// How long a token is good for, in seconds.
    package static let lifetime: Int64 = 3600
    /// The longest token that is looked at, in bytes.
    private static let limit = 2048
    /// The first part of every token: `{"alg":"HS256","typ":"JWT"}`. Another one is nobody's, whatever it asks for.
    private static let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

    private let key: SymmetricKey

    /// A key that is made anew at each start makes every token end with the process.
    package init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// A key for one more purpose, made from this one.
    func key(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// Whom a token stands for, and until when. The names are those that Bandwidth's clients read.
    struct Claims: Codable, Equatable {
        /// The caller's name.
        var sub: String
        var accounts: [String]
        var roles: [String]
        /// Whether the account is one of a trial; none is.
        var express = false
        /// Seconds since 1970.
        var iat: Int64
        var exp: Int64
        /// The fingerprint of the password hash.
        var pwd: String
    }

    func issue(for stored: StoredCaller, at now: Timestamp) -> Secret<String>? {
        let caller = stored.caller
        let seconds = now.milliseconds / 1000
        let claims = Claims(
            sub: caller.name, accounts: [caller.account.description], roles: [caller.role.rawValue], iat: seconds,
            exp: seconds + Self.lifetime, pwd: fingerprint(of: stored.passwordHash))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let payload = try? encoder.encode(claims) else { return nil }
        let signed = "\(Self.header).\(Base64URL.encoded(payload))"
        return Secret("\(signed).\(Base64URL.encoded(signature(of: signed)))")
    }

    /// The claims of a token that is ours and not over.
    func claims(of token: Secret<String>, at now: Timestamp) -> Claims? {
        let text = token.reveal()
        guard text.utf8.count <= Self.limit, text.hasPrefix("\(Self.header).") else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decoded(parts[1]), let code = Base64URL.decoded(parts[2]),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array("\(parts[0]).\(parts[1])".utf8), using: key),
            let claims = try? JSONDecoder().decode(Claims.self, from: payload),
            now.milliseconds / 1000 < claims.exp
        else { return nil }
        return claims
    }

    /// Whether the password is still the one that the token was issued under; compares in constant time.
    func isCurrent(_ claims: Claims, for hash: PasswordHash) -> Bool {
        SymmetricKey(data: Array(claims.pwd.utf8)) == SymmetricKey(data: Array(fingerprint(of: hash).utf8))
    }

    /// What is kept of a secret that whoever shows it is let in with.
    func digest(of secret: Secret<String>) -> String {
        Array(HMAC<SHA256>.authenticationCode(for: Array("secret \(secret.reveal())".utf8), using: key)).hexadecimal
    }

    private func fingerprint(of hash: PasswordHash) -> String {
        Array(HMAC<SHA256>.authenticationCode(for: Array("password hash \(hash.text)".utf8), using: key)).hexadecimal
    }

    private func signature(of text: String) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

/// Base64 for URLs, without padding (RFC 4648 section 5).
enum Base64URL {
    static func encoded(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decoded(_ text: Substring) -> Data? {
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }) else { return nil }
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4))
    }
}
