import Crypto
import FoundationEssentials

/// Tokens that stand for a subscriber for a while: JWTs (RFC 7519) signed with HMAC-SHA-256, and others to refresh them with.
struct SubscriberTokens: Sendable {
    /// How long a token is good for unless whoever asks says otherwise, and one to refresh with, in seconds.
    static let lifetime: Int64 = 2 * 3600
    static let refreshLifetime: Int64 = 30 * 24 * 3600
    private static let limit = 2048

    private let key: SymmetricKey

    init(key: SymmetricKey) { self.key = key }

    enum Kind: String {
        case access = "SAT"
        case refresh = "Refresh"
    }

    struct Claims: Codable, Equatable {
        /// The subscriber's reference.
        var sub: String
        var account: String
        /// Seconds since 1970.
        var iat: Int64
        var exp: Int64
    }

    func issue(_ kind: Kind, for subscriber: Subscriber, at now: Timestamp, until end: Int64? = nil)
        -> Secret<String>?
    {
        let seconds = now.milliseconds / 1000
        let lifetime = kind == .access ? Self.lifetime : Self.refreshLifetime
        let claims = Claims(
            sub: subscriber.reference.description, account: subscriber.account.description, iat: seconds,
            exp: end ?? seconds + lifetime)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let payload = try? encoder.encode(claims) else { return nil }
        let signed = "\(Self.header(kind)).\(Base64URL.encoded(payload))"
        return Secret("\(signed).\(Base64URL.encoded(signature(of: signed)))")
    }

    /// Whose token it is, for one of that kind that is not over.
    ///
    /// Throws `refreshTokenInvalid`, `refreshTokenWrongKind`, `refreshTokenOver`.
    func claims(of token: Secret<String>, _ kind: Kind, at now: Timestamp) throws(ProvisioningError) -> Claims {
        let text = token.reveal()
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.limit, parts.count == 3, let payload = Base64URL.decoded(parts[1]),
            let code = Base64URL.decoded(parts[2]),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array("\(parts[0]).\(parts[1])".utf8), using: key),
            let claims = try? JSONDecoder().decode(Claims.self, from: payload)
        else { throw ProvisioningError(.refreshTokenInvalid, field: "refreshToken") }
        guard parts[0] == Self.header(kind) else {
            throw ProvisioningError(.refreshTokenWrongKind, field: "refreshToken")
        }
        guard now.milliseconds / 1000 < claims.exp else {
            throw ProvisioningError(.refreshTokenOver, field: "refreshToken")
        }
        return claims
    }

    private static func header(_ kind: Kind) -> String {
        Base64URL.encoded(Data("{\"alg\":\"HS256\",\"typ\":\"\(kind.rawValue)\"}".utf8))
    }

    private func signature(of text: String) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}
