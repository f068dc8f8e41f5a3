import Foundation
import SIPEngine
import SIPMessage
import TestSupport
import Testing

/// A registration with everything around it answered at once: lookups, permits and the passing of time.
struct RegistrationLine {
    var machine: Registration
    var now: Int64 = 1_767_225_600_000
    /// What lookups find; empty is a failure. `nil` does not answer.
    var targets: [Target]? = [.test(1)]
    var permits = true
    private(set) var sent: [Sent] = []
    private(set) var changes: [String] = []
    private(set) var lookups: [String] = []
    private(set) var queued: [(target: Target, due: Int64)] = []
    private(set) var withdrawn = 0
    private(set) var stored: RegistrationLease?
    private(set) var isEnded = false

    struct Sent {
        let text: String
        let target: Target
        let at: Int64

        /// The value of the first header line with that name.
        func header(_ name: String) -> String? { headers(name).first }

        func headers(_ name: String) -> [String] {
            text.split(separator: "\r\n").compactMap { line in
                line.hasPrefix("\(name): ") ? String(line.dropFirst(name.count + 2)) : nil
            }
        }

        var branch: String { field("branch", of: header("Via") ?? "") }
        var cseq: Int { header("CSeq").flatMap { Int($0.split(separator: " ")[0]) } ?? -1 }
        var expires: Int { header("Expires").flatMap { Int($0) } ?? -1 }
        var callID: String { header("Call-ID") ?? "" }
        var contactURI: String {
            header("Contact").map { String($0.dropFirst().prefix { $0 != ">" }) } ?? ""
        }
    }

    init(_ settings: RegistrationSettings = .test(), id: UInt64 = 7, terms: RegistrationTerms = .test()) {
        machine = Registration(id: id, settings: settings, terms: terms)
    }

    var last: Sent { sent[sent.count - 1] }
    var status: RegistrationStatus { machine.status }
    /// Seconds until the machine acts next.
    var wait: Double { machine.deadline.map { Double($0 - now) / 1000 } ?? -1 }

    mutating func give(_ input: Registration.Input) {
        carryOut(machine.receive(input, at: now))
    }

    mutating func start() { give(.start) }

    /// Answers the last request, or a given one.
    mutating func answer(_ status: String, _ headers: [String] = [], to request: Sent? = nil) throws {
        let request = request ?? last
        var lines = ["SIP/2.0 \(status)"]
        for name in ["Via", "From", "Call-ID", "CSeq"] { lines += request.headers(name).map { "\(name): \($0)" } }
        lines += ["To: \(request.header("To") ?? "");tag=r"] + headers + ["Content-Length: 0", "", ""]
        try deliver(lines.joined(separator: "\r\n"))
    }

    /// 200 with our contact as it was sent.
    mutating func grant(_ seconds: Int = 3600, _ headers: [String] = []) throws {
        try answer("200 OK", ["Contact: <\(last.contactURI)>;expires=\(seconds)"] + headers)
    }

    mutating func deliver(_ text: String) throws {
        let bytes = Array(text.utf8)
        var index = MessageIndex()
        try index.read(bytes.span)
        carryOut(machine.receive(response: index, bytes.span, at: now))
    }

    /// Lets time pass, every deadline on its moment.
    mutating func pass(seconds: Double) {
        let end = now + Int64(seconds * 1000)
        while let deadline = machine.deadline, deadline <= end {
            now = max(now, deadline)
            give(.deadline)
        }
        now = end
    }

    /// Lets time pass up to the next deadline.
    mutating func step() {
        guard let deadline = machine.deadline else { return }
        now = max(now, deadline)
        give(.deadline)
    }

    /// Forgets all requests but the first and the last; how many they were.
    mutating func forgetSent() -> Int {
        guard sent.count > 2 else { return 0 }
        let count = sent.count - 2
        sent.removeSubrange(1...count)
        changes = []
        lookups = []
        queued = []
        return count
    }

