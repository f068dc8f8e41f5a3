import ArgumentParser
import OperatorAPI

extension RouteCommand {
    struct Explain: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what would become of a call, and why, without making it.",
            discussion: """
                demarc route explain alice +442079460000
                demarc route explain trunk:7 9195550100 --account acme --json

                FROM is a user (alice, alice@sip.acme.example), a trunk (trunk:7, or the address of one of its hosts), a \
                registration (registration:9), or a number of the inventory, for whoever has its calls.
                """)
        @Argument(help: "Who calls.") var from: String
        @Argument(help: "What is dialled: a number, a name, or name@domain.") var to: String
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let found: OperatorWire.RouteExplanation = try await client.get(
                OperatorClient.path("accounts", id, "routes", "explanation", query: [("from", from), ("to", to)]))
            try show(found) { found.text }
        }
    }
}

extension OperatorWire.RouteExplanation {
    fileprivate var text: String {
        var table = Table("QUESTION", "FOUND")
        for step in steps { table.add(step.question, step.text) }
        return table.text + "\n" + (refusal.map { $0.text } ?? tries)
    }

    private var tries: String {
        var table = Table("STAGE", "TRIED", "TOLD", "CALLER", "ROOM")
        for (index, stage) in (stages ?? []).enumerated() {
            for target in stage {
                table.add(
                    String(index + 1), target.name, target.user, target.shown, target.limits.joined(separator: "; "))
            }
        }
        return "Called  \(called ?? "")\(isEmergency ? ", an emergency" : "")\n\n" + table.text
    }
}

extension OperatorWire.RouteRefusal {
    fileprivate var text: String { "Refused with \(status) \(reason) (\(cause)): \(detail)\n" }
}

extension OperatorWire.RouteTarget {
    fileprivate var shown: String {
        let name = callerName.isEmpty ? caller : "\(callerName) <\(caller)>"
        let parts = [
            name, assertedIdentity.map { "asserted \($0)" }, privacy ? "privacy id" : nil,
            remoteParty.map { "remote party \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
