package import ArgumentParser
import Foundation

/// The `demarc` command.
package struct DemarcCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "demarc",
        abstract: "A SIP provisioning server: what you provision over a vendor's API works on SIP at once.",
        discussion: """
            Start a server, then ask it:
              demarc serve
              demarc bindings list

            Every command but serve and config asks the server that runs on the data directory: \
            ./demarc-data, or what --data or DEMARC_DATA names.

            Exit codes: 0 done, 1 refused, 64 wrong usage, 69 no server is running, 70 the server failed, \
            71 it cannot start, 77 not allowed, 78 the settings are wrong.
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(name: "Server", subcommands: [ServeCommand.self, ConfigCommand.self, StatusCommand.self]),
            CommandGroup(
                name: "Provisioning",
                subcommands: [
                    AccountCommand.self, CallerCommand.self, DomainCommand.self, SiteCommand.self, TrunkCommand.self,
                    CredentialCommand.self, NumbersCommand.self,
                    CarrierCommand.self, RouteCommand.self, GrantCommand.self, DialPlanCommand.self, CurrencyCommand.self,
                    KeyCommand.self, CACommand.self,
                    TokenCommand.self, ResourceCommand.self, SecretCommand.self,
                ]),
            CommandGroup(
                name: "Live",
                subcommands: [
                    BindingsCommand.self, RegistrationsCommand.self, CallsCommand.self, DrainCommand.self, CallbacksCommand.self,
                    BansCommand.self, RefusalsCommand.self, TraceCommand.self,
                ]),
        ])

    package init() {}

    /// Runs the command line and ends the process with the code that says how it went.
    package static func start() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            Terminal.current.warn("demarc: \(error.message)")
            Foundation.exit(error.code.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
