import ArgumentParser
import OperatorAPI

struct GrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Grants: what calls of a user or trunk may reach, how many there may be, whether there are any.",
        discussion: """
            demarc grant set --user alice --class DOMESTIC --calls 2
            demarc grant set --trunk 7 --down
            demarc grant list

            A credential or a Voximplant user reaches the telephone network by a grant of a class only.
            """,
        subcommands: [SetGrant.self, List.self, Remove.self])

    /// Whom a grant is for.
    struct Subject: ParsableArguments {
        @Option(help: "A user, as name or name@domain.") var user: String?
        @Option(help: "A trunk's id, from demarc trunk list.") var trunk: String?

        func validate() throws {
            guard (user == nil) != (trunk == nil) else { throw ValidationError("Name one: --user NAME or --trunk ID.") }
        }

        func path(_ account: String) -> String {
            OperatorClient.path("accounts", account, "grants", user == nil ? "trunk" : "user", user ?? trunk ?? "")
        }
    }

    struct SetGrant: OperatorCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Grant; what is not named is not limited, and no class is none for a user.",
            discussion: """
                demarc grant set --user alice --class DOMESTIC --calls 2 --per-second 1 --daily-spend 10
                demarc grant set --trunk 7 --transport tls --account acme
                """)
        @OptionGroup var subject: Subject
        @Option(name: .customLong("class"), help: "What calls may reach: LITE, DOMESTIC or ALL.") var traffic: String?
        @Option(help: "Calls at the same time.") var calls: Int?
        @Option(help: "New calls in a second.") var perSecond: Int?
        @Option(help: "What calls of a day (UTC) may cost.") var dailySpend: String?
        @Flag(help: "No calls at all, either way.") var down = false
        @Option(name: .customLong("transport"), help: "A trunk's sources are taken over this only: udp, tcp, tls.")
        var transports: [String] = []
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            var grant = OperatorWire.NewCallGrant()
            grant.traffic = traffic
            grant.calls = calls
            grant.perSecond = perSecond
            grant.dailySpend = dailySpend
            grant.isEnabled = !down
            grant.transports = transports
            let made = try await client.send(
                .put, subject.path(try await account.id(client)), body: grant, as: OperatorWire.CallGrant.self)
            try show(made) { [made].table }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an account's grants.",
            discussion: """
                demarc grant list
                demarc grant list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let grants: OperatorWire.Items<OperatorWire.CallGrant> = try await client.get(
                OperatorClient.path("accounts", try await account.id(client), "grants"))
            try show(grants) { grants.items.table }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a grant away.",
            discussion: """
                demarc grant remove --user alice
                demarc grant remove --trunk 7 --account acme
                """)
        @OptionGroup var subject: Subject
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            try await client.send(.delete, subject.path(try await account.id(client)))
            let name = subject.user ?? subject.trunk ?? ""
            try show(["removed": name]) { "Removed the grant of \(subject.user == nil ? "trunk " : "")\(name)." }
        }
    }
}

extension [OperatorWire.CallGrant] {
    fileprivate var table: String {
        var table = Table("WHOSE", "NAME", "CLASS", "CALLS", "A SECOND", "A DAY", "STATE", "OVER")
        for grant in self {
            table.add(
                "\(grant.kind) \(grant.id)", grant.name, grant.traffic ?? "", grant.calls.map(String.init) ?? "",
                grant.perSecond.map(String.init) ?? "", grant.dailySpend ?? "", grant.isEnabled ? "on" : "down",
                grant.transports.joined(separator: ","))
        }
        return table.text
    }
}
