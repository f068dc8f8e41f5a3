/// What is known of a thing that a server may have been killed over: one of two states when nobody was answered.
enum Certainty<State: Sendable>: Sendable {
    case known(State)
    case either(State, State)

    var possible: [State] {
        switch self {
        case .known(let state): [state]
        case .either(let before, let after): [before, after]
        }
    }
}

/// Contacts, each with the time at which it must expire, in milliseconds since 1970.
typealias Contacts = [String: ClosedRange<Int64>]

/// What was promised about one user: whether its credential exists, and what it has registered.
struct UserRecord: Sendable {
    let name: String
    var credential: Certainty<Bool> = .known(false)
    var contacts: Certainty<Contacts> = .known([:])

    /// What a client found out, in place of what it could not know; says what was promised and is not so.
    mutating func settle(exists: Bool, registered: [String: Int64]) -> [String] {
        var violations: [String] = []
        if !credential.possible.contains(exists) {
            violations.append(exists ? "\(name)'s credential is back" : "\(name)'s credential is lost")
        }
        let found = contacts.possible.first { expected in
            expected.count == registered.count
                && registered.allSatisfy { contact, expiry in expected[contact]?.contains(expiry) == true }
        }
        if found == nil { violations.append("\(name) has \(registered), promised was \(contacts.possible)") }
        if !exists, !registered.isEmpty { violations.append("\(name) has bindings and no credential") }
        credential = .known(exists)
        contacts = .known(found ?? registered.mapValues { $0...$0 })
        return violations
    }
}
