import SIPEngine
import TestSupport

/// Somebody else's registrar as the RFCs have it, strict where real ones are: Call-ID and CSeq, nonces and their
/// counts, Min-Expires.
struct ModelRegistrar {
    var password = "s3"
    var realm = "sip.test"
    var algorithms = ["MD5"]
    /// Milliseconds that a nonce may be used.
    var nonceLifetime: Int64 = 600_000
    var granted = 300
    var minimum = 60
    /// Answered to everything while it is set: a status line and its headers.
    var refusal: (status: String, headers: [String])?
    private(set) var bindings: [String: Binding] = [:]
    private(set) var requests = 0
    private var nonces: [String: (made: Int64, count: Int)] = [:]
    private var nonceNumber = 0
    /// Answers by branch, as a server transaction keeps them for copies.
    private var answers: [String: String] = [:]

    struct Binding {
        var expiresAt: Int64
        var callID: String
        var cseq: Int
    }

    func live(at now: Int64) -> [String] { bindings.filter { $0.value.expiresAt > now }.keys.sorted() }

    mutating func answer(_ request: RegistrationLine.Sent, at now: Int64) -> String {
        if let known = answers[request.branch] { return known }
        requests += 1
        let (status, headers) = refusal ?? decide(request, at: now)
        var lines = ["SIP/2.0 \(status)"]
        for name in ["Via", "From", "Call-ID", "CSeq"] { lines += request.headers(name).map { "\(name): \($0)" } }
        lines += ["To: \(request.header("To") ?? "");tag=m"] + headers + ["Content-Length: 0", "", ""]
        let text = lines.joined(separator: "\r\n")
        if answers.count > 200 { answers = [:] }
        answers[request.branch] = text
        return text
    }

    private mutating func decide(_ request: RegistrationLine.Sent, at now: Int64) -> (String, [String]) {
        guard var answer = request.answer else { return challenge(isStale: false, at: now) }
        answer.password = password
        guard answer.isRight else { return challenge(isStale: false, at: now) }
        let nonce = answer.field("nonce")
        guard let known = nonces[nonce], now - known.made < nonceLifetime,
            let count = Int(answer.field("nc"), radix: 16), count > known.count
        else { return challenge(isStale: true, at: now) }
        nonces[nonce] = (known.made, count)
        return bind(request, at: now)
    }

    private mutating func challenge(isStale: Bool, at now: Int64) -> (String, [String]) {
        nonceNumber += 1
        let nonce = "nonce\(nonceNumber)"
        if nonces.count > 200 { nonces = nonces.filter { now - $0.value.made < nonceLifetime } }
        nonces[nonce] = (now, 0)
        let headers = algorithms.map {
            "WWW-Authenticate: Digest realm=\"\(realm)\", nonce=\"\(nonce)\", algorithm=\($0), qop=\"auth\""
                + (isStale ? ", stale=true" : "")
        }
        return ("401 Unauthorized", headers)
    }

    private mutating func bind(_ request: RegistrationLine.Sent, at now: Int64) -> (String, [String]) {
        let contact = request.contactURI
        if request.expires > 0, request.expires < minimum {
            return ("423 Interval Too Brief", ["Min-Expires: \(minimum)"])
        }
        if let known = bindings[contact], known.expiresAt > now, known.callID == request.callID,
            request.cseq <= known.cseq
        {
            return ("500 Out Of Order", [])
        }
        bindings = bindings.filter { $0.value.expiresAt > now }
        if request.expires == 0 {
            bindings[contact] = nil
        } else {
            let lease = Int64(max(minimum, min(request.expires, granted)))
            bindings[contact] = Binding(
                expiresAt: now + lease * 1000, callID: request.callID, cseq: request.cseq)
        }
        return ("200 OK", bindings.map { "Contact: <\($0.key)>;expires=\(($0.value.expiresAt - now) / 1000)" })
    }
}
