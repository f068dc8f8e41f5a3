import ArgumentParser
import OperatorAPI

struct DomainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain",
        abstract: "SIP domains: where users live, and the realm of their passwords.",
        discussion: """
            demarc domain add sip.acme.example --default
            demarc domain list
            """,
        subcommands: [Add.self, List.self, Remove.self])
}

extension DomainCommand {
    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an account a SIP domain.",
            discussion: """
                demarc domain add sip.acme.example
                demarc domain add sip.acme.example --default --account acme --description "phones of the head office"
                """)
        @Argument(help: "The domain's name; unique in the installation.") var name: String
        @Option(help: "What it is for.") var description: String?
        @Flag(name: .customLong("default"), help: "New credentials that name no realm live here.") var isDefault = false
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let made = try await client.send(
                .post, OperatorClient.path("accounts", id, "domains"),
                body: OperatorWire.NewDomain(name: name, description: description, isDefault: isDefault),
                as: OperatorWire.Domain.self)
            try show(made) { "Domain \(made.name) of account \(made.account)\(made.isDefault ? ", its default" : "")" }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the SIP domains of an account.",
            discussion: """
                demarc domain list
                demarc domain list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let domains: OperatorWire.Items<OperatorWire.Domain> = try await client.get(
                OperatorClient.path("accounts", id, "domains"))
            try show(domains) {
                var table = Table("NAME", "DEFAULT", "DESCRIPTION")
                for domain in domains.items {
                    table.add(domain.name, domain.isDefault ? "yes" : "", domain.description ?? "")
                }
                return table.text
            }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a SIP domain away; refused while credentials live in it.",
            discussion: """
                demarc domain remove old.acme.example
                demarc domain remove old.acme.example --account acme
                """)
        @Argument(help: "The domain's name.") var name: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            try await client.send(.delete, OperatorClient.path("accounts", id, "domains", name))
            try show(["removed": name]) { "Removed \(name)." }
        }
    }
}
