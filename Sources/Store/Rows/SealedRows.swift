import Foundation
import GRDB
import Provisioning

extension SQLReader {
    func sealedCount() throws(ProvisioningError) -> Int {
        let counts = Seal.Purpose.allCases.map(\.column).map {
            "(SELECT count(\($0.name)) FROM \($0.table))"
        }
        return try row("SELECT \(counts.joined(separator: " + "))", []) { $0[0] as Int } ?? 0
    }

    func sealedValues(_ purpose: Seal.Purpose, above row: Int64, limit: Int) throws(ProvisioningError)
        -> [SealedValue]
    {
        let column = purpose.column
        return try rows(
            """
            SELECT \(column.key), account, \(column.name) FROM \(column.table)
            WHERE \(column.name) IS NOT NULL AND \(column.key) > ? ORDER BY \(column.key) LIMIT ?
            """, [row, limit]
        ) { row in
            SealedValue(
                Seal.Context(purpose, account: AccountID(rawValue: row[1]), row: row[0]), sealed: Array(row[2] as Data))
        }
    }
}

extension SQLiteTransaction {
    func replace(_ value: SealedValue) throws(ProvisioningError) {
        let (place, column) = (value.place, value.place.purpose.column)
        try run(
            "UPDATE \(column.table) SET \(column.name) = ? WHERE \(column.key) = ? AND account = ?",
            [Data(value.sealed), place.row, place.account.rawValue])
        if let subject = try subject(of: value) { try record(subject, .updated, account: place.account) }
    }

    /// The row that holds the value, as it is now.
    private func subject(of value: SealedValue) throws(ProvisioningError) -> Change.Subject? {
        let place = value.place
        return switch place.purpose {
        case .carrierPassword:
            try carrier(CarrierID(rawValue: place.row), of: place.account).map { .carrier($0) }
        case .registrationPassword:
            .outboundRegistrationPassword(OutboundRegistrationID(rawValue: place.row), sealed: value.sealed)
        case .callbackSalt: try ledger(of: place.account).map { .ledger($0) }
        case .keySecret: nil
        }
    }
}

extension Seal.Purpose {
    /// Where values of this purpose lie; every table names their account.
    fileprivate var column: (table: String, key: String, name: String) {
        switch self {
        case .carrierPassword: ("carrier", "id", "password")
        case .registrationPassword: ("outbound_registration", "id", "password")
        case .callbackSalt: ("ledger", "account", "callback_salt")
        case .keySecret: ("key_secret", "id", "sealed")
        }
    }
}
