import ArgumentParser
import OperatorAPI

struct SiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        abstract: "Sites: the places that group trunks. They are made over the vendor's API.",
        discussion: """
            demarc site list
            demarc site list --account acme --json
            """,
        subcommands: [List.self])

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the sites of an account.",
            discussion: """
                demarc site list
                demarc site list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let sites: OperatorWire.Items<OperatorWire.Site> = try await client.get(
                OperatorClient.path("accounts", id, "sites"))
            try show(sites) {
                var table = Table("ID", "NAME", "DESCRIPTION")
                for site in sites.items { table.add(String(site.id), site.name, site.description ?? "") }
                return table.text
            }
        }
    }
}

struct TrunkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunk",
        abstract: "Trunks (SIP peers): who may send calls, and where calls go. They are made over the vendor's API.",
        discussion: """
            demarc trunk list
            demarc peer list --account acme --json
            """,
        subcommands: [List.self], aliases: ["peer"])

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the trunks of an account.",
            discussion: """
                demarc trunk list
                demarc peer list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let trunks: OperatorWire.Items<OperatorWire.Trunk> = try await client.get(
                OperatorClient.path("accounts", id, "trunks"))
            try show(trunks) {
                var table = Table("ID", "SITE", "NAME", "DEFAULT", "CALLS GO TO", "MAY SEND")
                for trunk in trunks.items {
                    table.add(
                        String(trunk.id), String(trunk.site), trunk.name, trunk.isDefault ? "yes" : "",
                        trunk.voiceHosts.joined(separator: ","),
                        trunk.terminationHosts.map(\.text).joined(separator: ","))
                }
                return table.text
            }
        }
    }
}

extension OperatorWire.TerminationHost {
    fileprivate var text: String { port == 0 ? network : "\(network) port \(port)" }
}
