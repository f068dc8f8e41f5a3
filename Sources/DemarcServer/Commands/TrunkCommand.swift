import ArgumentParser
import OperatorAPI
import Provisioning

struct SiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        abstract: "Sites: the places that group trunks. They are made over the vendor's API.",
        discussion: """
            demarc site list
            demarc site show 1
            """,
        subcommands: [List.self, Show.self])

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

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one site.",
            discussion: """
                demarc site show 1
                demarc site show 1 --account acme --json
                """)
        @Argument(help: "The site's number, from demarc site list.") var site: Int64
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.Site = try await client.one(
                of: OperatorClient.path("accounts", id, "sites"), "site \(site)"
            ) { $0.id == site }
            try show(found) { Table(fields: found.fields).text }
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
        subcommands: [List.self, Show.self, Health.self], aliases: ["peer"])

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
                        trunk.destinations, trunk.terminationHosts.map(\.text).joined(separator: ","))
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one trunk: where its calls go, and from where it may call what.",
            discussion: """
                demarc trunk show 7
                demarc trunk show 7 --account acme --json
                """)
        @Argument(help: "The trunk's number, from demarc trunk list.") var trunk: Int64
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.Trunk = try await client.one(
                of: OperatorClient.path("accounts", id, "trunks"), "trunk \(trunk)"
            ) { $0.id == trunk }
            try show(found) { Table(fields: found.fields).text }
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

extension OperatorWire.Site {
    fileprivate var fields: [(String, String)] {
        [("id", String(id)), ("account", String(account)), ("name", name), ("description", description ?? "")]
    }
}

extension OperatorWire.Trunk {
    fileprivate var fields: [(String, String)] {
        [("id", String(id)), ("site", String(site)), ("name", name), ("default of the site", isDefault ? "yes" : "no")]
            + voiceHosts.map { ("calls go to", $0) } + (finalDestination.map { [("and at last to", $0)] } ?? [])
            + terminationHosts.map { host in
                ("may send", host.text + (host.traffic.map { ", \($0)" } ?? ""))
            }
    }

    /// The hosts, and what has the calls that none of them took.
    fileprivate var destinations: String {
        let hosts = voiceHosts.joined(separator: ",")
        guard let finalDestination else { return hosts }
        return hosts.isEmpty ? finalDestination : "\(hosts), then \(finalDestination)"
    }
}

extension OperatorWire.TerminationHost {
    fileprivate var text: String { port == 0 ? network : "\(network) port \(port)" }
}
