import Crypto

/// What accounts' own servers are told: each account's events in their order, each until its server took it.
package struct Callbacks: Sendable {
    let store: any ProvisioningStore
    let ledgers: Ledgers
    let keys: ServiceKeys
    package let retries: CallbackRetries
    let now: @Sendable () -> Timestamp

    /// Most callbacks, and most registrations that they name, in one request.
    private static let parcel = (callbacks: 50, registrations: 1000)

    /// Most that are kept to be seen.
    private static let givenUpKept = 10_000

    /// Those of an account, or all, in the order of their ids: that wait, or that were given up.
    package func list(of account: AccountID?, givenUp: Bool, limit: Int) async throws(ProvisioningError)
        -> [Callback]
    {
        try await store.read { (store) throws(ProvisioningError) in
            if let account { _ = try store.requireAccount(account) }
            return try store.callbacks(of: account, givenUp: givenUp, limit: limit)
        }
    }

    /// Accounts whose servers are to be told something.
    package func accounts() async throws(ProvisioningError) -> [AccountID] {
        try await store.read { (store) throws(ProvisioningError) in try store.accountsWithCallbacks() }
    }

    /// What the account's server is to be told next; `nil` where there is nothing.
    package func next(of account: AccountID) async throws(ProvisioningError) -> CallbackParcel? {
        let found = try await store.read {
            (store) throws(ProvisioningError) -> (Account, Ledger, String, [Callback])? in
            let waiting = try store.callbacks(of: account, givenUp: false, limit: Self.parcel.callbacks)
            guard !waiting.isEmpty, let owner = try store.account(account) else { return nil }
            let domain = try store.domains(of: account).first(where: \.isDefault)?.name ?? ""
            return (owner, try store.requireLedger(of: account), domain, waiting)
        }
        guard let (owner, ledger, domain, waiting) = found else { return nil }
        return CallbackParcel(
            account: owner, ledger: ledger, domain: domain, callbacks: Self.front(of: waiting),
            salt: ledgers.callbackSalt(of: ledger), secret: try await keys.callbackSecret(of: account))
    }

    private static func front(of waiting: [Callback]) -> [Callback] {
        var registrations = 0
        return Array(
            waiting.enumerated().prefix { index, callback in
                registrations += callback.event.registrations.count
                return index == 0 || registrations <= parcel.registrations
            }.map(\.element))
    }

    package func delivered(_ parcel: CallbackParcel) async throws(ProvisioningError) {
        try await store.write { (store) throws(ProvisioningError) in
            try store.remove(parcel.callbacks.map(\.id), of: parcel.account.id)
        }
    }

    /// Has the parcel tried again later, but for what is too old by now.
    package func failed(_ parcel: CallbackParcel, why: String) async throws(ProvisioningError) {
        var random = SystemRandomNumberGenerator()
        let now = now()
        let failures = (parcel.callbacks.first?.attempts ?? 0) + 1
        let next = now.advanced(by: retries.wait(after: failures, using: &random))
        let oldest = now.advanced(by: .zero - retries.age)
        let (given, kept) = (parcel.callbacks.filter { $0.at < oldest }, parcel.callbacks.filter { $0.at >= oldest })
        try await store.write { (store) throws(ProvisioningError) in
            let account = parcel.account.id
            try store.postpone(given.map(\.id), of: account, until: next, failure: why, givenUp: now)
            try store.postpone(kept.map(\.id), of: account, until: next, failure: why, givenUp: nil)
        }
    }

    /// Forgets what was given up long ago.
    package func trim() async throws(ProvisioningError) {
        let before = now().advanced(by: .zero - retries.keeps)
        try await store.write { (store) throws(ProvisioningError) in
            try store.removeCallbacks(givenUpBefore: before, keeping: Self.givenUpKept)
        }
    }

    /// How long the parcel has to wait; zero where it may go.
    package func wait(for parcel: CallbackParcel) -> Duration {
        guard let due = parcel.callbacks.first?.nextTry else { return .zero }
        // A clock that was set back makes nobody wait for longer than the longest wait.
        return min(max(.milliseconds(due.milliseconds - now().milliseconds), .zero), retries.longest)
    }
}

/// What goes to an account's server in one request, and what it is signed with.
package struct CallbackParcel: Sendable {
    package let account: Account
    package let ledger: Ledger
    /// The account's default SIP domain.
    package let domain: String
    package let callbacks: [Callback]
    let salt: Secret<String>?
    let secret: Secret<String>?

    /// `nil` where there is none that can be called.
    package var url: CallbackURL? { ledger.callbackURL.flatMap(CallbackURL.init) }

    /// The vendor's signature: MD5 of salt, account id, API key and callback id, one behind the other; nothing for a salt or
    /// key that there is not.
    package func hash(of callback: Callback) -> String {
        let text = "\(salt?.reveal() ?? "")\(account.id)\(secret?.reveal() ?? "")\(callback.id)"
        return Insecure.MD5.hash(data: Array(text.utf8)).hexadecimal
    }
}

extension Timestamp {
    func advanced(by duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds + Int64(duration / .milliseconds(1)))
    }
}
