import ArgumentParser
import Foundation
import OperatorAPI
import Provisioning

struct RegistrationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrations",
        abstract: "Registrations that we keep at other servers: how they stand, and why.",
        discussion: """
            demarc registrations list --state rejected
            demarc registrations watch
            """,
        subcommands: [List.self, Show.self, Watch.self, Retry.self])
}

extension RegistrationsCommand {
    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List how registrations stand.",
            discussion: """
                demarc registrations list
                demarc registrations list --account acme --state retrying --json
                """)
        @Option(help: "Only those of this account, by its id or name.") var account: String?
        @Option(help: "Only those that stand so: \(LiveRegistration.State.names).") var state: String?
        @Option(help: "Only those behind this one, by its id.") var after: String?
        @Option(help: "At most so many, up to 1000.") var count = 100
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let owner: String? = if let account { try await AccountOption.named(account).id(client) } else { nil }
            let query = [("account", owner), ("state", state), ("after", after), ("count", String(count))]
            let found: OperatorWire.Items<LiveRegistration> = try await client.get(
                OperatorClient.path("registrations", query: query))
            try show(found) {
                var table = Table("ID", "REGISTRATION", "STATE", "LAST ANSWER", "EXPIRES IN", "NEXT IN", "TARGET")
                for now in found.items {
                    table.add(
                        String(now.id), now.aor, now.state.rawValue, now.answer,
                        now.expiresAt.map { Moment.left(until: $0) } ?? "", now.next, now.target)
                }
                let more = found.next.map { "More: demarc registrations list --after \($0)\n" }
                return table.text + (more ?? "")
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show everything about one registration, and how it came to stand so.",
            discussion: """
                demarc registrations show 98765
                demarc registrations show 98765 --json
                """)
        @Argument(help: "The registration's id.") var registration: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let found: OperatorWire.Registration = try await client.get(
                OperatorClient.path("registrations", registration))
            try show(found) { found.text }
        }
    }

    struct Watch: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what happens to registrations, as it happens, until Ctrl-C.",
            discussion: """
                demarc registrations watch
                demarc registrations watch --user support@sip.example.com --json
                """)
        @Option(help: "Only registrations whose address holds this.") var user: String?
        @Option(help: "Stop after so many transitions.") var count: Int?
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let path = OperatorClient.path("events", query: [("of", "registrations"), ("user", user)])
            try await client.watch(path, count: count, asJSON: connection.json, Self.line)
        }

        private static func line(_ data: String) -> String {
            guard let now = try? JSONDecoder().decode(LiveRegistration.self, from: Data(data.utf8)) else {
                return data
            }
            let state = now.state.rawValue.padding(toLength: 13, withPad: " ", startingAt: 0)
            let rest = [now.answer, now.target, now.attempts > 0 ? "next in \(now.next)" : ""].filter { !$0.isEmpty }
            return "\(Moment.text(WallClock.now().milliseconds))  \(now.id)  \(state)  \(now.aor)  "
                + rest.joined(separator: "  ")
        }
    }

    struct Retry: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try one registration at once, whatever it waits for but the pace.",
            discussion: """
                demarc registrations retry 98765
                demarc registrations retry 98765 --json
                """)
        @Argument(help: "The registration's id.") var registration: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let found = try await client.send(
                .post, OperatorClient.path("registrations", registration, "retry"), body: nil,
                as: OperatorWire.Registration.self)
            try show(found) {
                "Registration \(found.now.id) \(found.now.aor) is tried; it was \(found.now.state.rawValue)."
            }
        }
    }
}

struct DrainCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Give up every registration at its server, before this node goes for good.",
        discussion: """
            demarc drain
            demarc drain --json

            A stop alone keeps them: the next start goes on where this one ended. After a drain nothing is registered \
            until the server is started anew.
            """)
    @OptionGroup var connection: ConnectionOptions

    func perform(_ client: OperatorClient) async throws(CommandError) {
        let drained = try await client.send(
            .post, OperatorClient.path("registrations", "drain"), body: nil, as: OperatorWire.Drained.self)
        guard drained.remaining == 0 || connection.json else {
            throw CommandError(.refused, "\(drained.remaining) could not be given up in time; they end by themselves.")
        }
        try show(drained) { "Nothing is registered at other servers any more." }
    }
}

extension LiveRegistration.State {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension LiveRegistration {
    /// What the last try came to; nothing before the first.
    fileprivate var answer: String { status == 0 ? "" : "\(status) \(reason)" }

    fileprivate var next: String {
        isInProgress ? "now" : nextActionAt.map { Moment.left(until: $0) } ?? ""
    }
}

extension OperatorWire.Registration {
    fileprivate var text: String {
        """
        Registration  \(now.id), account \(now.account)
        Address       \(now.aor)
        State         \(now.state.rawValue)\(now.isInProgress ? ", a try is under way" : "")
        Last answer   \(now.answer)
        Last success  \(now.lastSuccess.map { "\(Moment.text($0)) UTC" } ?? "never")
        Lease         \(now.granted.map { "\($0) s" } ?? "none")\
        \(now.expiresAt.map { ", ends in \(Moment.left(until: $0))" } ?? "")
        Next try in   \(now.next)
        Failed tries  \(now.attempts)
        Target        \(now.target)
        Contact       \(now.contact)

        """ + (history.isEmpty ? "" : "\n\(transitions)")
    }

    private var transitions: String {
        var table = Table("FROM", "TO", "TIMES", "STATE", "ANSWER")
        for transition in history {
            table.add(
                Moment.text(transition.first), Moment.text(transition.last), String(transition.count),
                transition.state.rawValue, transition.status == 0 ? "" : String(transition.status))
        }
        return table.text
    }
}
