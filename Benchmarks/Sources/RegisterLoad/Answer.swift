import Datagrams

/// What the load needs to know of a response, found in one pass.
struct Answer {
    private(set) var status = 0
    /// Which of our transactions it answers: the digits of the branch in the first Via.
    private(set) var transaction: UInt32 = 0
    private(set) var sequence: UInt32 = 0
    /// The first challenge that can be answered with MD5 and qop=auth (RFC 7616 section 3.3).
    private(set) var challenge: Challenge?
    /// From the first Contact header to the end of the last.
    private(set) var contacts: Range<Int>?

    struct Challenge {
        var realm = 0..<0
        var nonce = 0..<0
        var opaque = 0..<0
        var isStale = false
        var isMD5 = true
        var offersAuth = false
    }

    /// Nil when it is no response to a request of ours.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count > 12, bytes.has("sip/2.0 ", at: 0) else { return nil }
        for digit in 8..<11 { status = status * 10 + Int(bytes[digit] &- UInt8(ascii: "0")) }
        var sawBranch = false
        var start = bytes.lineEnd(from: 0)
        while start < bytes.count {
            let end = bytes.lineEnd(from: start)
            let line = start..<max(start, end - 2)
            if line.isEmpty { break }
            switch bytes[start] | 0x20 {
            case UInt8(ascii: "v") where !sawBranch && (bytes.has("via:", at: start) || bytes.has("v:", at: start)):
                guard readBranch(bytes, in: line) else { return nil }
                sawBranch = true
            case UInt8(ascii: "w") where challenge == nil && bytes.has("www-authenticate:", at: start):
                readChallenge(bytes, in: line)
            case UInt8(ascii: "c") where bytes.has("contact:", at: start),
                UInt8(ascii: "m") where bytes.has("m:", at: start):
                contacts = (contacts?.lowerBound ?? line.lowerBound)..<line.upperBound
            default: break
            }
            start = end
        }
        guard sawBranch else { return nil }
    }

    /// Reads the magic cookie, 8 digits of the run, 4 of the transaction and 8 of the sequence.
    private mutating func readBranch(_ bytes: Span<UInt8>, in line: Range<Int>) -> Bool {
        guard let cookie = bytes.firstRange(of: ";branch=z9hg4bk", in: line), cookie.upperBound + 20 <= line.upperBound
        else { return false }
        let digits = cookie.upperBound + 8
        transaction = Self.hex(bytes, in: digits..<digits + 4)
        sequence = Self.hex(bytes, in: digits + 4..<digits + 12)
        return true
    }

    private static func hex(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt32 {
        var value: UInt32 = 0
        for index in range {
            let byte = bytes[index]
            value = value << 4 | UInt32(byte <= UInt8(ascii: "9") ? byte & 15 : (byte & 7) + 9)
        }
        return value
    }

    private mutating func readChallenge(_ bytes: Span<UInt8>, in line: Range<Int>) {
        guard let scheme = bytes.firstRange(of: "digest ", in: line) else { return }
        var challenge = Challenge()
        var parameters = Parameters(in: scheme.upperBound..<line.upperBound)
        while let (name, value) = parameters.next(bytes) {
            if bytes.has("realm=", at: name) { challenge.realm = value }
            if bytes.has("nonce=", at: name) { challenge.nonce = value }
            if bytes.has("opaque=", at: name) { challenge.opaque = value }
            if bytes.has("stale=", at: name) { challenge.isStale = bytes.has("true", at: value.lowerBound) }
            if bytes.has("algorithm=", at: name) {
                challenge.isMD5 = value.count == 3 && bytes.has("md5", at: value.lowerBound)
            }
            if bytes.has("qop=", at: name) { challenge.offersAuth = bytes.firstRange(of: "auth", in: value) != nil }
        }
        if challenge.isMD5, challenge.offersAuth, !challenge.nonce.isEmpty { self.challenge = challenge }
    }
}
