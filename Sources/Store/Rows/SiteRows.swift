import GRDB
import Provisioning

extension SQLReader {
    func site(_ id: SiteID, of account: AccountID) throws(ProvisioningError) -> Site? {
        try row("\(Site.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], Site.init)
    }

    func sites(of account: AccountID) throws(ProvisioningError) -> [Site] {
        try rows("\(Site.query) WHERE account = ? ORDER BY id", [account.rawValue], Site.init)
    }
}

extension SQLiteTransaction {
    func insertSite(_ details: SiteDetails, account: AccountID) throws(ProvisioningError) -> Site {
        let id = try insert(
            """
            INSERT INTO site (name, description, customer_name, customer_provided_id, address, account)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            try details.columns() + [account.rawValue],
            else: [
                .unique: ProvisioningError(.siteNameTaken, field: "name", details.name, "\(account)"),
                .reference: ProvisioningError(.accountUnknown, "\(account)"),
            ])
        let site = Site(id: SiteID(rawValue: id), account: account, details: details)
        try record(.site(site), .created, account: account)
        return site
    }

    func update(_ site: Site) throws(ProvisioningError) {
        let count = try run(
            """
            UPDATE site SET name = ?, description = ?, customer_name = ?, customer_provided_id = ?, address = ?
            WHERE id = ? AND account = ?
            """,
            try site.details.columns() + [site.id.rawValue, site.account.rawValue],
            else: [
                .unique: ProvisioningError(.siteNameTaken, field: "name", site.details.name, "\(site.account)")
            ])
        guard count == 1 else { throw ProvisioningError(.siteUnknown, "\(site.id)") }
        try record(.site(site), .updated, account: site.account)
    }

    func delete(_ site: Site) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM site WHERE id = ? AND account = ?", [site.id.rawValue, site.account.rawValue],
            else: [.reference: ProvisioningError(.siteHasTrunks)])
        guard count == 1 else { throw ProvisioningError(.siteUnknown, "\(site.id)") }
        try record(.siteDeleted(site), .deleted, account: site.account)
    }
}

extension Site {
    fileprivate static let query =
        "SELECT id, account, name, description, customer_name, customer_provided_id, address FROM site"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        self.init(
            id: SiteID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            details: SiteDetails(
                name: row[2], description: row[3], customerName: row[4], customerProvidedID: row[5],
                address: try PostalAddress(stored: row[6])))
    }
}

extension SiteDetails {
    /// Name, description, customer name, customer id, address.
    fileprivate func columns() throws(ProvisioningError) -> StatementArguments {
        [name, description, customerName, customerProvidedID, try address?.stored()]
    }
}
