import Crypto
import CryptoExtras
import FoundationEssentials

/// A JWT (RFC 7519) that a program signed with its own RSA key (RS256), as far as it was read.
struct ServiceToken: Sendable {
    /// How long a token may live, in seconds: the vendor's limit.
    static let lifetime: Int64 = 3600
    /// How far the program's clock may be ahead of ours, in seconds.
    static let leeway: Int64 = 30
    /// The longest token that is looked at, in bytes.
    private static let limit = 4096
    /// The smallest key that is taken, in bits.
    static let keySize = 2048

    let keyID: String
    let claims: Claims
    private let signed: [UInt8]
    private let signature: Data

    /// What the token says of itself; times in seconds since 1970.
    struct Claims: Decodable {
        /// The account's id; some programs write a string.
        let issuer: String
        let issuedAt: Int64
        let expires: Int64
        let notBefore: Int64?

        private enum CodingKeys: String, CodingKey {
            case issuer = "iss"
            case issuedAt = "iat"
            case expires = "exp"
            case notBefore = "nbf"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            if let number = try? values.decode(Int64.self, forKey: .issuer) {
                issuer = String(number)
            } else {
                issuer = try values.decode(String.self, forKey: .issuer)
            }
            issuedAt = try values.decode(Int64.self, forKey: .issuedAt)
            expires = try values.decode(Int64.self, forKey: .expires)
            notBefore = try values.decodeIfPresent(Int64.self, forKey: .notBefore)
        }
    }

    private struct Header: Decodable {
        let alg: String
        let kid: String
    }

    /// Reads a token without checking its signature; throws `tokenUnreadable` also for any algorithm but RS256.
    init(reading token: Secret<String>) throws(ProvisioningError) {
        let text = token.reveal()
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.limit, parts.count == 3, let head = Base64URL.decoded(parts[0]),
            let payload = Base64URL.decoded(parts[1]), let signature = Base64URL.decoded(parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: head), header.alg == "RS256",
            let claims = try? JSONDecoder().decode(Claims.self, from: payload)
        else { throw ProvisioningError(.tokenUnreadable) }
        keyID = header.kid.lowercased()
        self.claims = claims
        signed = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    /// Whether the key made the signature.
    func isSigned(by pem: String) -> Bool {
        guard let key = try? _RSA.Signing.PublicKey(pemRepresentation: pem), key.keySizeInBits >= Self.keySize else {
            return false
        }
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: signed),
            padding: .insecurePKCS1v1_5)
    }

    /// Throws `notAuthorized` for another issuer than the account, `tokenLivesTooLong`, `tokenIssuedInFuture`, `tokenExpired`.
    func require(_ account: AccountID, at now: Timestamp) throws(ProvisioningError) {
        // The vendor's Python client writes 0 where it was given a configuration instead of a file.
        guard claims.issuer == account.description || claims.issuer == "0" else {
            throw ProvisioningError(.notAuthorized)
        }
        let (seconds, lifetime) = (
            now.milliseconds / 1000, claims.expires.subtractingReportingOverflow(claims.issuedAt)
        )
        guard !lifetime.overflow, lifetime.partialValue <= Self.lifetime else {
            throw ProvisioningError(.tokenLivesTooLong)
        }
        guard max(claims.issuedAt, claims.notBefore ?? claims.issuedAt) <= seconds + Self.leeway else {
            throw ProvisioningError(.tokenIssuedInFuture)
        }
        guard seconds < claims.expires else { throw ProvisioningError(.tokenExpired) }
    }
}
