import ArgumentParser
import Foundation

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "The settings: flags, then environment (DEMARC_...), then the YAML file, then defaults.",
        discussion: """
            demarc config check --config demarc.yaml
            DEMARC_LOG_FORMAT=json demarc config show --json
            """,
        subcommands: [Check.self, Show.self])
}

extension ConfigCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Say each setting and where it came from, and what is wrong, in the files that it names, too; exit 78 if it is.",
            discussion: """
                demarc config check --config demarc.yaml
                demarc config check --config demarc.yaml --sip-listen udp:10.0.0.5:5060=203.0.113.9 --json
                """)
        @OptionGroup var flags: SettingFlags
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let report = flags.report(environment: Terminal.current.environment).lookingAtFiles()
            try report.show(json: json, withFaults: true)
            guard !report.faults.isEmpty else { return }
            throw CommandError(.settings, "\(report.faults.count) of the settings cannot be used.")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every setting as it is in force.",
            discussion: """
                demarc config show
                demarc config show --config demarc.yaml --json
                """)
        @OptionGroup var flags: SettingFlags
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try flags.report(environment: Terminal.current.environment).show(json: json, withFaults: false)
        }
    }
}

extension SettingsReport {
    private struct Wire: Encodable {
        let settings: [Line]
        let faults: [SettingFault]?
    }

    fileprivate func show(json: Bool, withFaults: Bool) throws {
        guard json else {
            Terminal.current.print(text(withFaults: withFaults))
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(Wire(settings: lines, faults: withFaults ? faults : nil))
        Terminal.current.print(String(decoding: data, as: UTF8.self))
    }

    package func text(withFaults: Bool) -> String {
        var table = Table("SETTING", "VALUE", "FROM")
        for line in lines { table.add(line.key, line.values.joined(separator: ", "), line.source.rawValue) }
        guard withFaults else { return table.text }
        let findings = faults.map { "error: \($0)\n" }.joined()
        return table.text + "\n" + (faults.isEmpty ? "Every setting can be used.\n" : findings)
    }
}
