import Provisioning

/// One registration elsewhere, and how it came to stand as it does; as the template's values.
struct RegistrationPage {
    private(set) var content: [String: Any]

    /// `nil` for one that is not carried here.
    init?(_ id: OutboundRegistrationID, console: Console) {
        guard let registration = console.registrations.registration(id) else { return nil }
        let now = console.now()
        content = Self.row(registration, from: now)
        content["version"] = console.version
        content["now"] = ConsoleText.clock(now.milliseconds)
        content["account"] = String(registration.account)
        content["lastSuccess"] = registration.lastSuccess.map { "\(ConsoleText.clock($0)) UTC" } ?? "never"
        content["granted"] = registration.granted.map { "\($0) s" } ?? "none"
        content["attempts"] = String(registration.attempts)
        content["contact"] = registration.contact
        content["history"] = console.registrations.history(of: id).reversed().map { transition in
            [
                "first": ConsoleText.clock(transition.first * 1000), "last": ConsoleText.clock(transition.last * 1000),
                "times": String(transition.count), "state": transition.state.rawValue,
                "status": transition.status == 0 ? "" : String(transition.status),
            ]
        }
    }

    /// What a row of a list says, too.
    static func row(_ registration: LiveRegistration, from now: Timestamp) -> [String: Any] {
        [
            "id": String(registration.id), "aor": registration.aor, "state": registration.state.rawValue,
            "answer": registration.status == 0 ? "" : "\(registration.status) \(registration.reason)",
            "expires": registration.expiresAt.map { ConsoleText.left(until: $0, from: now) } ?? "",
            "next": registration.isInProgress
                ? "now" : registration.nextActionAt.map { ConsoleText.left(until: $0, from: now) } ?? "",
            "target": registration.target,
        ]
    }
}
