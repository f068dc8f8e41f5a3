import ArgumentParser
import OperatorAPI
import Provisioning

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Accounts: the tenants that everything belongs to.",
        discussion: """
            demarc account create acme --domain sip.acme.example
            demarc account features acme --enable UC --ceiling DOMESTIC
            demarc account suspend acme
            """,
        subcommands: [
            Create.self, List.self, Show.self, Features.self, Balance.self, Topup.self, Freeze.self, Suspend.self,
            Resume.self, Delete.self,
        ])
}

extension AccountCommand {
    struct Create: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account with its SIP domain.",
            discussion: """
                demarc account create acme
                demarc account create acme --domain sip.acme.example --feature SMS --feature UC --country CA
                """)
        @Argument(help: "The account's name.") var name: String
        @Option(help: "Its SIP domain; one is made from its id when not given.") var domain: String?
        @Option(
            name: .customLong("feature"),
            help: "A product: \(ProductFeature.names). SMS and TERMINATION when none is named.")
        var features: [String] = []
        @Option(help: "The most that its trunks may allow: LITE, DOMESTIC or ALL.") var ceiling: String?
        @Option(help: "The country that DOMESTIC means, by its ISO code (default: US).") var country: String?
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let body = OperatorWire.NewAccount(
                name: name, domain: domain, features: features.isEmpty ? nil : features, trafficCeiling: ceiling,
                country: country)
            let made = try await client.send(
                .post, OperatorClient.path("accounts"), body: body, as: OperatorWire.CreatedAccount.self)
            try show(made) {
                let account = "Account \(made.account.id) \(made.account.name), SIP domain \(made.domain.name)"
                let tokens = made.tokens.map { "Token for \($0.token.contract): \($0.secret)" }
                return ([account, "Project \(made.account.project)"] + tokens).joined(separator: "\n")
            }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the accounts.",
            discussion: """
                demarc account list
                demarc account list --json
                """)
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let accounts: OperatorWire.Items<OperatorWire.Account> = try await client.get(
                OperatorClient.path("accounts"))
            try show(accounts) {
                var table = Table("ID", "NAME", "STATUS", "FEATURES", "CEILING", "COUNTRY", "PROJECT")
                for account in accounts.items {
                    table.add(
                        String(account.id), account.name, account.status, account.features.joined(separator: ","),
                        account.trafficCeiling, account.country, account.project)
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one account.",
            discussion: """
                demarc account show acme
                demarc account show 1 --json
                """)
        @Argument(help: "The account's id or name.") var account: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let found: OperatorWire.Account = try await client.get(OperatorClient.path("accounts", id))
            try show(found) { found.lines }
        }
    }

    struct Features: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Switch an account's products on and off, and set its traffic ceiling.",
            discussion: """
                demarc account features acme --enable UC --disable SMS
                demarc account features 1 --ceiling DOMESTIC
                """)
        @Argument(help: "The account's id or name.") var account: String
        @Option(help: "A product to switch on: \(ProductFeature.names).") var enable: [String] = []
        @Option(help: "A product to switch off.") var disable: [String] = []
        @Option(help: "The most that its trunks may allow: LITE, DOMESTIC or ALL.") var ceiling: String?
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let body = OperatorWire.AccountChange(enable: enable, disable: disable, trafficCeiling: ceiling)
            let changed = try await client.send(
                .patch, OperatorClient.path("accounts", id), body: body, as: OperatorWire.Account.self)
            try show(changed) { changed.lines }
        }
    }
}

extension ProductFeature {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension AccountOption {
    static func named(_ account: String) -> AccountOption {
        var option = AccountOption()
        option.account = account
        return option
    }
}

extension OperatorWire.Account {
    fileprivate var lines: String {
        """
        Account  \(id) \(name)
        Status   \(status)
        Project  \(project)
        Features \(features.joined(separator: ", "))
        Ceiling  \(trafficCeiling)
        Country  \(country)
        """
    }
}
