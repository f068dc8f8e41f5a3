import Provisioning
import Store
import TestSupport
import Testing

/// The money of registrations: what is reserved, renewed, frozen and thawed, by a clock that is moved by hand.
@Suite struct OutboundRegistrationTests {
    private let store: TemporaryStore
    private let useCases: UseCases
    private let tenant: Tenant

    init() async throws {
        store = try TemporaryStore()
        useCases = store.useCases()
        tenant = try await store.tenant()
    }

    private var account: AccountID { tenant.account.id }

    private func topUp(_ amount: String) async throws { _ = try await useCases.ledgers.topUp(account, amount: amount) }

    private func create(_ user: String = "john", password: String? = nil) async throws(ProvisioningError)
        -> OutboundRegistration
    {
        try await useCases.outboundRegistrations.create(
            OutboundRegistrationDetails(userName: user, proxy: "sip.example.com"), password: password.map(Secret.init),
            binding: RegistrationBindingDraft(), by: tenant.administrator
        ).registration
    }

    private func all() async throws -> [OutboundRegistration] {
        try await useCases.outboundRegistrations.list(RegistrationQuery(), by: tenant.administrator).elements
    }

    private func balance() async throws -> String { try await useCases.ledgers.get(account).balance.description }

    @Test func theFeeAndTheTaxAreReserved() async throws {
        try await topUp("10")
        let registration = try await create()
        #expect(try await balance() == "8.8")
        let entries = try await useCases.ledgers.entries(of: account)
        let expected = [(LedgerEntry.Kind.topUp, 10_000_000), (.fee, -1_000_000), (.tax, -200_000)]
        #expect(entries.map(\.kind) == expected.map(\.0))
        #expect(entries.map(\.amount.micros) == expected.map { Int64($0.1) })
        #expect(entries.map(\.registration) == [nil, registration.id.rawValue, registration.id.rawValue])
    }

    @Test func tooLittleMoneyStoresNothing() async throws {
        try await topUp("1.199999")
        let faults = await faults { () throws(ProvisioningError) in try await create() }
        #expect(faults.map(\.rule) == [.insufficientMoney])
        #expect(faults.first?.values == ["1.2"])
        #expect(try await all().isEmpty)
        #expect(try await balance() == "1.199999")
        #expect(try await useCases.ledgers.entries(of: account).count == 1)
    }

    @Test func manyAtOnceSpendNoMoreThanThereIs() async throws {
        try await topUp("6")
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await faults { () throws(ProvisioningError) in try await create("user\(number)") }.isEmpty
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 5)
        #expect(try await all().count == 5)
        #expect(try await balance() == "0")
    }

    @Test func aMonthIsPaidWhenItBegins() async throws {
        try await topUp("3")
        _ = try await create()
        store.clock.advance(by: .seconds(30 * 86_400 + 86_399))
        #expect(try await useCases.renewals.perform() == (0, 0))
        store.clock.advance(by: .seconds(1))
        #expect(try await useCases.renewals.perform() == (1, 0))
        #expect(try await balance() == "0.6")
        #expect(try await all().first?.subscription.nextRenewal.description == "2026-03-01")
        #expect(try await useCases.renewals.perform() == (0, 0))
    }

    @Test func whatCannotBePaidIsFrozenUntilItCan() async throws {
        try await topUp("2.4")
        _ = try await create("one")
        _ = try await create("two")
        store.clock.advance(by: .seconds(40 * 86_400))
        #expect(try await useCases.renewals.perform() == (0, 2))
        #expect(try await all().map(\.subscription.isDeactivated) == [true, true])
        #expect(try await useCases.renewals.perform() == (0, 0))

        try await topUp("1.5")
        let thawed = try await all()
        #expect(thawed.map(\.subscription.isDeactivated) == [false, true])
        #expect(thawed[0].subscription.nextRenewal.description == "2026-03-01")
        #expect(try await balance() == "0.3")
    }

    @Test func monthsThatWereMissedArePaidOneByOne() async throws {
        try await topUp("3.7")
        _ = try await create()
        store.clock.advance(by: .seconds(100 * 86_400))
        #expect(try await useCases.renewals.perform() == (2, 1))
        #expect(try await balance() == "0.1")
    }

    @Test func aFrozenAccountLooksAndChangesNothing() async throws {
        try await topUp("10")
        let registration = try await create()
        _ = try await useCases.ledgers.freeze(account, true)
        #expect(
            await faults { () throws(ProvisioningError) in try await create("two") }.map(\.rule) == [.accountFrozen])
        let deleting = await faults { () throws(ProvisioningError) in
            try await useCases.outboundRegistrations.delete(registration.id, by: tenant.administrator)
        }
        #expect(deleting.map(\.rule) == [.accountFrozen])
        #expect(try await all().count == 1)
        store.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await useCases.renewals.perform() == (0, 1))
        _ = try await useCases.ledgers.freeze(account, false)
        #expect(try await all().map(\.subscription.isDeactivated) == [false])
    }

    @Test(arguments: ["0", "-1", "x", "", "1e9", "0.0000001"])
    func whatIsNoAmountTopsNothingUp(amount: String) async throws {
        let faults = await faults { () throws(ProvisioningError) in
            try await useCases.ledgers.topUp(account, amount: amount)
        }
        #expect(faults.map(\.rule) == [.amountInvalid])
    }

    @Test func thePasswordIsSealedAndCanBePresented() async throws {
        try await topUp("10")
        let registration = try await create(password: "open sesame")
        #expect(try await useCases.outboundRegistrations.password(of: registration)?.reveal() == "open sesame")
        let (id, account) = (registration.id, account)
        let sealed = try await store.store.read { (store) throws(ProvisioningError) in
            try store.sealedPassword(of: id, account: account)
        }
        #expect(sealed.map { String(decoding: $0, as: UTF8.self).contains("sesame") } == false)
        #expect(try await useCases.outboundRegistrations.password(of: create("two")) == nil)
    }

    @Test func aReaderChangesNothing() async throws {
        try await topUp("10")
        let faults = await faults { () throws(ProvisioningError) in
            try await useCases.outboundRegistrations.create(
                OutboundRegistrationDetails(userName: "john", proxy: "sip.example.com"), password: nil,
                binding: RegistrationBindingDraft(), by: tenant.reader)
        }
        #expect(faults.map(\.rule) == [.forbidden])
    }
}
