import Foundation

/// The account of the first start, asked as a client of SignalWire would.
struct SignalWireAccount: Sendable {
    let port: UInt16
    let project: String
    let domain: String
    /// By contract.
    private let tokens: [String: String]

    init(port: UInt16, project: String, domain: String, tokens: [String: String]) {
        (self.port, self.project, self.domain, self.tokens) = (port, project, domain, tokens)
    }

    /// Reads what a first start prints; `nil` when it was none.
    init?(of server: ServerProcess) {
        let text = server.child.output
        guard let project = text.firstMatch(of: /SignalWire +project ([-0-9a-f]{36})/),
            let domain = text.firstMatch(of: /SIP domain ([a-z0-9.-]+)/)
        else { return nil }
        port = server.installation.vendorPort
        (self.project, self.domain) = (String(project.1), String(domain.1))
        let found = text.matches(of: /token for (20[0-9]{2}): (PT[0-9a-f]+)/)
        tokens = Dictionary(uniqueKeysWithValues: found.map { (String($0.1), String($0.2)) })
    }

    /// What the vendor's SDKs read from their environment.
    func environment(contract: String = "2026") -> [String: String] {
        [
            "SIGNALWIRE_PROJECT_ID": project, "SIGNALWIRE_API_TOKEN": tokens[contract] ?? "",
            "SIGNALWIRE_SPACE": "127.0.0.1:\(port)", "PYTHONDONTWRITEBYTECODE": "1",
        ]
    }

    /// One request on a connection of its own.
    func send(_ method: String, _ path: String, contract: String = "2026", body: String? = nil) async throws
        -> HTTPConnection.Answer
    {
        let pair = Data("\(project):\(tokens[contract] ?? "")".utf8).base64EncodedString()
        return try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send(method, path, headers: ["Authorization: Basic \(pair)"], body: body)
        }
    }

    /// Makes something and returns its id.
    func make(_ path: String, contract: String = "2026", _ body: String) async throws -> String {
        let answer = try await send("POST", path, contract: contract, body: body)
        guard answer.status == 201, let id = answer.body.firstMatch(of: /"id":"([-0-9a-f]{36})"/) else {
            throw Refused(answer: answer)
        }
        return String(id.1)
    }

    struct Refused: Error {
        let answer: HTTPConnection.Answer
    }
}
