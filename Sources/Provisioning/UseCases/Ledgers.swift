/// The money of accounts, what the operator does with it, and where the vendor's callbacks go.
package struct Ledgers: Sendable {
    let store: any ProvisioningStore
    let seal: Seal
    let tariff: Tariff
    let now: @Sendable () -> Timestamp

    /// An account's ledger; an empty one where nothing happened yet. Throws `accountUnknown`.
    package func get(_ account: AccountID) async throws(ProvisioningError) -> Ledger {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.requireLedger(of: account)
        }
    }

    package func entries(of account: AccountID) async throws(ProvisioningError) -> [LedgerEntry] {
        try await store.read { (store) throws(ProvisioningError) in try store.ledgerEntries(of: account) }
    }

    /// Adds money, and pays the next month of registrations that were frozen for want of it.
    ///
    /// Throws `amountInvalid` for what is no amount above zero, `accountUnknown`.
    package func topUp(_ account: AccountID, amount text: String) async throws(ProvisioningError) -> Ledger {
        guard let amount = Money(text), amount > .zero else {
            throw ProvisioningError(.amountInvalid, field: "amount", text)
        }
        let (now, tariff) = (now(), tariff)
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            if try store.ledger(of: account) == nil { try store.update(Ledger(account: account)) }
            try store.add([LedgerEntry(.topUp, amount)], to: account)
            try store.thaw(account, tariff: tariff, at: now)
            return try store.requireLedger(of: account)
        }
    }

    /// Stops an account, or lets it go on; then what was frozen is paid for, as far as the money goes.
    ///
    /// Throws `accountUnknown`.
    package func freeze(_ account: AccountID, _ isFrozen: Bool) async throws(ProvisioningError) -> Ledger {
        let (now, tariff) = (now(), tariff)
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            var ledger = try store.requireLedger(of: account)
            ledger.isFrozen = isFrozen
            try store.update(ledger)
            if !isFrozen { try store.thaw(account, tariff: tariff, at: now) }
            return try store.requireLedger(of: account)
        }
    }

    /// Sets where callbacks go; what is not given stays.
    ///
    /// Throws `callbackURLInvalid`, `callbackSaltTooLong`, `accountFrozen`.
    package func setCallback(url: String?, salt: Secret<String>?, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        if let url, CallbackURL(url) == nil { throw ProvisioningError(.callbackURLInvalid, field: "callback_url") }
        if let salt, salt.reveal().length >= 40 {
            throw ProvisioningError(.callbackSaltTooLong, field: "callback_salt")
        }
        let account = caller.account
        try await store.write { [seal] (store) throws(ProvisioningError) in
            var ledger = try store.requireActive(account)
            ledger.callbackURL = url ?? ledger.callbackURL
            if let salt { ledger.callbackSalt = seal.seal(salt, bound: Self.place(of: account)) }
            try store.update(ledger)
        }
    }

    /// The salt that a ledger holds sealed; `nil` where there is none, or the sealing key is another.
    package func callbackSalt(of ledger: Ledger) -> Secret<String>? {
        ledger.callbackSalt.flatMap { seal.open($0, bound: Self.place(of: ledger.account)) }
    }

    private static func place(of account: AccountID) -> Seal.Context {
        Seal.Context(.callbackSalt, account: account, row: account.rawValue)
    }
}

extension ProvisioningReader {
    /// The account's ledger; an empty one where nothing happened yet.
    func requireLedger(of account: AccountID) throws(ProvisioningError) -> Ledger {
        try ledger(of: account) ?? Ledger(account: account)
    }

    /// The ledger of an account that may change something. Throws `accountFrozen`.
    func requireActive(_ account: AccountID) throws(ProvisioningError) -> Ledger {
        let ledger = try requireLedger(of: account)
        guard !ledger.isFrozen else { throw ProvisioningError(.accountFrozen) }
        return ledger
    }
}
