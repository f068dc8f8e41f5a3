import ArgumentParser
import Foundation
import OperatorAPI
import Provisioning

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Keys: what programs sign in to Voximplant's API with.",
        discussion: """
            demarc key create --output credentials.json
            demarc key list
            """,
        subcommands: [Create.self, List.self, Show.self, Remove.self])
}

extension KeyCommand {
    struct Create: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key; its private half is shown once.",
            discussion: """
                demarc key create --output credentials.json
                demarc key create --account acme --role Accountant --output billing.json
                """)
        @Option(help: "Owner, Admin (default), Developer, Supervisor, Accountant or Support.") var role: String?
        @Option(help: "What it is for.") var description: String?
        @Option(help: "The file to write, for its owner only; standard output when not given.") var output: String?
        @Flag(
            help: "A secret of the older kind (account_id and api_key): it may do everything, and signs callbacks.")
        var apiKey = false
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let issued = try await client.send(
                .post, OperatorClient.path("accounts", id, "keys"),
                body: OperatorWire.NewServiceKey(role: role, description: description, secret: apiKey),
                as: OperatorWire.IssuedServiceKey.self)
            guard let output else { return try show(issued) { Self.text(issued) } }
            do {
                try PrivateFile.write(Data("\(Self.text(issued))\n".utf8), to: output)
            } catch {
                throw CommandError(.refused, "Cannot write \(output); remove the key \(issued.keyID) and make another.")
            }
            try show(["key_id": issued.keyID, "file": output]) { "Key \(issued.keyID), written to \(output)" }
        }

        private static func text(_ issued: OperatorWire.IssuedServiceKey) -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return (try? encoder.encode(issued)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys of an account.",
            discussion: """
                demarc key list
                demarc key list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let keys: OperatorWire.Items<OperatorWire.ServiceKey> = try await client.get(
                OperatorClient.path("accounts", id, "keys"))
            try show(keys) {
                var table = Table("ID", "ROLE", "KIND", "DESCRIPTION")
                for key in keys.items { table.add(key.id, key.role, key.kind, key.description ?? "") }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one key; what its holder keeps is never shown again.",
            discussion: """
                demarc key show 3f2504e0-4f89-41d3-9a0c-0305e82c3301
                demarc key show 3f2504e0-4f89-41d3-9a0c-0305e82c3301 --account acme --json
                """)
        @Argument(help: "The key's id, from demarc key list.") var key: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.ServiceKey = try await client.one(
                of: OperatorClient.path("accounts", id, "keys"), "key \(key)"
            ) { $0.id == key }
            try show(found) { Table(fields: found.fields).text }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a key sign in no more.",
            discussion: """
                demarc key remove 3f2504e0-4f89-41d3-9a0c-0305e82c3301
                demarc key remove 3f2504e0-4f89-41d3-9a0c-0305e82c3301 --account acme
                """)
        @Argument(help: "The key's id.") var key: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            try await client.send(.delete, OperatorClient.path("accounts", id, "keys", key))
            try show(["removed": key]) { "Removed \(key)." }
        }
    }
}

extension OperatorWire.ServiceKey {
    fileprivate var fields: [(String, String)] {
        [
            ("id", id), ("role", role), ("kind", kind), ("description", description ?? ""),
            ("made", "\(Moment.text(created)) UTC"),
        ]
    }
}
