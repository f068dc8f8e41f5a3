import ArgumentParser
import OperatorAPI
import Provisioning

struct BansCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bans",
        abstract: "Bans: the sources that get silence, and why.",
        discussion: """
            demarc bans
            demarc bans lift 192.0.2.7
            """,
        subcommands: [List.self, Lift.self], defaultSubcommand: List.self)

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the sources that get silence.",
            discussion: """
                demarc bans
                demarc bans list --json
                """)
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let bans: OperatorWire.Items<SourceBan> = try await client.get(OperatorClient.path("bans"))
            try show(bans) {
                var table = Table("SOURCE", "FAILURES", "ENDS IN", "WHY")
                for ban in bans.items {
                    table.add(ban.source, String(ban.failures), Moment.left(until: ban.until), ban.reason)
                }
                return table.text
            }
        }
    }

    struct Lift: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer a source again.",
            discussion: """
                demarc bans lift 192.0.2.7
                demarc bans lift 2001:db8::7
                """)
        @Argument(help: "The source, as demarc bans shows it.") var source: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let lifted = try await client.send(
                .delete, OperatorClient.path("bans", source), body: nil, as: OperatorWire.Removed.self)
            guard lifted.removed > 0 else { throw CommandError(.refused, "\(source) is not banned.") }
            try show(lifted) { "Lifted." }
        }
    }
}

struct RefusalsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "refusals",
        abstract: "The latest SIP requests that were refused or dropped, and why.",
        discussion: """
            demarc refusals
            demarc refusals --count 200 --json
            """)
    @Option(help: "At most so many, up to 1000.") var count = 50
    @OptionGroup var connection: ConnectionOptions

    func perform(_ client: OperatorClient) async throws(CommandError) {
        let refusals: OperatorWire.Items<Refusal> = try await client.get(
            OperatorClient.path("refusals", query: [("count", String(count))]))
        try show(refusals) {
            var table = Table("WHEN", "METHOD", "USER", "FROM", "ANSWER", "WHY")
            for refusal in refusals.items {
                table.add(
                    Moment.text(refusal.at), refusal.method, refusal.user, refusal.source,
                    refusal.status == 0 ? "silence" : String(refusal.status), refusal.reason)
            }
            return table.text
        }
    }
}

struct TraceCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "The latest SIP messages of one user and its calls, secrets redacted.",
        discussion: """
            demarc trace alice
            demarc trace alice@sip.acme.example --json
            """)
    @Argument(help: "The user, as the phone sends it.") var user: String
    @OptionGroup var connection: ConnectionOptions

    func perform(_ client: OperatorClient) async throws(CommandError) {
        let messages: OperatorWire.Items<TracedMessage> = try await client.get(OperatorClient.path("traces", user))
        guard !messages.items.isEmpty else { throw CommandError(.refused, "There is no SIP of \(user) to show.") }
        try show(messages) { messages.items.text }
    }
}

extension [TracedMessage] {
    var text: String { map(\.lines).joined(separator: "\n") }
}

extension TracedMessage {
    fileprivate var lines: String {
        let arrow = received ? "<-" : "->"
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let body = lines.reversed().drop(while: \.isEmpty).reversed().map { $0.isEmpty ? "\n" : "    \($0)\n" }
        return "\(Moment.text(at)) UTC  \(arrow) \(remote)\n" + body.joined()
    }
}
