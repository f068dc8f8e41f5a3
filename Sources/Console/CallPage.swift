import Provisioning

/// One call with every place where it was tried, and its messages while they are kept; as the template's values.
struct CallPage {
    private(set) var content: [String: Any]

    /// Throws `callUnknown`.
    init(_ call: String, of account: AccountID, console: Console) async throws(ProvisioningError) {
        let legs = try await console.useCases.calls.legs(of: call, account: account)
        let now = console.now()
        content = [
            "version": console.version, "now": ConsoleText.clock(now.milliseconds), "call": call,
            "account": account.description,
        ]
        if let first = legs.first {
            content["from"] = first.from
            content["to"] = first.to
            content["identity"] = first.identity.description
        }
        content["legs"] = legs.map { leg in
            Self.row(leg, at: now).merging([
                "position": String(leg.position), "party": leg.party,
                "rang": leg.rang.map { ConsoleText.clock($0.milliseconds) } ?? "",
                "answered": leg.answered.map { ConsoleText.clock($0.milliseconds) } ?? "",
                "cost": leg.cost.map { "\($0) \(leg.currency)" } ?? "",
            ]) { old, _ in old }
        }
        content["messages"] = console.edge.trace(of: .call(call, of: account)).map { message in
            [
                "at": ConsoleText.clock(message.at), "way": message.received ? "from" : "to", "remote": message.remote,
                "line": String(message.text.prefix { !$0.isNewline }), "text": message.text,
            ]
        }
    }

    /// What a row of a list says, too.
    static func row(_ leg: CallLeg, at now: Timestamp) -> [String: String] {
        let length = leg.answered.map { ((leg.ended ?? now).milliseconds - $0.milliseconds) / 1000 }
        return [
            "call": leg.call, "accountId": leg.account.description,
            "began": ConsoleText.clock(leg.started.milliseconds),
            "from": leg.from, "to": leg.to,
            "lasted": (length.map(ConsoleText.duration) ?? "") + (leg.ended == nil ? " so far" : ""),
            "status": leg.status == 0 ? "" : String(leg.status), "cause": leg.cause,
        ]
    }
}
