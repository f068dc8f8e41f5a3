/// A subscriber as a caller described it; what was not said is `nil`.
package struct SubscriberDraft: Sendable {
    package var email: String?
    /// Checked and not kept: nobody signs in with it here.
    package var password: Secret<String>?
    /// By the names of `SubscriberProfile.fields`.
    package var fields: [String: String] = [:]
    /// What was wrong with it before it came here.
    package var faults: [Fault] = []

    package init() {}

    /// What is wrong with it, one fault a field, together with what was found before.
    func faults(isNew: Bool) -> [Fault] {
        var faults = faults
        func add(_ fault: Fault?) {
            if let fault, !faults.contains(where: { $0.field == fault.field }) { faults.append(fault) }
        }
        if isNew || email != nil { add(Self.emailFault(email)) }
        if let password = password?.reveal() {
            if password.length < 8 { add(Fault(.textTooShort, field: "password", values: ["password", "8"])) }
            // The vendor counts the bytes that its hash can take.
            if password.utf8.count > 72 { add(Fault(.textTooLong, field: "password", values: ["password", "72"])) }
        }
        for (name, _) in SubscriberProfile.fields {
            guard let text = fields[name] else { continue }
            if text.hasControls { add(Fault(.valueInvalid, field: name, values: [name, text])) }
            if text.length > 255 { add(Fault(.textTooLong, field: name, values: [name, "255"])) }
        }
        return faults
    }

    private static func emailFault(_ email: String?) -> Fault? {
        guard let email, !email.isBlank else { return Fault(.elementRequired, field: "email", values: ["email"]) }
        if email.length > 255 { return Fault(.textTooLong, field: "email", values: ["email", "255"]) }
        return email.hasControls ? Fault(.valueInvalid, field: "email", values: ["email", email]) : nil
    }

    /// The profile with what the draft says.
    func applied(to profile: SubscriberProfile?) -> SubscriberProfile {
        var changed = profile ?? SubscriberProfile(email: email ?? "")
        changed.email = email ?? changed.email
        for (name, path) in SubscriberProfile.fields { changed[keyPath: path] = fields[name] ?? changed[keyPath: path] }
        return changed
    }
}
