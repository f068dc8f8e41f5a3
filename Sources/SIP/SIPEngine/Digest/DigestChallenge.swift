import Crypto
package import SIPMessage

/// A challenge that we can answer, kept for as long as its nonce is good (RFC 7616 section 3.3).
///
/// It counts what it was used for, so that one nonce serves many requests without a new challenge.
package struct DigestChallenge: Sendable, Equatable {
    package let algorithm: DigestAlgorithm
    /// `-sess`: HA1 is bound to the nonce and our cnonce.
    package let isSession: Bool
    package let protection: Protection
    /// The server says that the answer was right for a nonce that is over.
    package let isStale: Bool
    /// Of the nonce, as `nc` says it.
    package private(set) var uses: UInt32 = 0
    /// The same for all uses of a nonce, so that both readings of `-sess` (this request's cnonce, or the first one's) agree.
    private let clientNonce: UInt64
    private let hasOpaque: Bool
    private let realmEnd: UInt16
    private let nonceEnd: UInt16
    /// Realm, nonce and opaque one behind the other, each as it stands between its quotes.
    private let texts: [UInt8]

    /// Bytes of realm, nonce and opaque together.
    private static let longest = 2048

    /// What the answer covers (RFC 7616 section 3.4, `qop`).
    package enum Protection: UInt8, Sendable {
        /// No qop, as RFC 2069 has it.
        case none
        case auth
        case authWithBody
    }

    /// Nil for another scheme, an algorithm or qop that is not known here, a missing realm or nonce, and one too long.
    package init?(_ fields: DigestFields, _ bytes: Span<UInt8>, clientNonce: UInt64) {
        guard fields.isDigest, let realm = fields.realm, let nonce = fields.nonce,
            let (algorithm, isSession) = Self.algorithm(fields.algorithm, bytes),
            let protection = Self.protection(fields.qop, bytes)
        else { return nil }
        let texts = bytes.array(realm) + bytes.array(nonce) + (fields.opaque.map { bytes.array($0) } ?? [])
        guard texts.count <= Self.longest, !texts.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        self.algorithm = algorithm
        self.isSession = isSession
        self.protection = protection
        self.clientNonce = clientNonce
        self.texts = texts
        isStale = fields.stale.map { bytes.folds($0, "true") } ?? false
        hasOpaque = fields.opaque != nil
        realmEnd = UInt16(realm.count)
        nonceEnd = realmEnd + UInt16(nonce.count)
    }

    /// The best of all challenges that a response makes (RFC 8760 section 2.4): SHA-256 before MD5, whatever the order.
    package static func best(
        _ name: HeaderName, in index: borrowing MessageIndex, _ bytes: Span<UInt8>, clientNonce: UInt64
    ) -> DigestChallenge? {
        var best: DigestChallenge?
        var line = 0
        while let found = index.line(name, from: line) {
            line = found + 1
            guard let fields = DigestFields(bytes, index.header(found).value),
                let challenge = DigestChallenge(fields, bytes, clientNonce: clientNonce)
            else { continue }
            if best.map({ challenge.rank > $0.rank }) ?? true { best = challenge }
        }
        return best
    }

    /// The same with the nonce that Authentication-Info announced (RFC 7616 section 3.5); nil for one that cannot be.
    package func next(nonce: ByteRange, _ bytes: Span<UInt8>, clientNonce: UInt64) -> DigestChallenge? {
        let nonce = bytes.array(nonce)
        let joined = texts[..<Int(realmEnd)] + nonce + texts[Int(nonceEnd)...]
        guard !nonce.isEmpty, joined.count <= Self.longest, !nonce.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return nil
        }
        return DigestChallenge(self, texts: Array(joined), nonceCount: nonce.count, clientNonce: clientNonce)
    }

    private init(_ other: DigestChallenge, texts: [UInt8], nonceCount: Int, clientNonce: UInt64) {
        algorithm = other.algorithm
        isSession = other.isSession
        protection = other.protection
        isStale = false
        hasOpaque = other.hasOpaque
        realmEnd = other.realmEnd
        nonceEnd = other.realmEnd + UInt16(nonceCount)
        self.texts = texts
        self.clientNonce = clientNonce
    }

    package func hasSameRealm(as other: DigestChallenge) -> Bool {
        texts[..<Int(realmEnd)] == other.texts[..<Int(other.realmEnd)]
    }

    /// Counts a new request; a retransmission is none.
    package mutating func use() { uses &+= 1 }

    private var rank: Int { (algorithm == .sha256 ? 8 : 0) + (isSession ? 0 : 4) + (protection == .auth ? 1 : 0) }

    private static func algorithm(
        _ range: ByteRange?, _ bytes: Span<UInt8>
    ) -> (algorithm: DigestAlgorithm, isSession: Bool)? {
        guard let range, !range.isEmpty else { return (.md5, false) }
        if bytes.folds(range, "md5") { return (.md5, false) }
        if bytes.folds(range, "sha-256") { return (.sha256, false) }
        if bytes.folds(range, "md5-sess") { return (.md5, true) }
        if bytes.folds(range, "sha-256-sess") { return (.sha256, true) }
        return nil
    }

    /// The best of a list such as `auth,auth-int`.
    private static func protection(_ list: ByteRange?, _ bytes: Span<UInt8>) -> Protection? {
        guard let list, !list.isEmpty else { return Protection.none }
        var found: Protection?
        var start = Int(list.start)
        while start < list.end {
            var end = start
            while end < list.end, bytes[end] != UInt8(ascii: ",") { end += 1 }
            var word = ByteRange(start, end)
            while !word.isEmpty, bytes[Int(word.start)] <= 0x20 { word = ByteRange(Int(word.start) + 1, word.end) }
            while !word.isEmpty, bytes[word.end - 1] <= 0x20 { word.count -= 1 }
            if bytes.folds(word, "auth") { return .auth }
            if bytes.folds(word, "auth-int") { found = .authWithBody }
            start = end + 1
        }
        return found
    }
}

