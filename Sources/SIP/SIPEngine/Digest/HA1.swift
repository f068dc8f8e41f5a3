/// A stored MD5 of `user:realm:password` (RFC 7616 section 3.4.2), 16 bytes in two words.
package struct MD5Secret: Sendable, Equatable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From 32 hex digits of either case, or `nil`.
    package init?(hex: String) {
        let digits = hex.utf8Span.span
        guard digits.count == 32, let high = hexWord(digits, at: 0), let low = hexWord(digits, at: 16) else {
            return nil
        }
        (self.high, self.low) = (high, low)
    }
}

/// A stored SHA-256 of `user:realm:password`, 32 bytes in four words.
package struct SHA256Secret: Sendable, Equatable {
    package let words: InlineArray<4, UInt64>

    package init(words: InlineArray<4, UInt64>) { self.words = words }

    /// From 64 hex digits of either case, or `nil`.
    package init?(hex: String) {
        let digits = hex.utf8Span.span
        guard digits.count == 64, let first = hexWord(digits, at: 0), let second = hexWord(digits, at: 16),
            let third = hexWord(digits, at: 32), let fourth = hexWord(digits, at: 48)
        else { return nil }
        words = [first, second, third, fourth]
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.words[0] == right.words[0] && left.words[1] == right.words[1] && left.words[2] == right.words[2]
            && left.words[3] == right.words[3]
    }
}

/// What one credential can be checked against; the secret that fits the form of the user name is tried first.
package struct DigestSecrets: Sendable, Equatable {
    /// Over the name itself, and over name@realm.
    package var md5: MD5Secret?
    package var md5WithRealm: MD5Secret?
    package var sha256: [SHA256Secret]

    package init(md5: MD5Secret? = nil, md5WithRealm: MD5Secret? = nil, sha256: [SHA256Secret] = []) {
        self.md5 = md5
        self.md5WithRealm = md5WithRealm
        self.sha256 = sha256
    }

    package var challenges: ChallengeSet {
        ChallengeSet(md5: md5 != nil || md5WithRealm != nil, sha256: !sha256.isEmpty)
    }
}

/// The algorithms that a credential is challenged with, strongest first (RFC 8760 section 2.4).
package struct ChallengeSet: Sendable, Equatable {
    package var md5: Bool
    package var sha256: Bool

    package init(md5: Bool, sha256: Bool) {
        self.md5 = md5
        self.sha256 = sha256
    }

    package static let md5Only = ChallengeSet(md5: true, sha256: false)
    package static let both = ChallengeSet(md5: true, sha256: true)

    package var algorithms: [DigestAlgorithm] { (sha256 ? [.sha256] : []) + (md5 ? [.md5] : []) }
}

/// A digest algorithm as it stands in challenges (RFC 7616 section 6.1).
package enum DigestAlgorithm: Sendable, Equatable, CaseIterable {
    case sha256
    case md5

    package var token: StaticString {
        switch self {
        case .sha256: "SHA-256"
        case .md5: "MD5"
        }
    }
}

/// The 16 hex digits that begin there as a number, or `nil`.
///
/// Without a branch for each digit: nothing foretells whether a digit of a hash is a letter.
private func hexWord(_ digits: Span<UInt8>, at start: Int) -> UInt64? {
    var word: UInt64 = 0
    var isHex: UInt8 = 1
    for position in start..<start + 16 {
        let byte = digits[position]
        isHex &= (byte &- 0x30 < 10 ? 1 : 0) | ((byte | 0x20) &- 0x61 < 6 ? 1 : 0)
        word = word << 4 | UInt64((byte & 0xF) &+ 9 &* (byte >> 6))
    }
    return isHex == 1 ? word : nil
}

/// The value of a hex digit of either case, or `nil`.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}
