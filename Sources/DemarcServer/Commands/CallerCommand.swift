import ArgumentParser
import OperatorAPI
import Provisioning

struct CallerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caller",
        abstract: "Callers: who may sign in to a vendor's API.",
        discussion: """
            demarc caller add deploy --generate
            demarc caller list
            """,
        subcommands: [Add.self, List.self, Password.self, Remove.self])
}

extension CallerCommand {
    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let somebody sign in.",
            discussion: """
                demarc caller add deploy --generate
                pass show demarc/audit | demarc caller add audit --role reader --password-stdin
                """)
        @Argument(help: "The name to sign in with; unique in the installation.") var name: String
        @Option(help: "administrator (default) or reader.") var role: String?
        @OptionGroup var passwords: PasswordOptions
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let password = try passwords.password()
            let made = try await client.send(
                .post, OperatorClient.path("accounts", id, "callers"),
                body: OperatorWire.NewCaller(name: name, role: role, password: password.reveal()),
                as: OperatorWire.Caller.self)
            let shown = passwords.shown(password)
            try show(Made(made: made, password: shown)) {
                "Caller \(made.name), \(made.role) of account \(made.account)"
                    + (shown.map { "\nPassword \($0)" } ?? "")
            }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the callers of an account.",
            discussion: """
                demarc caller list
                demarc caller list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let callers: OperatorWire.Items<OperatorWire.Caller> = try await client.get(
                OperatorClient.path("accounts", id, "callers"))
            try show(callers) {
                var table = Table("NAME", "ROLE", "ACCOUNT")
                for caller in callers.items { table.add(caller.name, caller.role, String(caller.account)) }
                return table.text
            }
        }
    }

    struct Password: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a caller a new password.",
            discussion: """
                demarc caller password admin --generate
                pass show demarc/admin | demarc caller password admin --password-stdin
                """)
        @Argument(help: "The caller's name.") var name: String
        @OptionGroup var passwords: PasswordOptions
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let password = try passwords.password()
            try await client.send(
                .put, OperatorClient.path("callers", name, "password"),
                body: OperatorWire.NewPassword(password: password.reveal()))
            let shown = passwords.shown(password)
            try show(Made(made: ["name": name], password: shown)) { shown.map { "Password \($0)" } ?? "Changed." }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a caller sign in no more.",
            discussion: """
                demarc caller remove deploy
                demarc caller remove deploy --data /var/lib/demarc
                """)
        @Argument(help: "The caller's name.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            try await client.send(.delete, OperatorClient.path("callers", name))
            try show(["removed": name]) { "Removed \(name)." }
        }
    }
}
