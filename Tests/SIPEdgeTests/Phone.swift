import Crypto
import SIPEngine

/// A phone that follows RFC 3261 and RFC 7616, written without the code under test.
struct Phone {
    /// The address-of-record as a URI, and the domain that it registers at.
    var aor = "sip:John@one.test"
    var registrar = "sip:one.test"
    var username = "John"
    var password = "pw"
    var contact = "<sip:John@192.0.2.7:40312>;expires=600"
    var callID = "call-1@192.0.2.7"
    var cseq = 0
    var source = SourceAddress.phone
    var via = "SIP/2.0/UDP 192.0.2.7:40312;rport"
    var headers: [String] = []
    var cnonce = "0a4f113b"

    /// The next request of that method.
    mutating func request(_ method: String = "REGISTER", authorization: String? = nil) -> String {
        cseq += 1
        var lines = [
            "\(method) \(registrar) SIP/2.0", "Via: \(via);branch=z9hG4bK\(callID.prefix(6))\(cseq)",
            "Max-Forwards: 70", "From: <\(aor)>;tag=49583", "To: <\(aor)>", "Call-ID: \(callID)",
            "CSeq: \(cseq) \(method)",
        ]
        if !contact.isEmpty { lines.append("Contact: \(contact)") }
        lines += headers
        if let authorization { lines.append("Authorization: \(authorization)") }
        return (lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    }

    /// The answer to the first challenge, or to the one for that algorithm.
    func authorization(_ answer: Answer, algorithm: String? = nil, nc: String = "00000001") -> String {
        let challenges = answer.challenges
        let challenge =
            challenges.first { algorithm == nil || Answer.field("algorithm", of: $0) == algorithm } ?? ""
        let named = Answer.field("algorithm", of: challenge) ?? "MD5"
        let hash = named == "MD5" ? md5 : sha256
        let realm = Answer.field("realm", of: challenge) ?? "", nonce = Answer.field("nonce", of: challenge) ?? ""
        let parts = [
            hash("\(username):\(realm):\(password)"), nonce, nc, cnonce, "auth", hash("REGISTER:\(registrar)"),
        ]
        return """
            Digest username="\(username)", realm="\(realm)", nonce="\(nonce)", uri="\(registrar)", algorithm=\(named), \
            qop=auth, nc=\(nc), cnonce="\(cnonce)", response="\(hash(parts.joined(separator: ":")))"
            """
    }

    /// Asks, answers the challenge, and returns the last answer; `nil` for silence.
    mutating func register(at rig: Rig, algorithm: String? = nil) -> Answer? {
        guard let challenge = rig.ask(request(), from: source), challenge.status == 401 else { return nil }
        return rig.ask(request(authorization: authorization(challenge, algorithm: algorithm)), from: source)
    }
}

func md5(_ text: String) -> String { hexadecimal(Insecure.MD5.hash(data: Array(text.utf8))) }

func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

private func hexadecimal(_ digest: some Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
