import ArgumentParser
import OperatorAPI
import Provisioning

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "API tokens: what clients of SignalWire sign in with, beside the account's project id.",
        discussion: """
            demarc token create deploy
            demarc token list
            """,
        subcommands: [Create.self, List.self, Show.self, Delete.self])
}

extension TokenCommand {
    struct Create: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it once.",
            discussion: """
                demarc token create deploy
                demarc token create old-panel --contract 2025 --scope calling --account acme
                """)
        @Argument(help: "What it is for.") var name: String
        @Option(help: "The year whose form requests and answers have: 2026 (default) or 2025.") var contract: String?
        @Option(
            name: .customLong("scope"),
            help:
                "What it is for: \(APIToken.Scope.allCases.map(\.rawValue).joined(separator: ", ")). All when none is named."
        )
        var scopes: [String] = []
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let made = try await client.send(
                .post, OperatorClient.path("accounts", id, "tokens"),
                body: OperatorWire.NewToken(name: name, contract: contract, scopes: scopes.isEmpty ? nil : scopes),
                as: OperatorWire.CreatedToken.self)
            try show(made) {
                """
                Token \(made.token.id) \(made.token.name), \(made.token.contract)
                Project \(made.project)
                Secret  \(made.secret)
                """
            }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tokens of an account.",
            discussion: """
                demarc token list
                demarc token list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let tokens: OperatorWire.Items<OperatorWire.Token> = try await client.get(
                OperatorClient.path("accounts", id, "tokens"))
            try show(tokens) {
                var table = Table("ID", "NAME", "CONTRACT", "SCOPES")
                for token in tokens.items {
                    table.add(String(token.id), token.name, token.contract, token.scopes.joined(separator: ","))
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one token; its secret is never shown again.",
            discussion: """
                demarc token show 3
                demarc token show 3 --account acme --json
                """)
        @Argument(help: "The token's id, from demarc token list.") var token: Int64
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.Token = try await client.one(
                of: OperatorClient.path("accounts", id, "tokens"), "token \(token)"
            ) { $0.id == token }
            try show(found) { Table(fields: found.fields).text }
        }
    }

    struct Delete: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let nobody in with a token any more.",
            discussion: """
                demarc token delete 3
                demarc token delete 3 --account acme
                """)
        @Argument(help: "The token's id.") var id: Int64
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let account = try await account.id(client)
            try await client.send(.delete, OperatorClient.path("accounts", account, "tokens", String(id)))
            try show(["deleted": String(id)]) { "Deleted token \(id)." }
        }
    }
}

extension OperatorWire.Token {
    fileprivate var fields: [(String, String)] {
        [("id", String(id)), ("name", name), ("contract", contract), ("scopes", scopes.joined(separator: ","))]
    }
}
