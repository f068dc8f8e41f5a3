import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A running `demarc serve`.
struct ServerProcess: Sendable {
    let installation: Installation
    let child: ChildProcess

    struct Ended: Error, CustomStringConvertible {
        let log: String

        var description: String { "the server ended:\n\(log)" }
    }

    /// Whether it has said where it is, and says itself that it is ready.
    var isReady: Bool {
        get async throws {
            // The data directory's path is the announcement's last line, but at the first start.
            guard child.output.contains("  Data ") else { return false }
            return try await readiness().status == 200
        }
    }

    /// What it tells load balancers.
    func readiness() async throws -> HTTPConnection.Answer {
        let port = installation.operatorPort
        return try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send("GET", "/ready")
        }
    }

    /// Ends it as a crash would, at once.
    func kill() async throws {
        child.signal(SIGKILL)
        try await child.end()
    }

    /// Ends it as an operator would; returns its exit code.
    @discardableResult
    func stop() async throws -> Int32 {
        Glibc.kill(try access.process, SIGTERM)
        return try await child.end()
    }

    /// What the data directory says about the server that runs on it.
    private var access: OperatorAccess {
        get throws {
            let file = try Data(contentsOf: URL(filePath: "\(installation.data)/operator.json"))
            return try JSONDecoder().decode(OperatorAccess.self, from: file)
        }
    }

    private struct OperatorAccess: Decodable {
        let token: String
        let process: Int32
    }

    /// Runs a `demarc` command against it.
    func demarc(_ arguments: String..., input: String? = nil) async throws -> ChildProcess.Outcome {
        try await demarc(arguments, input: input)
    }

    func demarc(_ arguments: [String], input: String? = nil) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(Repository.demarc, arguments + ["--data", installation.data], input: input)
    }

    /// Runs a command that lists, and reads what it lists.
    func list<Item: Decodable>(_ arguments: String..., of: Item.Type = Item.self) async throws -> [Item] {
        let outcome = try await demarc(arguments + ["--json"])
        guard outcome.code == 0 else { throw Refused(arguments: arguments, errors: outcome.errors) }
        return try JSONDecoder().decode(Items<Item>.self, from: Data(outcome.output.utf8)).items
    }

    private struct Items<Item: Decodable>: Decodable {
        let items: [Item]
    }

    struct Refused: Error, CustomStringConvertible {
        let arguments: [String]
        let errors: String

        var description: String { "demarc \(arguments.joined(separator: " ")): \(errors)" }
    }
}

/// What the commands print with `--json`, as far as the tests look at it.
struct Binding: Decodable, Sendable {
    let aor: String
    let contact: String
    let source: String
    /// Milliseconds since 1970.
    let expiresAt: Int64
    let registeredAt: Int64
    let callID: String
    let cseq: UInt32
    let userAgent: String
}

struct Ban: Decodable, Sendable {
    let source: String
    let reason: String
    let failures: Int
}

struct TracedMessage: Decodable, Sendable {
    let received: Bool
    let text: String
}

extension ServerProcess {
    func bindings() async throws -> [Binding] { try await list("bindings", "list", "--count", "1000") }

    func bans() async throws -> [Ban] { try await list("bans") }

    func trace(_ user: String) async throws -> [TracedMessage] { try await list("trace", user) }

    /// What Prometheus reads.
    func metrics() async throws -> String { try await fromOperator("/metrics").body }

    var operatorToken: String { get throws { try access.token } }

    /// What stands at a path of the operator's listener.
    func fromOperator(_ path: String) async throws -> HTTPConnection.Answer { try await atOperator("GET", path) }

    /// One request to the operator's listener, with a body of JSON.
    func atOperator(_ method: String, _ path: String, _ body: String? = nil) async throws -> HTTPConnection.Answer {
        let (port, token) = (installation.operatorPort, try operatorToken)
        return try await onThread {
            var connection = try HTTPConnection(to: port)
            let headers = ["Authorization: Bearer \(token)", "Content-Type: application/json"]
            return try connection.send(method, path, headers: headers, body: body)
        }
    }

    /// Waits until the bindings are as asked for.
    func bindings(_ what: String, within limit: Duration = Patience.limit, are wanted: ([Binding]) -> Bool) async throws
        -> [Binding]
    {
        var last: [Binding] = []
        return try await Patience.until("\(what); last seen: \(last)", within: limit) {
            last = try await bindings()
            return wanted(last) ? last : nil
        }
    }
}
