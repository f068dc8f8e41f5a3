import ArgumentParser
import OperatorAPI
import Provisioning

struct ResourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource",
        abstract: "Resources: names of a kind with a SIP target, which calls of SIP endpoints can go to.",
        discussion: """
            demarc resource add ai_agent reception sip:reception@pbx.example
            demarc resource list
            """,
        subcommands: [Add.self, List.self, Show.self, Remove.self])
}

extension ResourceCommand {
    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a resource.",
            discussion: """
                demarc resource add ai_agent reception sip:reception@pbx.example
                demarc resource add video_room meeting sip:meet@bridge.example --account acme
                """)
        @Argument(help: "Its kind: \(CallResource.Kind.allCases.map(\.rawValue).joined(separator: ", ")).") var kind:
            String
        @Argument(help: "Its name.") var name: String
        @Argument(help: "The SIP URI that its calls go to.") var target: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let made = try await client.send(
                .post, OperatorClient.path("accounts", id, "resources"),
                body: OperatorWire.NewResource(kind: kind, name: name, target: target), as: OperatorWire.Resource.self)
            try show(made) { "Resource \(made.id), \(made.kind) \(made.name) at \(made.target)" }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the resources of an account.",
            discussion: """
                demarc resource list
                demarc resource list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let resources: OperatorWire.Items<OperatorWire.Resource> = try await client.get(
                OperatorClient.path("accounts", id, "resources"))
            try show(resources) {
                var table = Table("ID", "KIND", "NAME", "TARGET")
                for resource in resources.items {
                    table.add(resource.id, resource.kind, resource.name, resource.target)
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one resource.",
            discussion: """
                demarc resource show 993ed018-9e79-4e50-b97b-984bd5534095
                demarc resource show 993ed018-9e79-4e50-b97b-984bd5534095 --account acme --json
                """)
        @Argument(help: "The resource's id, from demarc resource list.") var resource: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.Resource = try await client.get(
                OperatorClient.path("accounts", id, "resources", resource))
            try show(found) { Table(fields: found.fields).text }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a resource away; refused while endpoints' calls go to it.",
            discussion: """
                demarc resource remove 993ed018-9e79-4e50-b97b-984bd5534095
                demarc resource remove 993ed018-9e79-4e50-b97b-984bd5534095 --account acme
                """)
        @Argument(help: "The resource's id.") var id: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let account = try await account.id(client)
            try await client.send(.delete, OperatorClient.path("accounts", account, "resources", id))
            try show(["removed": id]) { "Removed \(id)." }
        }
    }
}

extension OperatorWire.Resource {
    fileprivate var fields: [(String, String)] {
        [("id", id), ("kind", kind), ("name", name), ("calls go to", target)]
    }
}
