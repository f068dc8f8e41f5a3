import Foundation
import GRDB
import Provisioning

extension SQLReader {
    func ledger(of account: AccountID) throws(ProvisioningError) -> Ledger? {
        try row(
            "SELECT account, currency, balance, is_frozen, callback_url, callback_salt FROM ledger WHERE account = ?",
            [account.rawValue], Ledger.init)
    }

    func ledgerEntries(of account: AccountID) throws(ProvisioningError) -> [LedgerEntry] {
        try rows(
            "SELECT kind, amount, registration FROM ledger_entry WHERE account = ? ORDER BY id", [account.rawValue]
        ) { (row) throws(ProvisioningError) in
            LedgerEntry(
                try row.value(0, as: LedgerEntry.Kind.self), Money(micros: row[1]), registration: row[2] as Int64?)
        }
    }

    func serviceKey(_ id: String) throws(ProvisioningError) -> ServiceKey? {
        try row("\(ServiceKey.query) WHERE id = ?", [id], ServiceKey.init)
    }

    func serviceKeys(of account: AccountID) throws(ProvisioningError) -> [ServiceKey] {
        try rows("\(ServiceKey.query) WHERE account = ? ORDER BY created, id", [account.rawValue], ServiceKey.init)
    }

    func sealedSecret(of account: AccountID) throws(ProvisioningError) -> SealedSecret? {
        try row("SELECT id, sealed FROM key_secret WHERE account = ? ORDER BY id LIMIT 1", [account.rawValue]) {
            SealedSecret(id: $0[0], sealed: Array($0[1] as Data))
        }
    }
}

extension SQLiteTransaction {
    func update(_ ledger: Ledger) throws(ProvisioningError) {
        try run(
            """
            INSERT INTO ledger (account, currency, is_frozen, callback_url, callback_salt) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (account) DO UPDATE SET currency = excluded.currency, is_frozen = excluded.is_frozen,
                callback_url = excluded.callback_url, callback_salt = excluded.callback_salt
            """,
            [
                ledger.account.rawValue, ledger.currency, ledger.isFrozen, ledger.callbackURL,
                ledger.callbackSalt.map { Data($0) },
            ],
            else: [.reference: ProvisioningError(.accountUnknown, "\(ledger.account)")])
        try record(.ledger(ledger), .updated, account: ledger.account)
    }

    func add(_ entries: [LedgerEntry], to account: AccountID) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            let needed = entries.reduce(Money.zero) { $0 - $1.amount }
            for entry in entries {
                try run(
                    "INSERT INTO ledger_entry (account, kind, amount, registration, at) VALUES (?, ?, ?, ?, ?)",
                    [account.rawValue, entry.kind.rawValue, entry.amount.micros, entry.registration, now.milliseconds],
                    else: [
                        .check: ProvisioningError(.insufficientMoney, needed.description),
                        .reference: ProvisioningError(.accountUnknown, "\(account)"),
                    ])
            }
            guard let ledger = try ledger(of: account) else { throw ProvisioningError(.accountUnknown, "\(account)") }
            try record(.ledger(ledger), .updated, account: account)
        }
    }

    func insert(_ key: ServiceKey) throws(ProvisioningError) {
        let (publicKey, digest): (String?, String?) =
            switch key.secret {
            case .publicKey(let pem): (pem, nil)
            case .digest(let digest): (nil, digest)
            }
        try run(
            """
            INSERT INTO service_key (id, account, description, role, public_key, digest, created)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                key.id, key.account.rawValue, key.description, key.role.rawValue, publicKey, digest,
                key.created.milliseconds,
            ], else: [.reference: ProvisioningError(.accountUnknown, "\(key.account)")])
        try record(.serviceKey(key), .created, account: key.account)
    }

    func insertSecret(of key: ServiceKey, sealed: (Int64) -> [UInt8]) throws(ProvisioningError) {
        let id = try (row("SELECT coalesce(max(id), 0) + 1 FROM key_secret", []) { $0[0] as Int64 }) ?? 1
        try run(
            "INSERT INTO key_secret (id, account, key, sealed) VALUES (?, ?, ?, ?)",
            [id, key.account.rawValue, key.id, Data(sealed(id))])
    }

    func delete(_ key: ServiceKey) throws(ProvisioningError) {
        let count = try run("DELETE FROM service_key WHERE id = ? AND account = ?", [key.id, key.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.keyUnknown, field: "key_id", key.id) }
        try record(.serviceKeyDeleted(key), .deleted, account: key.account)
    }
}

extension Ledger {
    fileprivate init(_ row: Row) {
        self.init(
            account: AccountID(rawValue: row[0]), currency: row[1], balance: Money(micros: row[2]), isFrozen: row[3],
            callbackURL: row[4], callbackSalt: (row[5] as Data?).map { Array($0) })
    }
}

extension ServiceKey {
    fileprivate static let query = "SELECT id, account, description, role, public_key, digest, created FROM service_key"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let publicKey: String? = row[4]
        let digest: String? = row[5]
        self.init(
            id: row[0], account: AccountID(rawValue: row[1]), description: row[2],
            role: try row.value(3, as: ServiceRole.self),
            secret: publicKey.map { .publicKey($0) } ?? .digest(digest ?? ""),
            created: Timestamp(milliseconds: row[6]))
    }
}
