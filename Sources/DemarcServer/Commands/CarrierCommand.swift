import ArgumentParser
import OperatorAPI

struct CarrierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "carrier",
        abstract: "Carriers: where calls leave for the telephone network. They are made over the vendor's API.",
        discussion: """
            demarc carrier list
            demarc carrier show 1
            """,
        subcommands: [List.self, Show.self])

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the carriers of an account, and why routing passes over some.",
            discussion: """
                demarc carrier list
                demarc carrier list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let carriers: OperatorWire.Items<OperatorWire.Carrier> = try await client.get(
                OperatorClient.path("accounts", id, "carriers"))
            try show(carriers) {
                var table = Table("ID", "NAME", "KIND", "CALLS GO TO", "SKIPPED")
                for carrier in carriers.items {
                    table.add(
                        String(carrier.id), carrier.name, carrier.kind, carrier.destination, carrier.skipped ?? "")
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one carrier; its password is never shown.",
            discussion: """
                demarc carrier show 1
                demarc carrier show 1 --account acme --json
                """)
        @Argument(help: "The carrier's number.") var carrier: Int64
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let carrier: OperatorWire.Carrier = try await client.get(
                OperatorClient.path("accounts", id, "carriers", String(carrier)))
            try show(carrier) { Table(fields: carrier.fields).text }
        }
    }
}

extension OperatorWire.Carrier {
    fileprivate var fields: [(String, String)] {
        [
            ("id", String(id)), ("name", name), ("kind", kind), ("calls go to", destination), ("by way of", proxy),
            ("user", userName), ("password", hasPassword ? "kept" : "none"), ("called prefix", calledPrefix),
            ("called number as", calledDialPlan), ("caller as", callerDialPlan),
            ("codecs", codecs.joined(separator: ",")), ("DTMF", dtmf),
            ("calls at most", maximumCalls.map(String.init) ?? "no limit"), ("fails on purpose", "\(failPercent) %"),
            ("skipped by routing", skipped ?? "no"),
        ]
    }
}

struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract:
            "Routes: which carriers calls to a prefix are tried at, and why. They are made over the vendor's API.",
        discussion: """
            demarc route list
            demarc route explain alice +442079460000
            """,
        subcommands: [List.self, Show.self, Explain.self])

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the routes of an account.",
            discussion: """
                demarc route list
                demarc route list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let routes: OperatorWire.Items<OperatorWire.Route> = try await client.get(
                OperatorClient.path("accounts", id, "routes"))
            try show(routes) {
                var table = Table("ID", "CALLED", "CALLER", "MEDIA", "CARRIERS")
                for route in routes.items {
                    table.add(
                        String(route.id), route.calledPrefix, route.callerPrefix, route.media,
                        route.choices.joined(separator: ", "))
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one route to carriers.",
            discussion: """
                demarc route show 1
                demarc route show 1 --account acme --json
                """)
        @Argument(help: "The route's number, from demarc route list.") var route: Int64
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.Route = try await client.one(
                of: OperatorClient.path("accounts", id, "routes"), "route \(route)"
            ) { $0.id == route }
            try show(found) { Table(fields: found.fields).text }
        }
    }
}

extension OperatorWire.Route {
    fileprivate var fields: [(String, String)] {
        [
            ("id", String(id)), ("called prefix", calledPrefix), ("caller prefix", callerPrefix), ("media", media),
            ("carriers", choices.joined(separator: ", ")), ("description", description),
        ]
    }
}
