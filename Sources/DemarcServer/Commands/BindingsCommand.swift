import ArgumentParser
import Foundation
import OperatorAPI
import Provisioning

struct BindingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bindings",
        abstract: "Bindings: who is registered, and where they are reached.",
        discussion: """
            demarc bindings list
            demarc bindings watch --user alice
            """,
        subcommands: [List.self, Show.self, Remove.self, Watch.self])
}

extension BindingsCommand {
    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is registered.",
            discussion: """
                demarc bindings list
                demarc bindings list --user alice --json
                """)
        @Option(help: "Only users whose address holds this.") var user: String?
        @Option(help: "At most so many, up to 1000.") var count = 500
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let bindings: OperatorWire.Items<LiveBinding> = try await client.get(
                OperatorClient.path("bindings", query: [("user", user), ("count", String(count))]))
            try show(bindings) {
                var table = Table("USER", "CONTACT", "FROM", "EXPIRES IN", "DEVICE")
                for binding in bindings.items {
                    table.add(
                        binding.aor, binding.contact, binding.source, Moment.left(until: binding.expiresAt),
                        binding.userAgent)
                }
                return table.text
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show everything about one user's bindings.",
            discussion: """
                demarc bindings show alice@sip.acme.example
                demarc bindings show alice --json
                """)
        @Argument(help: "A user's address, or a part of it.") var user: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let bindings: OperatorWire.Items<LiveBinding> = try await client.get(
                OperatorClient.path("bindings", query: [("user", user)]))
            guard !bindings.items.isEmpty else { throw CommandError(.refused, "\(user) is not registered.") }
            try show(bindings) { bindings.items.map(\.lines).joined(separator: "\n") }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a user's bindings; the phone may register again.",
            discussion: """
                demarc bindings remove alice@sip.acme.example
                demarc bindings remove alice@sip.acme.example --contact sip:alice@192.0.2.7:5060
                """)
        @Argument(help: "The user's address.") var user: String
        @Option(help: "Only this contact.") var contact: String?
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let removed = try await client.send(
                .delete, OperatorClient.path("bindings", user, query: [("contact", contact)]), body: nil,
                as: OperatorWire.Removed.self)
            guard removed.removed > 0 else { throw CommandError(.refused, "\(user) has no such binding.") }
            try show(removed) { "Ended \(removed.removed)." }
        }
    }

    struct Watch: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what happens, as it happens, until Ctrl-C.",
            discussion: """
                demarc bindings watch
                demarc bindings watch --user alice --json
                """)
        @Option(help: "Only users whose address holds this.") var user: String?
        @Option(help: "Stop after so many events.") var count: Int?
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let path = OperatorClient.path("events", query: [("of", "bindings"), ("user", user)])
            try await client.watch(path, count: count, asJSON: connection.json, Self.line)
        }

        private static func line(_ data: String) -> String {
            guard let event = try? JSONDecoder().decode(EdgeEvent.self, from: Data(data.utf8)) else { return data }
            let rest = [event.aor, event.contact, event.source, event.detail].filter { !$0.isEmpty }
            let kind = event.kind.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
            return "\(Moment.text(event.at))  \(kind)  \(rest.joined(separator: "  "))"
        }
    }
}

extension LiveBinding {
    fileprivate var lines: String {
        """
        User        \(aor)
        Contact     \(contact)
        From        \(source)
        Device      \(userAgent)
        Instance    \(instance)\(regID.map { ", reg-id \($0)" } ?? "")
        Path        \(path.joined(separator: ", "))
        q           \(Double(q) / 1000)
        Registered  \(Moment.text(registeredAt)) UTC
        Expires in  \(Moment.left(until: expiresAt))
        Call-ID     \(callID), CSeq \(cseq)

        """
    }
}
