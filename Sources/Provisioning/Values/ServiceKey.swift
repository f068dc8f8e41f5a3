/// A program that signs in to a dialect with a key instead of a password.
package struct ServiceKey: Sendable, Equatable {
    /// A random UUID in lower case (RFC 9562 section 5.4).
    package let id: String
    package let account: AccountID
    package let description: String?
    package let role: ServiceRole
    package let secret: Proof
    package let created: Timestamp

    /// What its holder proves it with.
    package enum Proof: Sendable, Equatable {
        /// Signatures that this RSA key checks, in PEM.
        case publicKey(String)
        /// A secret of which this is the keyed digest.
        case digest(String)
    }

    package init(
        id: String, account: AccountID, description: String?, role: ServiceRole, secret: Proof, created: Timestamp
    ) {
        self.id = id
        self.account = account
        self.description = description
        self.role = role
        self.secret = secret
        self.created = created
    }
}

/// What a service key may do; the raw value is the vendor's name.
package enum ServiceRole: String, Sendable, CaseIterable {
    case owner = "Owner"
    case admin = "Admin"
    case developer = "Developer"
    case supervisor = "Supervisor"
    case accountant = "Accountant"
    case support = "Support"

    /// A role from its name in any case.
    package init?(named name: String) {
        guard let role = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = role
    }
}
