/// The account of the first start, asked as a client of Voximplant would.
struct VoximplantAccount: Sendable {
    let port: UInt16
    let id: Int
    private let key: String

    /// Makes an API key for the account of the first start.
    init(of server: ServerProcess) async throws {
        guard let account = BandwidthAccount(of: server) else { throw Missing() }
        try await self.init(account.id, of: server)
    }

    /// Makes an API key for an account.
    init(_ id: Int, of server: ServerProcess) async throws {
        let secret = try await server.demarc("key", "create", "--api-key", "--account", "\(id)")
        guard let key = secret.output.firstMatch(of: /"api_key" : "(?<key>[0-9a-f-]+)"/)?.key else { throw Missing() }
        (port, self.id, self.key) = (server.installation.vendorPort, id, String(key))
    }

    struct Missing: Error {}

    func path(_ command: String, _ query: String) -> String {
        "/platform_api/\(command)/?account_id=\(id)&api_key=\(key)&\(query)"
    }

    /// One request on a connection of its own; its body.
    func send(_ command: String, _ query: String) async throws -> String {
        try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send("GET", path(command, query)).body
        }
    }
}
