import Crypto
import SIPEngine
import SIPMessage
import SIPTransport

/// Writes digest challenges that tell nobody which users exist.
struct Challenges: Sendable {
    let nonces: Nonces
    private let best: DigestAlgorithm
    /// Decides the class of unknown users.
    private let key: SymmetricKey

    /// - Parameter best: what is asked for of whoever can be asked for it.
    init(nonces: Nonces, best: DigestAlgorithm, uniformityKey: [UInt8]) {
        self.nonces = nonces
        self.best = best
        key = SymmetricKey(data: uniformityKey)
    }

    /// The algorithms that a user is challenged with; an unknown one falls into a class by a keyed hash of its name.
    func set(for identity: Identity?, name: Span<UInt8>) -> ChallengeSet {
        if let identity {
            let own = identity.secrets.challenges
            return own.sha256 && !(own.md5 && best == .md5) ? own : .md5Only
        }
        guard best == .sha256 else { return .md5Only }
        let code = unsafe name.withUnsafeBytes { bytes in
            unsafe HMAC<SHA256>.authenticationCode(for: bytes, using: key)
        }
        return code.first(where: { _ in true }).map { $0 & 1 == 0 } == true ? .both : .md5Only
    }

    /// Writes one challenge for each algorithm, the preferred first (RFC 8760 section 2.4).
    func write(_ set: ChallengeSet, as role: DigestRole, realm: [UInt8], isStale: Bool, to exchange: inout Exchange) {
        if set.sha256 { write(.sha256, role, realm, isStale, &exchange) }
        if set.md5 { write(.md5, role, realm, isStale, &exchange) }
    }

    private func write(
        _ algorithm: DigestAlgorithm, _ role: DigestRole, _ realm: [UInt8], _ isStale: Bool,
        _ exchange: inout Exchange
    ) {
        exchange.reply.append(role.challenge)
        exchange.reply.append(": Digest realm=\"")
        exchange.reply.append(realm)
        exchange.reply.append("\", nonce=\"")
        nonces.write(to: &exchange.reply, for: exchange.source, now: exchange.seconds)
        exchange.reply.append("\", algorithm=")
        exchange.reply.append(algorithm.token)
        exchange.reply.append(", qop=\"auth\"")
        if isStale { exchange.reply.append(", stale=true") }
        exchange.reply.append("\r\n")
    }
}
