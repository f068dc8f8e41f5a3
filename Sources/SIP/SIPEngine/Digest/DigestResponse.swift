import Crypto
import FoundationEssentials

/// HA1 of a password: Hash(user:realm:password) (RFC 7616 section 3.4.2).
package func digestHA1(
    _ algorithm: DigestAlgorithm, user: Span<UInt8>, realm: Span<UInt8>, password: Span<UInt8>
) -> ShortText {
    switch algorithm {
    case .md5: digestHA1(Insecure.MD5.self, user, realm, password)
    case .sha256: digestHA1(SHA256.self, user, realm, password)
    }
}

private func digestHA1<Hash: HashFunction>(
    _: Hash.Type, _ user: Span<UInt8>, _ realm: Span<UInt8>, _ password: Span<UInt8>
) -> ShortText {
    var hash = Hash()
    update(&hash, user)
    colon(&hash)
    update(&hash, realm)
    colon(&hash)
    update(&hash, password)
    return ShortText(hash.finalize())
}

/// Hash(method:uri), or Hash(method:uri:Hash(body)) for `qop=auth-int` (RFC 7616 section 3.4.3).
@inline(__always)
func digestHA2<Hash: HashFunction>(
    _: Hash.Type, method: Span<UInt8>, uri: Span<UInt8>, body: [UInt8]? = nil
) -> ShortText {
    var hash = Hash()
    update(&hash, method)
    colon(&hash)
    update(&hash, uri)
    if let body {
        var covered = Hash()
        update(&covered, body.span)
        colon(&hash)
        ShortText(covered.finalize()).update(&hash)
    }
    return ShortText(hash.finalize())
}

/// `response` with a qop (RFC 7616 section 3.4.1).
@inline(__always)
func digestResponse<Hash: HashFunction>(
    _: Hash.Type, ha1: ShortText, ha2: ShortText, nonce: Span<UInt8>, count: Span<UInt8>, clientNonce: Span<UInt8>,
    protection: Span<UInt8>
) -> ShortText {
    var hash = Hash()
    ha1.update(&hash)
    colon(&hash)
    update(&hash, nonce)
    colon(&hash)
    update(&hash, count)
    colon(&hash)
    update(&hash, clientNonce)
    colon(&hash)
    update(&hash, protection)
    colon(&hash)
    ha2.update(&hash)
    return ShortText(hash.finalize())
}

/// `response` without a qop, as RFC 2069 has it.
func digestResponse<Hash: HashFunction>(
    _: Hash.Type, ha1: ShortText, ha2: ShortText, nonce: Span<UInt8>
) -> ShortText {
    var hash = Hash()
    ha1.update(&hash)
    colon(&hash)
    update(&hash, nonce)
    colon(&hash)
    ha2.update(&hash)
    return ShortText(hash.finalize())
}

/// HA1 of a `-sess` algorithm: bound to one nonce and one cnonce (RFC 7616 section 3.4.2).
func digestSessionHA1<Hash: HashFunction>(
    _: Hash.Type, ha1: ShortText, nonce: Span<UInt8>, clientNonce: Span<UInt8>
) -> ShortText {
    var hash = Hash()
    ha1.update(&hash)
    colon(&hash)
    update(&hash, nonce)
    colon(&hash)
    update(&hash, clientNonce)
    return ShortText(hash.finalize())
}

@inline(__always)
private func update<Hash: HashFunction>(_ hash: inout Hash, _ part: Span<UInt8>) {
    unsafe part.withUnsafeBytes { buffer in unsafe hash.update(bufferPointer: buffer) }
}

@inline(__always)
private func colon<Hash: HashFunction>(_ hash: inout Hash) {
    let colon: InlineArray<1, UInt8> = [0x3A]
    unsafe colon.span.withUnsafeBytes { buffer in unsafe hash.update(bufferPointer: buffer) }
}

extension ShortText {
    init(_ digest: some Digest) {
        self.init()
        unsafe digest.withUnsafeBytes { buffer in
            for index in 0..<buffer.count { append(hexByte: unsafe buffer[index]) }
        }
    }

    func update<Hash: HashFunction>(_ hash: inout Hash) {
        withSpan { span in unsafe span.withUnsafeBytes { buffer in unsafe hash.update(bufferPointer: buffer) } }
    }
}
