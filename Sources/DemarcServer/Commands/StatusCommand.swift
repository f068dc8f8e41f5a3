import ArgumentParser
import OperatorAPI
import Provisioning

struct StatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What the server is doing: where it listens, what it holds, what is live.",
        discussion: """
            demarc status
            demarc status --data /var/lib/demarc --json
            """)
    @OptionGroup var connection: ConnectionOptions

    func perform(_ client: OperatorClient) async throws(CommandError) {
        let status: OperatorWire.Status = try await client.get(OperatorClient.path("status"))
        try show(status) { status.lines }
    }
}

extension OperatorWire.Status {
    fileprivate var lines: String {
        """
        Version      \(version), up \(Moment.duration(seconds: uptimeSeconds))
        SIP          \(sipListeners.isEmpty ? "not listening" : sipListeners.joined(separator: "  "))
        HTTP         \(httpListeners.joined(separator: "  "))
        Disk         store \(health.store.rawValue), journal \(health.journal.rawValue)
        Provisioned  \(totals.map(\.line) ?? "unknown")
        Live         \(live.bindings) bindings, \(live.connections) connections, \(live.bans) bans
        Requests     \(live.requests.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
        """ + (drained ? "\nDrained      nothing is registered at other servers until the next start" : "")
    }
}

extension OperatorWire.Totals {
    fileprivate var line: String {
        "\(accounts) accounts, \(domains) domains, \(sites) sites, \(trunks) trunks, \(credentials) credentials, "
            + "\(numbers) numbers"
    }
}
