import ArgumentParser
import OperatorAPI
import Provisioning

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
            demarc trunk health --state down
            """,
        subcommands: [List.self, Health.self], aliases: ["peer"])

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

extension TrunkCommand {
    struct Health: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List where calls are sent, and whether somebody is there.",
            discussion: """
                demarc trunk health
                demarc trunk health --state down --json

                A host that is down is passed over while a call has another one. One that is unknown never answered an \
                OPTIONS; calls are tried there.
                """)
        @Option(
            help: "Only those that stand so: \(LiveDestination.State.allCases.map(\.rawValue).joined(separator: ", "))."
        )
        var state: String?
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let found: OperatorWire.Items<LiveDestination> = try await client.get(
                OperatorClient.path("destinations", query: [("state", state)]))
            try show(found) {
                var table = Table("DESTINATION", "STATE", "SINCE", "LAST ANSWER", "CALLS OF")
                for now in found.items {
                    table.add(
                        now.destination, now.state.rawValue, now.since.map(Moment.text) ?? "", now.last,
                        now.users.joined(separator: ", "))
                }
                return table.text
            }
        }
    }
}

extension OperatorWire.TerminationHost {
    fileprivate var text: String { port == 0 ? network : "\(network) port \(port)" }
}
