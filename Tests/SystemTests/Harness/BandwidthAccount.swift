import Crypto
import Foundation

/// The account of the first start, asked as a client of Bandwidth would.
struct BandwidthAccount: Sendable {
    let port: UInt16
    let id: Int
    /// The SIP domain, which is the realm of its credentials.
    let domain: String
    let user: String
    let password: String

    init(port: UInt16, id: Int, domain: String, user: String, password: String) {
        (self.port, self.id, self.domain) = (port, id, domain)
        (self.user, self.password) = (user, password)
    }

    /// Reads what a first start prints; `nil` when it was none.
    init?(of server: ServerProcess) {
        let text = server.child.output
        guard let account = text.firstMatch(of: /Account +([0-9]+) .*SIP domain ([a-z0-9.-]+)/),
            let access = text.firstMatch(of: /Bandwidth +user ([^ ,]+), password ([^\s]+)/), let id = Int(account.1)
        else { return nil }
        (port, self.id) = (server.installation.vendorPort, id)
        (domain, user, password) = (String(account.2), String(access.1), String(access.2))
    }

    var authorization: String { "Authorization: Basic " + Data("\(user):\(password)".utf8).base64EncodedString() }

    func path(_ rest: String) -> String { "/api/accounts/\(id)/\(rest)" }

    /// One request on a connection of its own.
    func send(_ method: String, _ rest: String, body: String? = nil) async throws -> HTTPConnection.Answer {
        try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send(method, path(rest), headers: [authorization], body: body)
        }
    }

    /// One function of Enswitch's API, where the same name and password sign in; its body.
    func enswitch(_ function: String, _ parameters: String) async throws -> String {
        let (port, signIn) = (port, "auth_username=\(user)&auth_password=\(password)")
        return try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send("GET", "/api/json/\(function)?\(parameters)&\(signIn)").body
        }
    }

    /// Makes a credential that holds MD5 hashes only, as Bandwidth's clients do.
    func createCredential(_ name: String, domain part: String? = nil, password: String) async throws
        -> HTTPConnection.Answer
    {
        try await send("POST", "sipcredentials", body: credentials([(name, part)], password: password))
    }

    /// The body that creates credentials with computed hashes.
    func credentials(_ names: [(user: String, domain: String?)], password: String) -> String {
        let entries = names.map { name in
            let composite = name.domain.map { "\(name.user)@\($0)" } ?? name.user
            let part = name.domain.map { "<Domain>\($0)</Domain>" } ?? ""
            let hash1 = MD5Text.of("\(composite):\(domain):\(password)")
            let hash1b = MD5Text.of("\(composite)@\(domain):\(domain):\(password)")
            return "<SipCredential><UserName>\(name.user)</UserName>\(part)<Hash1>\(hash1)</Hash1>"
                + "<Hash1b>\(hash1b)</Hash1b></SipCredential>"
        }
        return "<SipCredentials>\(entries.joined())</SipCredentials>"
    }

    /// The names of all its credentials, user and domain part together.
    func credentialNames() async throws -> Set<String> {
        let answer = try await send("GET", "sipcredentials?size=5000")
        // An account without credentials is the vendor's 404.
        if answer.body.contains("<ErrorCode>23008<") { return [] }
        guard answer.status == 200 else { throw Unlisted(answer: answer) }
        let entries = answer.body.matches(of: /<UserName>([^<]*)<\/UserName>(?:<Domain>([^<]*)<\/Domain>)?/)
        return Set(entries.map { entry in entry.2.map { "\(entry.1)@\($0)" } ?? String(entry.1) })
    }

    struct Unlisted: Error {
        let answer: HTTPConnection.Answer
    }
}

/// MD5 in hex, as digests want it.
enum MD5Text {
    static func of(_ text: String) -> String {
        Insecure.MD5.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
