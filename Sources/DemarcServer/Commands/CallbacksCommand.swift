import ArgumentParser
import OperatorAPI
import Provisioning

struct CallbacksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callbacks",
        abstract: "Callbacks: what accounts' own servers are told and have not taken yet, and why.",
        discussion: """
            demarc callbacks list
            demarc callbacks list --given-up
            """,
        subcommands: [List.self], defaultSubcommand: List.self)

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List callbacks that wait, or were given up.",
            discussion: """
                demarc callbacks list
                demarc callbacks list --account acme --given-up --json
                """)
        @Option(help: "Only those of this account, by its id or name.") var account: String?
        @Flag(help: "Those that were given up.") var givenUp = false
        @Option(help: "At most so many, up to 1000.") var count = 100
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let owner: String? = if let account { try await AccountOption.named(account).id(client) } else { nil }
            let state: OperatorWire.Callback.State = givenUp ? .givenUp : .waiting
            let query = [("account", owner), ("state", state.rawValue), ("count", String(count))]
            let found: OperatorWire.Items<OperatorWire.Callback> = try await client.get(
                OperatorClient.path("callbacks", query: query))
            try show(found) {
                var table = Table("ID", "ACCOUNT", "WHAT", "REGISTRATIONS", "WHEN", "TRIES", "NEXT IN", "WHY")
                for callback in found.items {
                    table.add(
                        String(callback.id), String(callback.account), callback.type, callback.about,
                        Moment.text(callback.at), String(callback.attempts),
                        callback.nextTry.map { Moment.left(until: $0) } ?? "never", callback.failure ?? "")
                }
                return table.text
            }
        }
    }
}

extension OperatorWire.Callback {
    private static let shown = 3

    fileprivate var about: String {
        let more = registrations.count - Self.shown
        return registrations.prefix(Self.shown).map(String.init).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }
}
