import ArgumentParser
import OperatorAPI
import Provisioning

/// How an account is stopped, goes on, and ends.
extension AccountCommand {
    struct Suspend: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop an account: nobody of it is let in and its phones are off; everything is kept.",
            discussion: """
                demarc account suspend acme
                demarc account suspend 2 --json
                """)
        @Argument(help: "The account's id or name.") var account: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let stopped = try await client.send(
                .put, OperatorClient.path("accounts", id, "suspension"), body: nil, as: OperatorWire.Account.self)
            try show(stopped) { "Account \(stopped.id) \(stopped.name) is suspended." }
        }
    }

    struct Resume: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a suspended account go on.",
            discussion: """
                demarc account resume acme
                demarc account resume 2 --json
                """)
        @Argument(help: "The account's id or name.") var account: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let active = try await client.send(
                .delete, OperatorClient.path("accounts", id, "suspension"), body: nil, as: OperatorWire.Account.self)
            try show(active) { "Account \(active.id) \(active.name) is active." }
        }
    }

    struct Delete: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a suspended account with everything that it has; it does not come back.",
            discussion: """
                demarc account delete acme
                demarc account delete acme --yes
                """)
        @Argument(help: "The account's id or name.") var account: String
        @Flag(help: "Do not ask for the account's name.") var yes = false
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await AccountOption.named(account).id(client)
            let path = OperatorClient.path("accounts", id)
            let found: OperatorWire.Account = try await client.get(path)
            try confirm(found)
            var total = try await client.send(.delete, path, body: nil, as: OperatorWire.AccountDeletion.self)
            while !total.done {
                Terminal.current.warn("\(total.removed) rows are gone.")
                total.add(try await more(client, path))
            }
            try show(total) { "Account \(found.id) \(found.name) is gone, with all that it had." }
        }

        /// The next rows; none where the server went on by itself and is done.
        private func more(_ client: OperatorClient, _ path: String) async throws(CommandError)
            -> OperatorWire.AccountDeletion?
        {
            do throws(CommandError) {
                return try await client.send(.delete, path, body: nil, as: OperatorWire.AccountDeletion.self)
            } catch {
                guard error.code == .refused else { throw error }
                return nil
            }
        }

        /// Throws `usage` where neither the flag nor the name is given.
        private func confirm(_ account: OperatorWire.Account) throws(CommandError) {
            guard !yes, account.status == AccountStatus.suspended.rawValue else { return }
            Terminal.current.warn("Type the name of the account, \(account.name), to delete all that it has:")
            guard Terminal.current.readLine() == account.name else {
                throw CommandError(.usage, "Nothing was deleted. Type the account's name, or say --yes.")
            }
        }
    }
}

extension OperatorWire.AccountDeletion {
    fileprivate mutating func add(_ part: Self?) {
        removed += part?.removed ?? 0
        done = part?.done ?? true
    }
}
