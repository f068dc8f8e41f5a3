import ArgumentParser
import OperatorAPI
import Provisioning

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Calls: what became of them, and what holds for all of an account.",
        discussion: """
            demarc calls list
            demarc calls show 4a1f9c0e7d33b512-mcq0x1yz
            demarc calls trace 4a1f9c0e7d33b512-mcq0x1yz
            demarc calls settings --countries US,CA,GB --calls 200
            """,
        subcommands: [List.self, Show.self, Trace.self, Settings.self])

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an account's calls, newest first.",
            discussion: """
                demarc calls list
                demarc calls list --account acme --party +442079460000 --open --json
                demarc calls list --party alice
                """)
        @Option(help: "Only calls from or to this number, or this user, as name or name@domain.") var party: String?
        @Flag(help: "Only calls that last.") var open = false
        @Option(help: "Only calls before this one, by its row.") var before: String?
        @Option(help: "At most so many, up to 1000.") var count = 100
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let calls: OperatorWire.Items<OperatorWire.CallLeg> = try await client.get(
                OperatorClient.path(
                    "accounts", id, "calls",
                    query: [
                        ("party", party), ("state", open ? "open" : nil), ("before", before), ("count", String(count)),
                    ]))
            try show(calls) {
                var table = Table("CALL", "BEGAN", "FROM", "TO", "LASTED", "STATUS", "CAUSE")
                for call in calls.items {
                    table.add(
                        call.call, Moment.text(call.started), call.from, call.to, call.length, call.result, call.cause)
                }
                let more = calls.next.map { "More: demarc calls list --before \($0)\n" }
                return table.text + (more ?? "")
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every leg of a call: the caller's, and each place where it was tried.",
            discussion: """
                demarc calls show 4a1f9c0e7d33b512-mcq0x1yz
                demarc calls show 4a1f9c0e7d33b512-mcq0x1yz --account acme --json
                """)
        @Argument(help: "The call's id, from demarc calls list.") var call: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let legs: OperatorWire.Items<OperatorWire.CallLeg> = try await client.get(
                OperatorClient.path("accounts", id, "calls", call))
            try show(legs) {
                var table = Table("LEG", "PARTY", "BEGAN", "RANG", "ANSWERED", "LASTED", "STATUS", "CAUSE", "COST")
                for leg in legs.items {
                    table.add(
                        String(leg.position), leg.party, Moment.text(leg.started), leg.rang.map(Moment.text) ?? "",
                        leg.answered.map(Moment.text) ?? "", leg.length, leg.result, leg.cause,
                        leg.cost.map { "\($0) \(leg.currency ?? "")" } ?? "")
                }
                let first = legs.items.first
                return "Caller  \(first?.identity ?? ""), \(first?.from ?? "")\nCalled  \(first?.to ?? "")\n\n"
                    + table.text
            }
        }
    }

    struct Trace: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the SIP messages of a call, both its sides, secrets redacted.",
            discussion: """
                The latest messages are kept, of no more than fifty new calls a second.

                demarc calls trace 4a1f9c0e7d33b512-mcq0x1yz
                demarc calls trace 4a1f9c0e7d33b512-mcq0x1yz --account acme --json
                """)
        @Argument(help: "The call's id, from demarc calls list.") var call: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let messages: OperatorWire.Items<TracedMessage> = try await client.get(
                OperatorClient.path("accounts", try await account.id(client), "calls", call, "trace"))
            guard !messages.items.isEmpty else {
                throw CommandError(.refused, "The messages of \(call) are not kept any more.")
            }
            try show(messages) { messages.items.text }
        }
    }

    struct Settings: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what holds for all of an account's calls, or set what is named.",
            discussion: """
                demarc calls settings
                demarc calls settings --account acme --countries US,CA --per-second 10 --daily-spend 50
                demarc calls settings --countries all --calls none --record-days 30
                demarc calls settings --media always
                """)
        @Option(help: "How its people dial: the country's code, such as 44 (own: as the account's country).")
        var countryCode: String?
        @Option(help: "What they dial before numbers of the country (own: as the country has it).")
        var nationalPrefix: String?
        @Option(help: "What they dial before numbers of others, with commas (own: as the country has it).")
        var internationalPrefixes: String?
        @Option(help: "Emergency numbers beside the country's own, with commas (none: no more).")
        var emergency: String?
        @Option(help: "The countries that calls may reach, by their ISO codes with commas (all: every country).")
        var countries: String?
        @Option(help: "Calls at the same time (none: no limit).") var calls: String?
        @Option(help: "New calls in a second (none: no limit).") var perSecond: String?
        @Option(help: "What calls of a day (UTC) may cost (none: no limit).") var dailySpend: String?
        @Option(help: "For how many days records of calls are kept.") var recordDays: Int?
        @Option(
            help: """
                The way of media: auto (by the media relay where the ends cannot hear each other without it), always (by the \
                relay) or direct (never).
                """)
        var media: String?
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let path = OperatorClient.path("accounts", try await account.id(client), "call-settings")
            var settings: OperatorWire.CallSettings = try await client.get(path)
            let before = settings
            if let countryCode { settings.countryCode = countryCode.unless("own") }
            if let nationalPrefix { settings.nationalPrefix = nationalPrefix.unless("own") }
            if let internationalPrefixes { settings.internationalPrefixes = internationalPrefixes.unless("own")?.parts }
            if let emergency { settings.emergencyNumbers = emergency.unless("none")?.parts ?? [] }
            if let countries { settings.countries = countries.unless("all")?.parts }
            if let calls { settings.calls = try calls.cap("--calls") }
            if let perSecond { settings.perSecond = try perSecond.cap("--per-second") }
            if let dailySpend { settings.dailySpend = dailySpend.unless("none") }
            if let recordDays { settings.recordDays = recordDays }
            if let media { settings.media = media }
            if settings != before {
                settings = try await client.send(.put, path, body: settings, as: OperatorWire.CallSettings.self)
            }
            try show(settings) { settings.text }
        }
    }
}

extension OperatorWire.CallLeg {
    /// Seconds since the answer; nothing where there was none.
    fileprivate var length: String {
        guard let answered else { return "" }
        guard let ended else { return "still" }
        return Moment.duration(seconds: (ended - answered) / 1000)
    }

    fileprivate var result: String { status == 0 ? "" : String(status) }
}

extension OperatorWire.CallSettings {
    fileprivate var text: String {
        """
        Dialling       country code \(countryCode ?? "own"), national \(nationalPrefix ?? "own"), \
        international \(internationalPrefixes?.joined(separator: ",") ?? "own")
        Emergency      the country's own\(emergencyNumbers.map { $0.map { ", \($0)" }.joined() } ?? "")
        Countries      \(countries.map { $0.isEmpty ? "none" : $0.joined(separator: ",") } ?? "all")
        Calls at once  \(calls.map(String.init) ?? "no limit")
        A second       \(perSecond.map(String.init) ?? "no limit")
        Spend a day    \(dailySpend ?? "no limit")
        Records        \(recordDays.map { "\($0) days" } ?? "")
        Media          \(media ?? "")
        """
    }
}

extension String {
    /// The text, or nothing for the word that means nothing.
    func unless(_ word: String) -> String? { self == word ? nil : self }

    /// What stands between commas.
    var parts: [String] { split(separator: ",").map(String.init) }

    /// A number, or nothing for `none`; throws `usage`.
    func cap(_ option: String) throws(CommandError) -> Int? {
        guard let text = unless("none") else { return nil }
        guard let number = Int(text) else { throw CommandError(.usage, "\(option) is a number or none.") }
        return number
    }
}
