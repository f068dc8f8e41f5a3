package import Provisioning

/// Rings for accounts whose own servers are to be told something, as it is committed.
package final class CallbackBell: ChangeObserver {
    /// Accounts, some of them more than once.
    let rings: AsyncStream<AccountID>
    private let continuation: AsyncStream<AccountID>.Continuation

    package init() { (rings, continuation) = AsyncStream.makeStream(of: AccountID.self) }

    package func committed(_ changes: [Change]) {
        for change in changes {
            if case .callback(let callback) = change.subject { ring(callback.account) }
        }
    }

    func ring(_ account: AccountID) { continuation.yield(account) }
}
