import Provisioning

/// Money and keys of programs, as `/v1` reads and writes them.
extension OperatorWire {
    package struct Ledger: Codable, Sendable, Equatable {
        package var account: Int64
        /// Exact decimals, such as `12.5`.
        package var balance: String
        package var currency: String
        package var frozen: Bool

        init(_ ledger: Provisioning.Ledger) {
            account = ledger.account.rawValue
            balance = ledger.balance.description
            currency = ledger.currency
            frozen = ledger.isFrozen
        }
    }

    package struct TopUp: Codable, Sendable {
        package var amount: String?

        package init(amount: String?) { self.amount = amount }
    }

    package struct Freezing: Codable, Sendable {
        package var frozen: Bool

        package init(frozen: Bool) { self.frozen = frozen }
    }

    package struct NewServiceKey: Codable, Sendable {
        package var role: String?
        package var description: String?
        /// Whether a secret of the older kind is wanted instead of an RSA key.
        package var secret: Bool?

        package init(role: String? = nil, description: String? = nil, secret: Bool? = nil) {
            self.role = role
            self.description = description
            self.secret = secret
        }

        func parse() throws(ProvisioningError) -> ServiceRole {
            guard let role = ServiceRole(named: role ?? ServiceRole.admin.rawValue) else {
                throw ProvisioningError(.keyRoleNameInvalid, field: "role")
            }
            return role
        }
    }

    /// A key with what only its holder keeps, in the vendor's form (`credentials.json`); shown once.
    package struct IssuedServiceKey: Codable, Sendable {
        package var accountEmail: String
        package var accountID: Int64
        package var keyID: String
        package var privateKey: String?
        package var apiKey: String?

        private enum CodingKeys: String, CodingKey {
            case accountEmail = "account_email"
            case accountID = "account_id"
            case keyID = "key_id"
            case privateKey = "private_key"
            case apiKey = "api_key"
        }

        init(_ issued: ServiceKeys.Issued, email: String) {
            accountID = issued.key.account.rawValue
            accountEmail = email
            keyID = issued.key.id
            switch issued.key.secret {
            case .publicKey: privateKey = issued.secret.reveal()
            case .digest: apiKey = issued.secret.reveal()
            }
        }
    }

    package struct ServiceKey: Codable, Sendable, Equatable {
        package var id: String
        package var role: String
        package var description: String?
        /// `rsa` or `secret`.
        package var kind: String
        /// Milliseconds since 1970.
        package var created: Int64

        init(_ key: Provisioning.ServiceKey) {
            id = key.id
            role = key.role.rawValue
            description = key.description
            kind = if case .publicKey = key.secret { "rsa" } else { "secret" }
            created = key.created.milliseconds
        }
    }
}
