import GRDB
import Provisioning

extension SQLReader {
    func number(_ number: TelephoneNumber) throws(ProvisioningError) -> InventoryNumber? {
        try row("\(InventoryNumber.query) WHERE e164 = ?", [number.e164], InventoryNumber.init)
    }

    func numbers(of account: AccountID) throws(ProvisioningError) -> [InventoryNumber] {
        try rows(
            "\(InventoryNumber.query) WHERE account = ? ORDER BY e164", [account.rawValue], InventoryNumber.init)
    }

    func numbers(on trunk: TrunkID, of account: AccountID) throws(ProvisioningError) -> [InventoryNumber] {
        try rows(
            "\(InventoryNumber.query) WHERE trunk = ? AND account = ? ORDER BY e164",
            [trunk.rawValue, account.rawValue], InventoryNumber.init)
    }
}

extension SQLiteTransaction {
    func insertNumber(_ number: TelephoneNumber, account: AccountID) throws(ProvisioningError) -> InventoryNumber {
        try run(
            "INSERT INTO number (e164, account) VALUES (?, ?)", [number.e164, account.rawValue],
            else: [
                .unique: ProvisioningError(.numberTaken, field: "numbers", number.e164),
                .reference: ProvisioningError(.accountUnknown, "\(account)"),
            ])
        let entry = InventoryNumber(number: number, account: account)
        try record(.number(entry), .created, account: account)
        return entry
    }

    func update(_ number: InventoryNumber) throws(ProvisioningError) {
        let trunk = number.trunk.map(\.description) ?? ""
        let count = try run(
            "UPDATE number SET trunk = ? WHERE e164 = ? AND account = ?",
            [number.trunk?.rawValue, number.number.e164, number.account.rawValue],
            else: [.reference: ProvisioningError(.trunkUnknown, field: "trunk", trunk, "\(number.account)", "")])
        guard count == 1 else { throw ProvisioningError(.numberUnknown, number.number.e164) }
        try record(.number(number), .updated, account: number.account)
    }

    func delete(_ number: InventoryNumber) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM number WHERE e164 = ? AND account = ?", [number.number.e164, number.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.numberUnknown, number.number.e164) }
        try record(.numberDeleted(number), .deleted, account: number.account)
    }
}

extension InventoryNumber {
    fileprivate static let query = "SELECT e164, account, trunk FROM number"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let text: String = row[0]
        guard let number = TelephoneNumber(text) else { throw ProvisioningError(.unavailable) }
        let trunk: Int64? = row[2]
        self.init(
            number: number, account: AccountID(rawValue: row[1]), trunk: trunk.map(TrunkID.init(rawValue:)))
    }
}
