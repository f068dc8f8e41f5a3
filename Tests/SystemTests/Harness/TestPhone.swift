import Foundation

/// A SIP client of our own, where a real one is too slow or does not show what it got: REGISTER over UDP, MD5 digest.
struct TestPhone: ~Copyable {
    let domain: String
    let user: String
    let password: String
    private let socket: LoopbackSocket
    private let callID = String(UInt64.random(in: 0 ... .max), radix: 16)
    private var cseq: UInt32 = 0
    private var nonce: (text: String, uses: Int)?
    /// The digest responses that it sent.
    private(set) var responses: [String] = []
    /// How many challenges it answered.
    private(set) var challenges = 0

    /// An answer as it came.
    struct Answer: Sendable {
        let status: Int
        let text: String
        let cseq: UInt32
    }

    init(_ user: String, domain: String, password: String, to port: UInt16, at own: UInt16? = nil) throws {
        (self.user, self.domain, self.password) = (user, domain, password)
        socket = try LoopbackSocket(.udp, to: port, at: own)
    }

    /// Registers a contact, answering the challenge; `nil` when there was silence.
    mutating func register(_ contact: String, expires: Int, within milliseconds: Int32 = 30_000) throws -> Answer? {
        for _ in 0..<3 {
            guard let answer = try attempt(contact, expires, milliseconds) else { return nil }
            guard answer.status == 401, let fresh = answer.text.firstMatch(of: /nonce="([^"]+)", algorithm=MD5/) else {
                return answer
            }
            // The answer to an answered challenge counts, but for one that says the nonce was too old.
            if nonce != nil, !answer.text.contains("stale=true") { return answer }
            nonce = (String(fresh.1), 0)
            challenges += 1
        }
        return nil
    }

    /// Answers the challenge to a request ahead of whoever will send it from this port; a header line without its end.
    ///
    /// - Parameter uri: what is asked for.
    mutating func authorization(for method: String, _ uri: String) throws -> String? {
        let lines = ["Contact: <\(aor)>", "Content-Length: 0", "", ""]
        guard let answer = try attempt(method, uri, lines, 30_000), answer.status == 407,
            let fresh = answer.text.firstMatch(of: /nonce="([^"]+)", algorithm=MD5/)
        else { return nil }
        nonce = (String(fresh.1), 0)
        return digest(method, uri).map { "Proxy-Authorization: \($0)" }
    }

    private mutating func attempt(_ contact: String, _ expires: Int, _ milliseconds: Int32) throws -> Answer? {
        var lines = ["Contact: \(contact)", "Expires: \(expires)"]
        if let digest = digest("REGISTER", "sip:\(domain)") { lines.append("Authorization: \(digest)") }
        return try attempt("REGISTER", "sip:\(domain)", lines + ["Content-Length: 0", "", ""], milliseconds)
    }

    /// One request and its answer, sent again while nothing comes (RFC 3261 section 17.1.2.2).
    private mutating func attempt(_ method: String, _ uri: String, _ lines: [String], _ milliseconds: Int32) throws
        -> Answer?
    {
        cseq += 1
        let request = Array((head(method, uri) + lines).joined(separator: "\r\n").utf8)
        var waited: Int32 = 0
        while waited < milliseconds {
            try socket.send(request)
            let start = ContinuousClock.now
            while let bytes = try socket.receive(within: 500) {
                let text = String(decoding: bytes, as: UTF8.self)
                guard text.contains("CSeq: \(cseq) "), let status = Int(text.dropFirst(8).prefix(3)) else { continue }
                return Answer(status: status, text: text, cseq: cseq)
            }
            waited += Int32(max(1, (ContinuousClock.now - start) / .milliseconds(1)))
        }
        return nil
    }

    /// A domain part of the user name is escaped (RFC 3261 section 19.1.2).
    private var aor: String { "sip:\(user.replacing("@", with: "%40"))@\(domain)" }

    private func head(_ method: String, _ uri: String) -> [String] {
        [
            "\(method) \(uri) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bK\(callID)-\(cseq);rport",
            "Max-Forwards: 70",
            "From: <\(aor)>;tag=\(callID)",
            "To: <\(aor)>",
            "Call-ID: \(callID)",
            "CSeq: \(cseq) \(method)",
        ]
    }

    /// RFC 7616 section 3.4.1 with `qop=auth`; `nil` without a challenge.
    private mutating func digest(_ method: String, _ uri: String) -> String? {
        guard let nonce else { return nil }
        self.nonce = (nonce.text, nonce.uses + 1)
        let digits = String(nonce.uses + 1, radix: 16)
        let count = String(repeating: "0", count: 8 - digits.count) + digits
        let first = MD5Text.of("\(user):\(domain):\(password)")
        let second = MD5Text.of("\(method):\(uri)")
        let response = MD5Text.of("\(first):\(nonce.text):\(count):\(callID):auth:\(second)")
        responses.append(response)
        return "Digest username=\"\(user)\", realm=\"\(domain)\", nonce=\"\(nonce.text)\", uri=\"\(uri)\", "
            + "response=\"\(response)\", algorithm=MD5, cnonce=\"\(callID)\", qop=auth, nc=\(count)"
    }
}
