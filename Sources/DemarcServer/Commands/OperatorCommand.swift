import ArgumentParser
import Foundation
import OperatorAPI
import Provisioning

/// A command that asks a running server.
protocol OperatorCommand: AsyncParsableCommand {
    var connection: ConnectionOptions { get }

    func perform(_ client: OperatorClient) async throws(CommandError)
}

extension OperatorCommand {
    mutating func run() async throws {
        try await perform(try connection.client())
    }

    /// Prints one answer or list: as JSON where that is asked for, else as text.
    func show(_ value: some Encodable, _ text: () -> String) throws(CommandError) {
        try connection.show(value, text)
    }
}

/// Which server is asked, and how its answer is printed.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory of the server (also DEMARC_DATA).", valueName: "path"))
    var data: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// The data directory that is meant.
    var directory: String {
        let said = data ?? Terminal.current.environment[Setting.data.variable].flatMap { $0.isEmpty ? nil : $0 }
        return said ?? Setting.data.fallback[0]
    }

    /// Prints a value: as JSON where that is asked for, else as text.
    func show(_ value: some Encodable, _ text: () -> String) throws(CommandError) {
        guard json else {
            Terminal.current.print(text())
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            throw CommandError(.serverFault, "The answer cannot be written as JSON.")
        }
        Terminal.current.print(String(decoding: data, as: UTF8.self))
    }

    func client() throws(CommandError) -> OperatorClient { try OperatorClient(dataDirectory: directory) }
}

/// Which account a command is about.
struct AccountOption: ParsableArguments {
    @Option(help: ArgumentHelp("The account's id or name; needed when there are several.", valueName: "account"))
    var account: String?

    /// The account's id; throws `usage` where it must be named, `refused` where there is none, or several of that name.
    func id(_ client: OperatorClient) async throws(CommandError) -> String {
        let accounts: OperatorWire.Items<OperatorWire.Account> = try await client.get(OperatorClient.path("accounts"))
        guard let account else {
            guard let only = accounts.items.first, accounts.items.count == 1 else {
                let names = accounts.items.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
                throw CommandError(.usage, "Name the account with --account: \(names)")
            }
            return String(only.id)
        }
        let found = accounts.items.filter { String($0.id) == account || $0.name == account }
        if let match = found.first(where: { String($0.id) == account }) { return String(match.id) }
        guard let match = found.first else { throw CommandError(.refused, "There is no account \(account).") }
        guard found.count == 1 else {
            let ids = found.map { String($0.id) }.joined(separator: ", ")
            throw CommandError(.refused, "Several accounts are named \(account). Say which by its id: \(ids).")
        }
        return String(match.id)
    }
}

/// Where a new password comes from.
struct PasswordOptions: ParsableArguments {
    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    @Flag(help: "Make a password and print it once.")
    var generate = false

    func validate() throws {
        guard passwordStdin != generate else {
            throw ValidationError("Say where the password comes from: --password-stdin or --generate.")
        }
    }

    func password() throws(CommandError) -> Secret<String> {
        if generate { return GeneratedSecret.make() }
        guard let line = Terminal.current.readLine(), !line.isEmpty else {
            throw CommandError(.usage, "There is no password on standard input.")
        }
        return Secret(line)
    }

    /// The password for whoever asked to have one made.
    func shown(_ password: Secret<String>) -> String? { generate ? password.reveal() : nil }
}

/// A thing just made, with the password that was made for it.
struct Made<Thing: Encodable>: Encodable {
    let made: Thing
    let password: String?
}
