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
        Provisioned  \(totals.accounts) accounts, \(totals.domains) domains, \(totals.sites) sites, \
        \(totals.trunks) trunks, \(totals.credentials) credentials, \(totals.numbers) numbers
        Live         \(live.bindings) bindings, \(live.connections) connections, \(live.bans) bans
        Requests     \(live.requests.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
        """
    }
}