    private mutating func carryOut(_ effects: [Registration.Effect]) {
        for effect in effects {
            switch effect {
            case .resolve(let uri, let lookup):
                lookups.append(String(decoding: uri, as: UTF8.self))
                if let targets { give(.targets(targets, lookup: lookup)) }
            case .queue(let target, let due):
                queued.append((target, due))
                if permits { give(.permitted) }
            case .withdraw: withdrawn += 1
            case .send(let bytes, let target):
                sent.append(Sent(text: String(decoding: bytes, as: UTF8.self), target: target, at: now))
            case .store(let lease): stored = lease
            case .changed(let state, let code, _): changes.append("\(state) \(code)")
            case .ended: isEnded = true
            }
        }
    }
}

/// The value of `name=value` or `name="value"` in a header; empty without.
func field(_ name: String, of header: String) -> String {
    for part in header.split(whereSeparator: { $0 == ";" || $0 == "," || $0 == " " }) where part.hasPrefix("\(name)=") {
        return part.dropFirst(name.count + 1).filter { $0 != "\"" }
    }
    return ""
}

extension RegistrationSettings {
    static func test(
        password: String = "s3", version: UInt64 = 1, _ change: (inout Draft) -> Void = { _ in }
    ) -> RegistrationSettings {
        var draft = Draft(
            registrar: "sip:sip.test", addressOfRecord: "sip:alice@sip.test", contactUser: "d7",
            authenticationUser: "alice")
        draft.secretVersion = version
        change(&draft)
        let user = draft.authenticationUser
        guard
            let settings = RegistrationSettings(
                draft,
                ha1: { algorithm, realm in
                    let text = "\(user):\(String(decoding: realm, as: UTF8.self)):\(password)"
                    return ShortText(algorithm == .md5 ? md5(text) : sha256(text))
                })
        else { preconditionFailure("\(draft)") }
        return settings
    }
}

extension ShortText {
    init(_ text: String) {
        self.init()
        for byte in text.utf8 { append(byte) }
    }
}

extension RegistrationTerms {
    static func test(seed: UInt64 = 1, _ change: (inout RegistrationPolicy) -> Void = { _ in }) -> RegistrationTerms {
        var policy = RegistrationPolicy()
        change(&policy)
        var random = SeededRandom(seed: seed)
        let names: LocalNameSource = { address in
            guard address.isIPv4 else { return [] }
            return Array((address.transport == .tls ? "edge.test:5061" : "192.0.2.99").utf8)
        }
        return RegistrationTerms(policy: policy, names: names, userAgent: Array("Demarc".utf8), using: &random)
    }
}

extension Target {
    static func test(_ last: UInt32, _ transport: Transport = .udp) -> Target {
        let port: UInt16 = transport == .tls ? 5061 : 5060
        return Target(
            address: SourceAddress(ipv4: 0xC633_6400 | last, port: port, transport: transport), serverName: "sip.test")
    }
}

/// The Authorization of a request, checked without the code under test.
struct SentAnswer {
    let text: String
    var password = "s3"

    func field(_ name: String) -> String {
        guard let start = text.range(of: " \(name)=\"") ?? text.range(of: " \(name)=") else { return "" }
        let isQuoted = text[text.index(before: start.upperBound)] == "\""
        return String(text[start.upperBound...].prefix { isQuoted ? $0 != "\"" : $0 != "," })
    }

    /// Whether the response is what RFC 7616 section 3.4.1 (or RFC 2069) makes of its own fields and the password.
    var isRight: Bool {
        let algorithm = field("algorithm")
        let hash = algorithm.hasPrefix("SHA-256") ? sha256 : md5
        var ha1 = hash("\(field("username")):\(field("realm")):\(password)")
        if algorithm.hasSuffix("-sess") { ha1 = hash("\(ha1):\(field("nonce")):\(field("cnonce"))") }
        let qop = field("qop")
        let body = qop == "auth-int" ? ":\(hash(""))" : ""
        let ha2 = hash("REGISTER:\(field("uri"))\(body)")
        let middle = qop.isEmpty ? field("nonce") : "\(field("nonce")):\(field("nc")):\(field("cnonce")):\(qop)"
        return field("response") == hash("\(ha1):\(middle):\(ha2)")
    }
}

extension RegistrationLine.Sent {
    var answer: SentAnswer? { header("Authorization").map { SentAnswer(text: $0) } }
    var proxyAnswer: SentAnswer? { header("Proxy-Authorization").map { SentAnswer(text: $0) } }
}
