import ArgumentParser
import OperatorAPI

struct NumbersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers",
        abstract: "Telephone numbers: an account's inventory, and the trunks their calls go to.",
        discussion: """
            demarc numbers add +14155550100 +14155550101
            demarc numbers assign +14155550100 --trunk 7
            """,
        subcommands: [Add.self, Assign.self, List.self, Remove.self])
}

extension NumbersCommand {
    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put numbers into an account's inventory; all of them or none.",
            discussion: """
                demarc numbers add +14155550100
                demarc numbers add 4155550100 4155550101 --account acme
                """)
        @Argument(help: "Numbers in E.164 form, or ten North American digits.") var numbers: [String]
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let added = try await client.send(
                .post, OperatorClient.path("accounts", id, "numbers"), body: OperatorWire.NewNumbers(numbers: numbers),
                as: OperatorWire.Items<OperatorWire.Number>.self)
            try show(added) { added.items.table }
        }
    }

    struct Assign: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a number's calls to a trunk, a user or an application, or nowhere.",
            discussion: """
                demarc numbers assign +14155550100 --trunk 7
                demarc numbers assign +14155550100 --user alice
                demarc numbers assign +14155550100 --none
                """)
        @Argument(help: "A number of the inventory.") var number: String
        @Option(help: "The trunk's id, from demarc trunk list.") var trunk: Int64?
        @Option(help: "A user, as name or name@domain.") var user: String?
        @Option(help: "The id of a Voximplant application, whose rules are asked.") var application: Int64?
        @Flag(help: "To nothing.") var none = false
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard [trunk != nil, user != nil, application != nil, none].count(where: \.self) == 1 else {
                throw ValidationError("Say where to: --trunk ID, --user NAME, --application ID or --none.")
            }
        }

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let changed = try await client.send(
                .put, OperatorClient.path("accounts", id, "numbers", number),
                body: OperatorWire.NumberChange(trunk: trunk, user: user, application: application), as: OperatorWire.Number.self)
            try show(changed) { [changed].table }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an account's numbers.",
            discussion: """
                demarc numbers list
                demarc numbers list --account acme --json
                """)
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let numbers: OperatorWire.Items<OperatorWire.Number> = try await client.get(
                OperatorClient.path("accounts", id, "numbers"))
            try show(numbers) { numbers.items.table }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a number out of the inventory.",
            discussion: """
                demarc numbers remove +14155550100
                demarc numbers remove +14155550100 --account acme
                """)
        @Argument(help: "A number of the inventory.") var number: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            try await client.send(.delete, OperatorClient.path("accounts", id, "numbers", number))
            try show(["removed": number]) { "Removed \(number)." }
        }
    }
}

extension OperatorWire.Number {
    fileprivate var place: String {
        let places = [
            trunk.map { "trunk \($0)" }, user.map { "user \($0)" }, application.map { "application \($0)" },
        ]
        return places.compactMap(\.self).first ?? "-"
    }
}

extension [OperatorWire.Number] {
    fileprivate var table: String {
        var table = Table("NUMBER", "CALLS GO TO")
        for number in self { table.add(number.number, number.place) }
        return table.text
    }
}
