/// Who is asking: a person or program that signs in to a dialect with a name and password.
package struct Caller: Sendable, Equatable {
    package let id: CallerID
    package let account: AccountID
    package let name: String
    package let role: Role

    package init(id: CallerID, account: AccountID, name: String, role: Role) {
        self.id = id
        self.account = account
        self.name = name
        self.role = role
    }
}

/// What a caller may do in its account.
package enum Role: String, CaseIterable, Sendable {
    /// Reads and changes everything of the account.
    case administrator
    /// Reads everything of the account and changes nothing.
    case reader
}

package extension Role {
    var mayChange: Bool { self == .administrator }
}
