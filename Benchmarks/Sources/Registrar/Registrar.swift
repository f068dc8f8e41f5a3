import CDatagrams
import Datagrams

/// Answers REGISTER as RFC 3261 section 10.3 has it: challenges, checks, and lists the contact with what it granted.
struct Registrar {
    private(set) var bindings = Bindings()
    /// Seconds granted at most.
    var lease: UInt32
    private var passwords: Passwords
    private var random = SystemRandomNumberGenerator()

    init(realm: String, prefixes: [String], lease: UInt32) {
        passwords = Passwords(realm: realm, prefixes: prefixes)
        self.lease = lease
    }

    mutating func mark(at now: UInt64) { bindings.mark(at: now) }

    /// Puts the answer to a datagram in the outbox; none to what is no REGISTER.
    mutating func answer(_ bytes: Span<UInt8>, from peer: datagram_peer, at now: UInt64, into outbox: inout Outbox) {
        guard let request = Request(bytes) else { return bindings.noteUnwanted() }
        let branch = Self.hash(bytes, in: request.vias[0])
        guard bindings.note(request.user, branch: branch, at: now) else { return bindings.noteUnwanted() }
        let start = outbox.bytes.count
        switch admission(request, branch, bytes) {
        case .admitted(let count):
            let seconds = min(request.expires, lease)
            bindings.bind(request.user, for: seconds, count: count, branch: branch, at: now)
            outbox.bytes += "SIP/2.0 200 OK\r\n".utf8
            repeatHeaders(request, bytes, peer, &outbox.bytes)
            if seconds > 0 { list(request, bytes, seconds, &outbox.bytes) }
        case .unanswered: challenge(request, branch, bytes, peer, isStale: false, &outbox.bytes)
        case .outdated: challenge(request, branch, bytes, peer, isStale: true, &outbox.bytes)
        case .refused:
            bindings.noteRefusal()
            challenge(request, branch, bytes, peer, isStale: false, &outbox.bytes)
        }
        outbox.bytes += "Content-Length: 0\r\n\r\n".utf8
        outbox.close(from: start, to: peer)
    }

    private enum Admission {
        /// With the count of the nonce's use.
        case admitted(UInt32)
        case unanswered, outdated, refused
    }

    private mutating func admission(_ request: Request, _ branch: UInt64, _ bytes: Span<UInt8>) -> Admission {
        guard let given = request.credentials else { return .unanswered }
        guard let nonce = Self.hexadecimal(bytes, in: given.nonce),
            let count = Self.hexadecimal(bytes, in: given.nc).flatMap({ UInt32(exactly: $0) }),
            bindings.accepts(request.user, nonce: nonce, count: count, branch: branch)
        else { return .outdated }
        return passwords.fit(given, of: request.user, bytes) ? .admitted(count) : .refused
    }

    private mutating func challenge(
        _ request: Request, _ branch: UInt64, _ bytes: Span<UInt8>, _ peer: datagram_peer, isStale: Bool,
        _ answer: inout [UInt8]
    ) {
        let nonce = bindings.challenge(request.user, branch: branch, isStale: isStale, using: &random)
        answer += "SIP/2.0 401 Unauthorized\r\n".utf8
        repeatHeaders(request, bytes, peer, &answer)
        answer += "WWW-Authenticate: Digest realm=\"".utf8
        answer += passwords.realm
        answer += "\", nonce=\"".utf8
        answer.append(hex: UInt32(truncatingIfNeeded: nonce >> 32))
        answer.append(hex: UInt32(truncatingIfNeeded: nonce))
        answer += "\", algorithm=MD5, qop=\"auth\"".utf8
        if isStale { answer += ", stale=true".utf8 }
        answer += "\r\n".utf8
    }

    private func repeatHeaders(
        _ request: Request, _ bytes: Span<UInt8>, _ peer: datagram_peer, _ answer: inout [UInt8]
    ) {
        for (place, via) in request.vias.enumerated() {
            append(via, of: bytes, seenFrom: place == 0 ? peer : nil, to: &answer)
        }
        for line in [request.from, request.to] {
            append(line, of: bytes, to: &answer)
            if line == request.to, bytes.firstRange(of: ";tag=", in: line) == nil { answer += ";tag=registrar".utf8 }
            answer += "\r\n".utf8
        }
        for line in [request.callID, request.cseq] {
            append(line, of: bytes, to: &answer)
            answer += "\r\n".utf8
        }
    }

    /// A Via line, the top one with what was seen of its sender (RFC 3581 section 4).
    private func append(
        _ line: Range<Int>, of bytes: Span<UInt8>, seenFrom peer: datagram_peer?, to answer: inout [UInt8]
    ) {
        if let peer, let rport = bytes.firstRange(of: ";rport", in: line),
            rport.upperBound == line.upperBound || bytes[rport.upperBound] == UInt8(ascii: ";")
        {
            append(line.lowerBound..<rport.upperBound, of: bytes, to: &answer)
            answer.append(UInt8(ascii: "="))
            answer.append(decimal: Int(peer.port))
            answer += ";received=".utf8
            for shift in [24, 16, 8, 0] {
                answer.append(decimal: Int(peer.address >> UInt32(shift)) & 255)
                if shift > 0 { answer.append(UInt8(ascii: ".")) }
            }
            append(rport.upperBound..<line.upperBound, of: bytes, to: &answer)
        } else {
            append(line, of: bytes, to: &answer)
        }
        answer += "\r\n".utf8
    }

    private func list(_ request: Request, _ bytes: Span<UInt8>, _ seconds: UInt32, _ answer: inout [UInt8]) {
        answer += "Contact: <".utf8
        append(request.contact, of: bytes, to: &answer)
        answer += ">;expires=".utf8
        answer.append(decimal: Int(seconds))
        answer += "\r\n".utf8
    }

    private func append(_ range: Range<Int>, of bytes: Span<UInt8>, to answer: inout [UInt8]) {
        for index in range { answer.append(bytes[index]) }
    }

    private static func hexadecimal(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt64? {
        guard (1...16).contains(range.count) else { return nil }
        var value: UInt64 = 0
        for index in range {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// FNV-1a; never 0.
    private static func hash(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return max(1, hash)
    }
}
