import ArgumentParser
import OperatorAPI
import Provisioning

/// The money of accounts, which pays for registrations elsewhere.
extension AccountCommand {
    struct Balance: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what an account has, and whether it is frozen.",
            discussion: """
                demarc account balance acme
                demarc account balance 1 --json
                """)
        @Argument(help: "The account's id or name.") var account: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let ledger: OperatorWire.Ledger = try await client.get(OperatorClient.path("accounts", id, "ledger"))
            try show(ledger) { ledger.line }
        }
    }

    struct Topup: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an account money; registrations that were frozen for want of it go on.",
            discussion: """
                demarc account topup acme 25
                demarc account topup 1 0.50 --json
                """)
        @Argument(help: "The account's id or name.") var account: String
        @Argument(help: "The amount, in the account's currency.") var amount: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let ledger = try await client.send(
                .post, OperatorClient.path("accounts", id, "ledger", "topups"),
                body: OperatorWire.TopUp(amount: amount),
                as: OperatorWire.Ledger.self)
            try show(ledger) { ledger.line }
        }
    }

    struct Freeze: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop an account: it may look, and change nothing (in Voximplant's dialect).",
            discussion: """
                demarc account freeze acme
                demarc account freeze acme --lift
                """)
        @Argument(help: "The account's id or name.") var account: String
        @Flag(help: "Let it go on.") var lift = false
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let ledger = try await client.send(
                .patch, OperatorClient.path("accounts", id, "ledger"), body: OperatorWire.Freezing(frozen: !lift),
                as: OperatorWire.Ledger.self)
            try show(ledger) { ledger.line }
        }
    }
}

extension OperatorWire.Ledger {
    fileprivate var line: String { "Account \(account) has \(balance) \(currency)\(frozen ? ", frozen" : "")" }
}
