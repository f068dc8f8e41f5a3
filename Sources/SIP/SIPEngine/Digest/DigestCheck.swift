import Crypto
import FoundationEssentials
package import SIPMessage

/// Recomputes what a client should have answered (RFC 7616 section 3.4.1, `qop=auth`).
package struct DigestCheck {
    /// Whether the answer fits one of the secrets for the algorithm that it names.
    ///
    /// `method` is the request's method as received. Takes the same time wherever the answer differs.
    package static func matches(
        _ fields: DigestFields, _ bytes: Span<UInt8>, method: ByteRange, secrets: DigestSecrets,
        realmInName: Bool
    ) -> Bool {
        guard let answer = Answer(fields, bytes) else { return false }
        switch answer.algorithm {
        case .md5:
            let first = realmInName ? secrets.md5WithRealm : secrets.md5
            let second = realmInName ? secrets.md5 : secrets.md5WithRealm
            return matches(first, answer, bytes, method) || matches(second, answer, bytes, method)
        case .sha256:
            var found = false
            for secret in secrets.sha256 where !found { found = matches(secret, answer, bytes, method) }
            return found
        }
    }

    private static func matches(
        _ secret: MD5Secret?, _ answer: Answer, _ bytes: Span<UInt8>, _ method: ByteRange
    ) -> Bool {
        guard let secret else { return false }
        var ha1 = ShortText()
        ha1.append(hexWord: secret.high)
        ha1.append(hexWord: secret.low)
        return fits(Insecure.MD5.self, ha1, answer, bytes, method)
    }

    private static func matches(
        _ secret: SHA256Secret, _ answer: Answer, _ bytes: Span<UInt8>, _ method: ByteRange
    ) -> Bool {
        var ha1 = ShortText()
        for word in 0..<4 { ha1.append(hexWord: secret.words[word]) }
        return fits(SHA256.self, ha1, answer, bytes, method)
    }

    @inline(__always)
    private static func fits<Hash: HashFunction>(
        _: Hash.Type, _ ha1: ShortText, _ answer: Answer, _ bytes: Span<UInt8>, _ method: ByteRange
    ) -> Bool {
        let ha2 = digestHA2(
            Hash.self, method: bytes.extracting(method.range), uri: bytes.extracting(answer.uri.range))
        // nonce:nc:cnonce:qop stand apart in the header; each is hashed where it stands.
        let response = digestResponse(
            Hash.self, ha1: ha1, ha2: ha2, nonce: bytes.extracting(answer.nonce.range),
            count: bytes.extracting(answer.count.range), clientNonce: bytes.extracting(answer.clientNonce.range),
            protection: bytes.extracting(answer.protection.range))
        return response.equals(bytes, answer.response)
    }
}

extension DigestCheck {
    /// The fields without which there is nothing to check.
    private struct Answer {
        let algorithm: DigestAlgorithm
        let nonce, count, clientNonce, protection, uri, response: ByteRange

        init?(_ fields: DigestFields, _ bytes: Span<UInt8>) {
            guard let nonce = fields.nonce, let count = fields.nc, let clientNonce = fields.cnonce,
                let protection = fields.qop, let uri = fields.uri, let response = fields.response,
                bytes.folds(protection, "auth")
            else { return nil }
            if let named = fields.algorithm {
                if bytes.folds(named, "md5") {
                    algorithm = .md5
                } else if bytes.folds(named, "sha-256") {
                    algorithm = .sha256
                } else {
                    return nil
                }
            } else {
                algorithm = .md5
            }
            (self.nonce, self.count, self.clientNonce) = (nonce, count, clientNonce)
            (self.protection, self.uri, self.response) = (protection, uri, response)
        }
    }
}

extension ShortText {
    /// Compares with hex digits of either case in a time that depends on the length only.
    func equals(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        guard Int(range.count) == count else { return false }
        var difference: UInt8 = 0
        for offset in 0..<count { difference |= folded(bytes[Int(range.start) + offset]) ^ self[offset] }
        return difference == 0
    }
}
