import GRDB
import Provisioning

extension SQLReader {
    func trunk(_ id: TrunkID, in site: SiteID, of account: AccountID) throws(ProvisioningError) -> Trunk? {
        try trunks(
            where: "id = ? AND site = ? AND account = ?", [id.rawValue, site.rawValue, account.rawValue]
        ).first
    }

    func trunks(in site: SiteID, of account: AccountID) throws(ProvisioningError) -> [Trunk] {
        // The `+` keeps the planner from reading all of the account's trunks instead of the site's.
        try trunks(where: "site = ? AND +account = ? ORDER BY id", [site.rawValue, account.rawValue])
    }

    func trunks(of account: AccountID) throws(ProvisioningError) -> [Trunk] {
        try trunks(where: "account = ? ORDER BY id", [account.rawValue])
    }

    func trunk(_ id: TrunkID, of account: AccountID) throws(ProvisioningError) -> Trunk? {
        try trunks(where: "id = ? AND account = ?", [id.rawValue, account.rawValue]).first
    }

    func callTrunk(_ id: TrunkID, of account: AccountID) throws(ProvisioningError) -> Trunk? {
        let found = try row("\(Trunk.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], Trunk.init)
        guard var trunk = found else { return nil }
        try readCalledHosts(of: &trunk)
        return trunk
    }

    func defaultTrunk(in site: SiteID, of account: AccountID) throws(ProvisioningError) -> TrunkID? {
        try row(
            "SELECT id FROM trunk WHERE site = ? AND account = ? AND is_default = 1",
            [site.rawValue, account.rawValue]
        ) { TrunkID(rawValue: $0[0]) }
    }

    private func trunks(where condition: String, _ arguments: StatementArguments) throws(ProvisioningError)
        -> [Trunk]
    {
        var trunks = try rows("\(Trunk.query) WHERE \(condition)", arguments, Trunk.init)
        for index in trunks.indices { try readHosts(of: &trunks[index]) }
        return trunks
    }
}

extension SQLiteTransaction {
    func insertTrunk(_ details: TrunkDetails, site: SiteID, account: AccountID) throws(ProvisioningError) -> Trunk {
        try atomically { () throws(ProvisioningError) in
            if details.isDefault { try demoteDefaultTrunk(in: site, of: account, unless: TrunkID(rawValue: 0)) }
            let id = try insert(
                """
                INSERT INTO trunk (name, description, is_default, final_destination, messaging_protocol, address,
                    premise_trunks, name_display, name_enforced, site, account)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                try details.columns() + [site.rawValue, account.rawValue],
                else: [
                    .unique: .taken(details.name, site, account),
                    .reference: ProvisioningError(.siteUnknown, "\(site)"),
                ])
            let trunk = Trunk(id: TrunkID(rawValue: id), account: account, site: site, details: details)
            try writeHosts(of: trunk)
            try record(.trunk(trunk), .created, account: account)
            return trunk
        }
    }

    func update(_ trunk: Trunk) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            let (site, account) = (trunk.site, trunk.account)
            if trunk.details.isDefault { try demoteDefaultTrunk(in: site, of: account, unless: trunk.id) }
            let count = try run(
                """
                UPDATE trunk SET name = ?, description = ?, is_default = ?, final_destination = ?,
                    messaging_protocol = ?, address = ?, premise_trunks = ?, name_display = ?, name_enforced = ?,
                    origination_application = ?, termination_application = ?
                WHERE id = ? AND site = ? AND account = ?
                """,
                try trunk.details.columns() + trunk.voice.columns
                    + [trunk.id.rawValue, site.rawValue, account.rawValue],
                else: [.unique: .taken(trunk.details.name, site, account)])
            guard count == 1 else {
                throw ProvisioningError(.trunkUnknown, "\(trunk.id)", "\(account)", "\(site)")
            }
            try run("DELETE FROM trunk_host WHERE trunk = ?", [trunk.id.rawValue])
            let gateways = try gateways(of: trunk.id, account: account)
            try run("DELETE FROM termination_host WHERE trunk = ?", [trunk.id.rawValue])
            try writeHosts(of: trunk, over: gateways)
            try record(.trunk(trunk), .updated, account: account)
        }
    }

    func delete(_ trunk: Trunk) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM trunk WHERE id = ? AND site = ? AND account = ?",
            [trunk.id.rawValue, trunk.site.rawValue, trunk.account.rawValue],
            else: [.reference: ProvisioningError(.trunkHasNumbers)])
        guard count == 1 else { throw ProvisioningError(.trunkGone, "\(trunk.id)") }
        try record(.trunkDeleted(trunk), .deleted, account: trunk.account)
    }

    private func demoteDefaultTrunk(in site: SiteID, of account: AccountID, unless id: TrunkID)
        throws(ProvisioningError)
    {
        guard let old = try defaultTrunk(in: site, of: account), old != id,
            var trunk = try trunk(old, in: site, of: account)
        else { return }
        trunk.details.isDefault = false
        try run("UPDATE trunk SET is_default = 0 WHERE id = ? AND account = ?", [old.rawValue, account.rawValue])
        try record(.trunk(trunk), .updated, account: account)
    }
}

extension ProvisioningError {
    fileprivate static func taken(_ name: String, _ site: SiteID, _ account: AccountID) -> Self {
        ProvisioningError(.trunkNameTaken, field: "name", name, "\(account)", "\(site)")
    }
}

extension Trunk {
    fileprivate static let query = """
        SELECT id, account, site, name, description, is_default, final_destination, messaging_protocol, address,
            premise_trunks, name_display, name_enforced, origination_application, termination_application
        FROM trunk
        """

    /// A trunk without its hosts, which stand in tables of their own.
    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let destination: String? = row[6]
        let display: Bool? = row[10]
        self.init(
            id: TrunkID(rawValue: row[0]), account: AccountID(rawValue: row[1]), site: SiteID(rawValue: row[2]),
            details: TrunkDetails(
                name: row[3], description: row[4], isDefault: row[5],
                finalDestination: destination.map(FinalDestination.init(stored:)),
                messagingProtocol: try row.value(7, as: TrunkDetails.MessagingProtocol.self),
                address: try PostalAddress(stored: row[8]), premiseTrunks: row[9],
                callingName: display.map { TrunkDetails.CallingName(display: $0, enforced: row[11] ?? false) }),
            voice: TrunkVoice(origination: VoiceSettings(stored: row[12]), termination: VoiceSettings(stored: row[13])))
    }
}

extension TrunkDetails {
    /// Name, description, default, destination, protocol, address, premise trunks, calling name.
    fileprivate func columns() throws(ProvisioningError) -> StatementArguments {
        [
            name, description, isDefault, finalDestination?.text, messagingProtocol.rawValue, try address?.stored(),
            premiseTrunks, callingName?.display, callingName?.enforced,
        ]
    }
}

extension TrunkVoice {
    /// Origination, termination.
    fileprivate var columns: StatementArguments { [origination.stored, termination.stored] }
}

extension VoiceSettings {
    fileprivate init(stored text: String?) {
        self = text.map { .http(application: $0.isEmpty ? nil : ApplicationID(stored: $0)) } ?? .sip
    }

    /// The application's id, empty for one without, `nil` for SIP.
    fileprivate var stored: String? {
        switch self {
        case .sip: nil
        case .http(let application): application?.text ?? ""
        }
    }
}
