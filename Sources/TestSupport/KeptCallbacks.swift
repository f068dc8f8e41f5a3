import Foundation
import Provisioning
import Store

/// Events that a server finds in its store when it starts.
package enum KeptCallbacks {
    /// Puts events into the data file of a server that does not run, for the account 1, which is made where it is
    /// missing; each is about that many registrations.
    package static func put(_ sizes: [Int], into path: String, url: String) async throws {
        let store = try SQLiteStore(path: path)
        let now = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
        let useCases = UseCases(
            store: store, addressCheck: EmbeddedAddressCheck(), passwords: ScryptPasswords(cost: .cheap),
            tokens: AccessTokens(key: Array("a key of tests".utf8)), seal: .ofTests, now: { now })
        if try await useCases.accounts.list().isEmpty {
            _ = try await useCases.accounts.create(AccountDraft(name: "default"))
        }
        let account = AccountID(rawValue: 1)
        let caller = Caller(id: CallerID(rawValue: 0), account: account, name: "test", role: .administrator)
        try await useCases.ledgers.setCallback(url: url, salt: nil, by: caller)
        try await store.write { (store) throws(ProvisioningError) in
            for size in sizes {
                let registrations = (1...size).map(Int64.init)
                try store.append(.registrationsRecovered(registrations: registrations), to: account)
            }
        }
        await store.close()
    }
}
