import GRDB
import Provisioning

extension SQLReader {
    func domain(named name: String, of account: AccountID) throws(ProvisioningError) -> SIPDomain? {
        try row("\(SIPDomain.query) WHERE name = ? AND account = ?", [name, account.rawValue], SIPDomain.init)
    }

    func domains(of account: AccountID) throws(ProvisioningError) -> [SIPDomain] {
        try rows("\(SIPDomain.query) WHERE account = ? ORDER BY id", [account.rawValue], SIPDomain.init)
    }

    func allDomains() throws(ProvisioningError) -> [SIPDomain] {
        try rows("\(SIPDomain.query) ORDER BY id", [], SIPDomain.init)
    }
}

extension SQLiteTransaction {
    func insertDomain(name: String, description: String?, isDefault: Bool, account: AccountID)
        throws(ProvisioningError) -> SIPDomain
    {
        try atomically { () throws(ProvisioningError) in
            if isDefault { try demoteDefaultDomain(of: account, unless: DomainID(rawValue: 0)) }
            let id = try insert(
                "INSERT INTO domain (account, name, description, is_default) VALUES (?, ?, ?, ?)",
                [account.rawValue, name, description, isDefault],
                else: [
                    .unique: ProvisioningError(.domainTaken, field: "name", name),
                    .reference: ProvisioningError(.accountUnknown, "\(account)"),
                ])
            let domain = SIPDomain(
                id: DomainID(rawValue: id), account: account, name: name, description: description,
                isDefault: isDefault)
            try record(.domain(domain), .created, account: account)
            return domain
        }
    }

    func update(_ domain: SIPDomain) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            if domain.isDefault { try demoteDefaultDomain(of: domain.account, unless: domain.id) }
            let count = try run(
                "UPDATE domain SET description = ?, is_default = ? WHERE id = ? AND account = ?",
                [domain.description, domain.isDefault, domain.id.rawValue, domain.account.rawValue])
            guard count == 1 else { throw ProvisioningError(.domainUnknown, domain.name) }
            try record(.domain(domain), .updated, account: domain.account)
        }
    }

    func delete(_ domain: SIPDomain) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM domain WHERE id = ? AND account = ?", [domain.id.rawValue, domain.account.rawValue],
            else: [.reference: ProvisioningError(.domainInUse, domain.name)])
        guard count == 1 else { throw ProvisioningError(.domainUnknown, domain.name) }
        try record(.domainDeleted(domain), .deleted, account: domain.account)
    }

    private func demoteDefaultDomain(of account: AccountID, unless id: DomainID) throws(ProvisioningError) {
        let old = try row(
            "\(SIPDomain.query) WHERE account = ? AND is_default = 1 AND id <> ?", [account.rawValue, id.rawValue],
            SIPDomain.init)
        guard var old else { return }
        old.isDefault = false
        try run("UPDATE domain SET is_default = 0 WHERE id = ? AND account = ?", [old.id.rawValue, account.rawValue])
        try record(.domain(old), .updated, account: account)
    }
}

extension SIPDomain {
    fileprivate static let query = "SELECT id, account, name, description, is_default FROM domain"

    fileprivate init(_ row: Row) {
        self.init(
            id: DomainID(rawValue: row[0]), account: AccountID(rawValue: row[1]), name: row[2], description: row[3],
            isDefault: row[4])
    }
}
