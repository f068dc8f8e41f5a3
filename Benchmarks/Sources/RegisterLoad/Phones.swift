import Datagrams

/// The users of a run, and what each of their phones remembers from one request to the next.
struct Phones {
    let domain: String
    /// Sets the Call-IDs, tags and branches of this run apart from those of another.
    let run = UInt32.random(in: .min ... .max)
    private let ha1s: [UInt8]
    private(set) var states: [Phone]

    init(count: Int, domain: String, passwordPrefix: String) {
        self.domain = domain
        states = Array(repeating: Phone(), count: count)
        var ha1s: [UInt8] = []
        ha1s.reserveCapacity(count * 32)
        for user in 0..<count {
            var input = Array("u".utf8)
            input.append(decimal: user, width: 7)
            input += ":\(domain):\(passwordPrefix)".utf8
            input.append(decimal: user, width: 7)
            ha1s.append(md5Of: input)
        }
        self.ha1s = ha1s
    }

    subscript(user: Int) -> Phone {
        get { states[user] }
        _modify { yield &states[user] }
    }

    /// MD5(user:realm:password) as 32 hexadecimal digits (RFC 7616 section 3.4.2).
    func ha1(of user: Int) -> ArraySlice<UInt8> { ha1s[user * 32..<(user + 1) * 32] }
}

/// One phone's memory.
struct Phone {
    /// Whether a request of it has no answer yet.
    var isWaiting = false
    /// The last CSeq number used (RFC 3261 section 10.2: grows with every REGISTER of a Call-ID);
    /// six digits throughout.
    var cseq: UInt32 = 100_000
    /// How often the nonce has been used (RFC 7616 section 3.4: `nc`).
    var nonceCount: UInt32 = 0
    /// The nonce of the last challenge; empty before the first.
    var nonce: [UInt8] = []
    var opaque: [UInt8] = []
}

/// Walks over all users in a fixed, scattered order, so that no server profits from neighbours in its tables.
struct Walk {
    let count: Int
    private let stride: Int
    private var position = 0
    /// How many users have been handed out.
    private(set) var steps = 0

    init(count: Int) {
        self.count = count
        var stride = max(1, count * 618 / 1000)
        while Walk.commonDivisor(stride, count) != 1 { stride += 1 }
        self.stride = stride
    }

    mutating func next() -> Int {
        defer {
            position = (position + stride) % count
            steps += 1
        }
        return position
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}
