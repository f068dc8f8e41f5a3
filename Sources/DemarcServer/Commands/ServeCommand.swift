import ArgumentParser
import Logging
import Provisioning

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            demarc serve
            demarc serve --data /var/lib/demarc --config /etc/demarc.yaml --log-format json

            The first start makes an account and prints its credentials, once. Logs go to standard error.
            """)
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let report = flags.report(environment: Terminal.current.environment)
        guard let settings = report.settings else {
            let faults = report.faults.map(\.description).joined(separator: "\ndemarc: ")
            throw CommandError(.settings, "\(faults)\nThe same is said by: demarc config check")
        }
        LoggingSystem.bootstrap { label in
            StandardErrorLog(
                label: label, format: settings.logFormat, logLevel: Logger.Level(rawValue: settings.logLevel) ?? .info)
        }
        Allocator.settle()
        do {
            OpenFiles.raiseLimit()
            try await Installation(settings).run()
        } catch let failure as StartFailure {
            throw CommandError(.cannotStart, failure.description)
        } catch let error as ProvisioningError {
            throw CommandError(.cannotStart, "the store cannot be used: \(error.first.rule.rawValue)")
        }
    }
}
