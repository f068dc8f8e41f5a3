import Foundation
import GRDB
import Provisioning

extension SQLReader {
    func callbacks(of account: AccountID?, givenUp: Bool, limit: Int) throws(ProvisioningError) -> [Callback] {
        try rows(
            """
            \(Callback.query) WHERE given_up IS \(givenUp ? "NOT NULL" : "NULL")
                \(account == nil ? "AND ? IS NULL" : "AND account = ?") ORDER BY id LIMIT ?
            """, [account?.rawValue, limit], Callback.init)
    }

    func accountsWithCallbacks() throws(ProvisioningError) -> [AccountID] {
        try rows("SELECT DISTINCT account FROM callback WHERE given_up IS NULL", []) { AccountID(rawValue: $0[0]) }
    }
}

extension SQLiteTransaction {
    /// Most of an account that wait: one more gives up the oldest.
    static let waitingCallbacks = 10_000

    func append(_ event: CallbackEvent, to account: AccountID) throws(ProvisioningError) {
        guard try ledger(of: account)?.callbackURL != nil else { return }
        let id = try insert(
            "INSERT INTO callback (account, event, at, next_try) VALUES (?, ?, ?, ?)",
            [account.rawValue, try event.stored(), now.milliseconds, now.milliseconds],
            else: [.reference: ProvisioningError(.accountUnknown, "\(account)")])
        try run(
            """
            UPDATE callback SET given_up = ?, failure = 'too many waited'
            WHERE account = ? AND given_up IS NULL AND id <= (
                SELECT id FROM callback WHERE account = ? AND given_up IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?)
            """, [now.milliseconds, account.rawValue, account.rawValue, Self.waitingCallbacks])
        let callback = Callback(
            id: CallbackID(rawValue: id), account: account, event: event, at: now, nextTry: now)
        try record(.callback(callback), .created, account: account)
    }

    func remove(_ callbacks: [CallbackID], of account: AccountID) throws(ProvisioningError) {
        for callback in callbacks {
            try run("DELETE FROM callback WHERE id = ? AND account = ?", [callback.rawValue, account.rawValue])
        }
    }

    func postpone(
        _ callbacks: [CallbackID], of account: AccountID, until: Timestamp, failure: String, givenUp: Timestamp?
    ) throws(ProvisioningError) {
        for callback in callbacks {
            try run(
                """
                UPDATE callback SET attempts = attempts + 1, next_try = ?, failure = ?, given_up = ?
                WHERE id = ? AND account = ?
                """,
                [
                    until.milliseconds, failure, givenUp?.milliseconds, callback.rawValue, account.rawValue,
                ])
        }
    }

    func removeCallbacks(givenUpBefore: Timestamp, keeping most: Int) throws(ProvisioningError) {
        try run("DELETE FROM callback WHERE given_up < ?", [givenUpBefore.milliseconds])
        try run(
            """
            DELETE FROM callback WHERE given_up IS NOT NULL AND id <= (
                SELECT id FROM callback WHERE given_up IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?)
            """, [most])
    }
}

extension Callback {
    fileprivate static let query =
        "SELECT id, account, event, at, attempts, next_try, failure, given_up FROM callback"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        self.init(
            id: CallbackID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            event: try CallbackEvent(stored: row[2]), at: Timestamp(milliseconds: row[3]), attempts: row[4],
            nextTry: Timestamp(milliseconds: row[5]), failure: row[6],
            givenUp: (row[7] as Int64?).map(Timestamp.init(milliseconds:)))
    }
}

extension CallbackEvent {
    fileprivate func stored() throws(ProvisioningError) -> String {
        guard let data = try? JSONEncoder().encode(self) else { throw ProvisioningError(.unavailable) }
        return String(decoding: data, as: UTF8.self)
    }

    fileprivate init(stored: String) throws(ProvisioningError) {
        guard let event = try? JSONDecoder().decode(Self.self, from: Data(stored.utf8)) else {
            throw ProvisioningError(.unavailable)
        }
        self = event
    }
}
