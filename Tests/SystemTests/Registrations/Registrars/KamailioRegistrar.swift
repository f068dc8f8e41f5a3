import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Debian's Kamailio as somebody else's registrar (`Servers/kamailio.cfg`), with the password `secret`; what it logs is
/// what it saw.
final class KamailioRegistrar: Sendable {
    /// Where it listens, over UDP, TCP or TLS.
    let port: UInt16
    private let arguments: [String]
    private let child: Mutex<ChildProcess>

    /// Starts it and stops it when the work is done, as its children would outlive a kill.
    ///
    /// - Parameters:
    ///   - definitions: see `kamailio.cfg`.
    ///   - hosts: addresses that it listens on.
    ///   - edge: a port of a proxy before it.
    static func run(
        _ definitions: [String] = [], over transport: String = "udp", hosts: [String] = ["127.0.0.1"],
        edge: UInt16? = nil, work: (KamailioRegistrar) async throws -> Void
    ) async throws {
        let registrar = try KamailioRegistrar(definitions, transport, hosts, edge)
        do {
            try await registrar.listens()
            try await work(registrar)
        } catch {
            try await registrar.stop()
            throw error
        }
        try await registrar.stop()
    }

    private init(_ definitions: [String], _ transport: String, _ hosts: [String], _ edge: UInt16?) throws {
        let port = try LoopbackSocket.freePort()
        self.port = port
        var places = hosts.flatMap { ["-l", "\(transport):\($0):\(port)"] }
        if let edge { places += ["-l", "udp:127.0.0.1:\(edge)", "-A", "EDGE=\(edge)", "-A", "REGISTRAR=\(port)"] }
        arguments =
            ["-DD", "-E", "-m", "16", "-f", Repository.file("Servers/kamailio.cfg")]
            + (transport == "udp" ? ["-T"] : []) + places + definitions.flatMap { ["-A", $0] }
        child = Mutex(try ChildProcess(try Tool.kamailio.path, arguments))
    }

    private func listens() async throws {
        try await Patience.until("a Kamailio that listens: \(errors)") { errors.contains("it listens") ? () : nil }
    }

    private var errors: String { child.withLock { $0.errors } }

    private func stop() async throws {
        let child = child.withLock { $0 }
        child.signal(SIGTERM)
        try await child.end()
    }

    /// Ends it and starts another in its place, which knows nothing.
    func restart() async throws {
        try await stop()
        let other = try ChildProcess(try Tool.kamailio.path, arguments)
        child.withLock { $0 = other }
        try await listens()
    }

    /// A REGISTER as it saw it.
    struct Request: Equatable {
        let user: String
        let cseq: Int
        let expires: Int
        /// Whether it brought an answer to a challenge.
        let isAnswer: Bool
        /// The address that it came to.
        let host: String
    }

    /// Since its last start.
    var requests: [Request] {
        errors.matches(of: /saw (\S+) (\d+) (\d+) (\w+) at (\S+)/).map { line in
            Request(
                user: String(line.1), cseq: Int(line.2) ?? 0, expires: Int(line.3) ?? 0,
                isAnswer: line.4 == "answered", host: String(line.5))
        }
    }

    func requests(of user: String) -> [Request] { requests.filter { $0.user == user } }

    /// The codes with which answers to challenges were refused: -2 wrong, -4 a nonce that is over, -6 one used before.
    var refusals: [Int] {
        errors.matches(of: /challenged \S+ \d+ (-\d+)/).compactMap { Int($0.1) }.filter { $0 != -5 }
    }

    /// Whether a contact ran out.
    var hasLapses: Bool { errors.contains("lapsed ") }
}
