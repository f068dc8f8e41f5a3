import Crypto
import Store
import Synchronization
import TestSupport
import Testing

@testable import Provisioning

/// Every sealed secret comes under a new key, whatever happens on the way, and nothing opens under the old one.
@Suite struct SecretRotationTests {
    /// A key file in memory.
    private final class KeyFile: SealingKeyStore {
        private let state = Mutex((keys: [SymmetricKey](), isBroken: false))

        init(_ keys: [SymmetricKey]) { state.withLock { $0.keys = keys } }

        var keys: [SymmetricKey] { state.withLock { $0.keys } }

        func refuse(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

        func keep(_ keys: [SymmetricKey]) throws(ProvisioningError) {
            try state.withLock { (state) throws(ProvisioningError) in
                guard !state.isBroken else { throw ProvisioningError(.sealingKeyNotKept) }
                state.keys = keys
            }
        }
    }

    private static let expected: [String: String] = [
        "carrier": "password of the carrier", "registration": "password of the registration",
        "salt": "salt of the callback",
    ]
    private let home: TemporaryStore
    private let tenants: [Tenant]
    private let file = KeyFile([SymmetricKey(data: Array("a key of tests, 256 bits of them".utf8))])

    init() async throws {
        home = try TemporaryStore()
        var tenants: [Tenant] = []
        for name in ["one", "two"] {
            let tenant = try await home.tenant(name)
            try await home.furnish(tenant, as: name, number: "+1919555010\(tenants.count)")
            tenants.append(tenant)
        }
        self.tenants = tenants
    }

    /// What a start makes of store and key file.
    private func start(over store: (any ProvisioningStore)? = nil) -> UseCases {
        home.useCases(over: store, seal: Seal(keys: file.keys, store: file))
    }

    private func expectReadable(_ useCases: UseCases, _ isReadable: Bool = true) async throws {
        for tenant in tenants {
            let found = try await home.sealedSecrets(of: tenant, useCases)
            #expect(found == (isReadable ? Self.expected : [:]))
        }
    }

    /// Adds carriers, so that there is more than one transaction's worth.
    private func addCarriers(_ count: Int, _ useCases: UseCases) async throws {
        for number in 0..<count {
            var details = CarrierDetails()
            details.name = "c\(number)"
            details.destination = CarrierTargets("c.example")
            _ = try await useCases.carriers.create(
                CarrierDraft(details: details, password: Secret("password of the carrier")),
                by: tenants[0].administrator)
        }
    }

    @Test func everySecretIsSealedAnew() async throws {
        let (old, useCases) = (start(), start())
        try await addCarriers(450, useCases)
        try await useCases.secretRotation.begin()
        #expect(file.keys.count == 2 && useCases.secretRotation.isUnderWay)
        try await expectReadable(useCases)
        var progress = try await useCases.secretRotation.proceed(values: 200)
        #expect(progress == SecretRotation.Progress(total: 458, resealed: 200, unreadable: 0, isDone: false))
        // What is written meanwhile is sealed under the new key, and not once more.
        try await addCarriers(1, useCases)
        try await useCases.secretRotation.begin()
        #expect(file.keys.count == 2, "a rotation that is under way is the one that goes on")
        progress = try await useCases.secretRotation.proceed()
        #expect(progress == SecretRotation.Progress(total: 459, resealed: 458, unreadable: 0, isDone: true))
        #expect(file.keys.count == 1)
        try await expectReadable(useCases)
        try await expectReadable(start())
        try await expectReadable(old, false)
        #expect(try await useCases.secretRotation.proceed().isDone)
        #expect(file.keys.count == 1, "what is done is not begun by going on")
    }

    /// Cut off at any of its transactions, the next start knows both keys and ends it.
    @Test(arguments: 0..<6)
    func goesOnAfterACrash(writes: Int) async throws {
        try await addCarriers(250, start())
        let cut = start(over: FailingStore(home.store, after: writes))
        try await cut.secretRotation.begin()
        let faults = await faults { () throws(ProvisioningError) in try await cut.secretRotation.proceed() }
        #expect(faults.map(\.rule) == (writes < 5 ? [.unavailable] : []))
        let second = start()
        #expect(second.secretRotation.isUnderWay == (writes < 5))
        try await expectReadable(second)
        #expect(try await second.secretRotation.proceed().isDone)
        #expect(file.keys.count == 1)
        try await expectReadable(second)
        try await expectReadable(start())
    }

    /// A key that cannot be kept is not used, and an old one that cannot be taken away goes with the next call.
    @Test func aKeyFileThatRefuses() async throws {
        let useCases = start()
        func rules(_ body: () async throws(ProvisioningError) -> some Sendable) async -> [Rule] {
            await faults(body).map(\.rule)
        }
        file.refuse(true)
        #expect(
            await rules { () throws(ProvisioningError) in try await useCases.secretRotation.begin() }
                == [.sealingKeyNotKept])
        #expect(!useCases.secretRotation.isUnderWay && file.keys.count == 1)
        file.refuse(false)
        try await useCases.secretRotation.begin()
        file.refuse(true)
        #expect(
            await rules { () throws(ProvisioningError) in try await useCases.secretRotation.proceed() }
                == [.sealingKeyNotKept])
        try await expectReadable(useCases)
        try await expectReadable(start())
        file.refuse(false)
        #expect(try await useCases.secretRotation.proceed().isDone)
        try await expectReadable(start())
    }

    /// What no key opens is counted and left, and stops nothing.
    @Test func whatIsUnreadableStays() async throws {
        let lost = Seal(keys: [SymmetricKey(size: .bits256)])
        let carrier = try #require(try await start().carriers.list(by: tenants[0].administrator).first)
        let place = Seal.Context(.carrierPassword, account: carrier.account, row: carrier.id.rawValue)
        let damaged = SealedValue(place, sealed: lost.seal(Secret("x"), bound: place))
        try await home.store.write { (store) throws(ProvisioningError) in try store.replace(damaged) }
        let useCases = start()
        try await useCases.secretRotation.begin()
        let progress = try await useCases.secretRotation.proceed()
        #expect(progress == SecretRotation.Progress(total: 8, resealed: 7, unreadable: 1, isDone: true))
        let kept = try await useCases.carriers.get(carrier.id, by: tenants[0].administrator)
        #expect(kept.sealedPassword == damaged.sealed)
    }

    /// Whoever holds a carrier in memory is told before the old key is gone.
    @Test func whoFollowsTheChangesSeesTheNewValues() async throws {
        let before = try await home.store.read { (store) throws(ProvisioningError) in try store.totals().lastChange }
        let useCases = start()
        try await useCases.secretRotation.begin()
        _ = try await useCases.secretRotation.proceed()
        let after = try await home.store.read { (store) throws(ProvisioningError) in try store.totals().lastChange }
        #expect(after == before + 6)
    }
}