/// HA1 of a user in a realm as hexadecimal text, made anew for each answer from a password that stays sealed; nil where
/// there is none.
package typealias HA1Source = @Sendable (DigestAlgorithm, _ realm: [UInt8]) -> ShortText?

extension DigestChallenge {
    /// Writes Authorization or Proxy-Authorization for a request with that body; false, and nothing written, where
    /// there is no HA1 for the realm.
    package func answer(
        _ name: HeaderName, to writer: inout MessageWriter, user: [UInt8], method: Method, uri: [UInt8],
        body: [UInt8] = [], ha1: HA1Source
    ) -> Bool {
        guard let secret = ha1(algorithm, texts.span.unquoted(ByteRange(0, Int(realmEnd)))) else { return false }
        var count = ShortText()
        for shift: UInt32 in [24, 16, 8, 0] { count.append(hexByte: UInt8(truncatingIfNeeded: uses >> shift)) }
        var ownNonce = ShortText()
        ownNonce.append(hexWord: clientNonce)
        let response =
            switch algorithm {
            case .md5: response(Insecure.MD5.self, secret, count, ownNonce, method, uri, body)
            case .sha256: response(SHA256.self, secret, count, ownNonce, method, uri, body)
            }
        write(name, to: &writer, user, uri, count, ownNonce, response)
        return true
    }

    private func response<Hash: HashFunction>(
        _: Hash.Type, _ secret: ShortText, _ count: ShortText, _ ownNonce: ShortText, _ method: Method, _ uri: [UInt8],
        _ body: [UInt8]
    ) -> ShortText {
        let nonce = texts.span.extracting(Int(realmEnd)..<Int(nonceEnd))
        let name = unsafe Array(UnsafeBufferPointer(start: method.text.utf8Start, count: method.text.utf8CodeUnitCount))
        let covered = Array(protection == .authWithBody ? "auth-int".utf8 : "auth".utf8)
        return ownNonce.withSpan { ownNonce in
            let ha1 =
                isSession ? digestSessionHA1(Hash.self, ha1: secret, nonce: nonce, clientNonce: ownNonce) : secret
            let ha2 = digestHA2(
                Hash.self, method: name.span, uri: uri.span, body: protection == .authWithBody ? body : nil)
            guard protection != .none else { return digestResponse(Hash.self, ha1: ha1, ha2: ha2, nonce: nonce) }
            return count.withSpan { count in
                digestResponse(
                    Hash.self, ha1: ha1, ha2: ha2, nonce: nonce, count: count, clientNonce: ownNonce,
                    protection: covered.span)
            }
        }
    }

    private func write(
        _ name: HeaderName, to writer: inout MessageWriter, _ user: [UInt8], _ uri: [UInt8], _ count: ShortText,
        _ ownNonce: ShortText, _ response: ShortText
    ) {
        writer.beginHeader(name)
        writer.append("Digest username=\"")
        for byte in user {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { writer.append(byte: UInt8(ascii: "\\")) }
            writer.append(byte: byte)
        }
        writer.append("\", realm=\"")
        writer.append(texts.span, ByteRange(0, Int(realmEnd)))
        writer.append("\", nonce=\"")
        writer.append(texts.span, ByteRange(Int(realmEnd), Int(nonceEnd)))
        writer.append("\", uri=\"")
        writer.append(uri)
        writer.append("\", response=\"")
        response.withSpan { writer.append($0) }
        writer.append("\", algorithm=")
        writer.append(algorithm.token)
        if isSession { writer.append("-sess") }
        if hasOpaque {
            writer.append(", opaque=\"")
            writer.append(texts.span, ByteRange(Int(nonceEnd), texts.count))
            writer.append(byte: UInt8(ascii: "\""))
        }
        if protection != .none || isSession {
            writer.append(", cnonce=\"")
            ownNonce.withSpan { writer.append($0) }
            writer.append(byte: UInt8(ascii: "\""))
        }
        if protection != .none {
            writer.append(protection == .auth ? ", qop=auth, nc=" : ", qop=auth-int, nc=")
            count.withSpan { writer.append($0) }
        }
        writer.endLine()
    }
}
