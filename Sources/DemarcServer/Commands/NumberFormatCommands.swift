import ArgumentParser
import OperatorAPI

struct DialPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialplan",
        abstract: "Dial plans: the forms that carriers take numbers in, by name.",
        discussion: """
            demarc dialplan list
            demarc dialplan add uk --international 00 --country-code 44 --national 0
            """,
        subcommands: [Add.self, Default.self, List.self])

    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a form of numbers, for all accounts.",
            discussion: """
                demarc dialplan add uk --international 00 --country-code 44 --national 0
                demarc dialplan add outside --international 9
                """)
        @Argument(help: "The name that carriers refer to it by.") var name: String
        @Option(help: "What stands before the country code.") var international = "+"
        @Option(help: "The country whose numbers are written otherwise.") var countryCode: String?
        @Option(help: "What stands in the place of that country's code.") var national: String?
        @Flag(name: .customLong("default"), help: "New carriers that name none use it.") var isDefault = false
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let plan = OperatorWire.DialPlan(
                name: name, international: international, countryCode: countryCode, national: national,
                isDefault: isDefault)
            let made = try await client.send(
                .post, OperatorClient.path("dialplans"), body: plan, as: OperatorWire.DialPlan.self)
            try show(made) { "Dial plan \(made.name)" }
        }
    }

    struct Default: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have new carriers that name no dial plan use this one.",
            discussion: """
                demarc dialplan default uk
                demarc dialplan default uk --json
                """)
        @Argument(help: "The dial plan's name.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let plan = try await client.send(
                .put, OperatorClient.path("dialplans", name, "default"), body: nil, as: OperatorWire.DialPlan.self)
            try show(plan) { "Dial plan \(plan.name) is the default." }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the dial plans.",
            discussion: """
                demarc dialplan list
                demarc dialplan list --json
                """)
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let plans: OperatorWire.Items<OperatorWire.DialPlan> = try await client.get(
                OperatorClient.path("dialplans"))
            try show(plans) {
                var table = Table("NAME", "DEFAULT", "INTERNATIONAL", "COUNTRY", "NATIONAL")
                for plan in plans.items {
                    table.add(
                        plan.name, plan.isDefault ? "yes" : "", plan.international, plan.countryCode ?? "",
                        plan.national ?? "")
                }
                return table.text
            }
        }
    }
}

struct CurrencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "currency",
        abstract: "Currencies that carriers' costs may be in.",
        discussion: """
            demarc currency list
            demarc currency add ISK
            """,
        subcommands: [Add.self, Default.self, List.self])

    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a currency, for all accounts.",
            discussion: """
                demarc currency add ISK
                demarc currency add THB --json
                """)
        @Argument(help: "Its code: three capital letters (ISO 4217).") var code: String
        @Flag(name: .customLong("default"), help: "New carriers that name none use it.") var isDefault = false
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let made = try await client.send(
                .post, OperatorClient.path("currencies"),
                body: OperatorWire.Currency(code: code, isDefault: isDefault), as: OperatorWire.Currency.self)
            try show(made) { "Currency \(made.code)" }
        }
    }

    struct Default: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have new costs that name no currency be in this one.",
            discussion: """
                demarc currency default EUR
                demarc currency default EUR --json
                """)
        @Argument(help: "Its code.") var code: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let currency = try await client.send(
                .put, OperatorClient.path("currencies", code, "default"), body: nil, as: OperatorWire.Currency.self)
            try show(currency) { "Currency \(currency.code) is the default." }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the currencies.",
            discussion: """
                demarc currency list
                demarc currency list --json
                """)
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let currencies: OperatorWire.Items<OperatorWire.Currency> = try await client.get(
                OperatorClient.path("currencies"))
            try show(currencies) {
                var table = Table("CODE", "DEFAULT")
                for currency in currencies.items { table.add(currency.code, currency.isDefault ? "yes" : "") }
                return table.text
            }
        }
    }
}
