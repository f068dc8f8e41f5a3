import Crypto
import CryptoExtras
import Foundation
import Provisioning
import Testing

/// A program's key and the tokens that it signs.
struct Signer: Sendable {
    let keyID: String
    let key: _RSA.Signing.PrivateKey

    /// Made once, since making one is slow on purpose.
    static let first = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    static let second = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// - Parameters: claims as they stand in the payload.
    func token(issuer: String, issued: Int64, expires: Int64, keyID: String? = nil, algorithm: String = "RS256")
        throws -> String
    {
        let header = #"{"alg":"\#(algorithm)","kid":"\#(keyID ?? self.keyID)","typ":"JWT"}"#
        let payload = #"{"iss":\#(issuer),"iat":\#(issued),"exp":\#(expires)}"#
        let signed = "\(Self.base64URL(Data(header.utf8))).\(Self.base64URL(Data(payload.utf8)))"
        let signature = try key.signature(for: SHA256.hash(data: Data(signed.utf8)), padding: .insecurePKCS1v1_5)
        return "\(signed).\(Self.base64URL(signature.rawRepresentation))"
    }

    /// The value of `Authorization` that a fixture names; `nil` for none.
    func authorization(_ kind: String, account: AccountID, now: Timestamp) throws -> String? {
        let (second, issuer) = (now.milliseconds / 1000, account.description)
        func bearer(
            issuer: String? = nil, issued: Int64 = -5, expires: Int64 = 24, keyID: String? = nil,
            algorithm: String = "RS256", by signer: Signer? = nil
        ) throws -> String {
            let token = try (signer ?? self).token(
                issuer: issuer ?? account.description, issued: second + issued, expires: second + expires, keyID: keyID,
                algorithm: algorithm)
            return "Bearer \(token)"
        }
        switch kind {
        case "none": return nil
        case "basic": return "Basic YWRtaW46YWRtaW4="
        case "garbage": return "Bearer garbage"
        case "good": return try bearer()
        case "text-issuer": return try bearer(issuer: "\"\(issuer)\"")
        case "zero-issuer": return try bearer(issuer: "\"0\"")
        case "other-issuer": return try bearer(issuer: "999")
        case "hour": return try bearer(issued: 0, expires: 3600)
        case "long": return try bearer(issued: 0, expires: 3601)
        case "ahead": return try bearer(issued: 30, expires: 60)
        case "future": return try bearer(issued: 31, expires: 60)
        case "expired": return try bearer(issued: -60, expires: 0)
        case "unknown-key": return try bearer(keyID: "3f2504e0-4f89-41d3-9a0c-0305e82c3301")
        case "other-signature": return try bearer(by: Signer(keyID: keyID, key: Self.second.get()))
        case "unsigned": return try bearer(algorithm: "none")
        default: throw UnknownKind(kind: kind)
        }
    }

    struct UnknownKind: Error {
        let kind: String
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
