import Crypto
import Foundation
package import Provisioning
package import Store

/// A store in a directory of its own, which is removed with the last reference to it.
package final class TemporaryStore: Sendable {
    package let store: SQLiteStore
    package let clock: ManualClock
    private let directory: URL

    package init(
        observers: [any ChangeObserver] = [], configure: (inout SQLiteStore.Settings) -> Void = { _ in }
    ) throws {
        let clock = ManualClock()
        directory = TemporaryPlace.make()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var settings = SQLiteStore.Settings()
        settings.clock = { clock.now }
        settings.report = { print("store:", $0) }
        configure(&settings)
        store = try SQLiteStore(
            path: directory.appending(path: "demarc.sqlite").path, observers: observers, settings: settings)
        self.clock = clock
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// The data file.
    package var path: String { directory.appending(path: "demarc.sqlite").path }

    /// The use cases over this store (or one that stands before it), with passwords hashed cheaply and addresses checked by `addressCheck`.
    package func useCases(
        addressCheck: any AddressCheck = EmbeddedAddressCheck(),
        passwords: any PasswordHashing = ScryptPasswords(cost: .cheap), signIn: SignInLimits = SignInLimits(),
        callbackRetries: CallbackRetries = CallbackRetries(), over other: (any ProvisioningStore)? = nil,
        seal: Seal = .ofTests
    ) -> UseCases {
        let clock = clock
        return UseCases(
            store: other ?? store, addressCheck: addressCheck, passwords: passwords, signIn: signIn,
            tokens: AccessTokens(key: Array("a key of tests".utf8)),
            seal: seal, callbackRetries: callbackRetries, uptime: { clock.uptime }, now: { clock.now })
    }
}

extension ScryptPasswords.Cost {
    /// Cheap enough for tests, worthless for anything else.
    package static let cheap = Self(logRounds: 2, blockSize: 1, parallelism: 1)
}
