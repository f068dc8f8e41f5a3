import Provisioning
import Store
import TestSupport
import Testing

/// How registrations stand as whoever registers them reports it, and what an account's callbacks are told of that.
@Suite struct RegistrationOutcomeTests {
    private let store: TemporaryStore
    private let useCases: UseCases
    private let tenant: Tenant

    init() async throws {
        store = try TemporaryStore()
        useCases = store.useCases()
        tenant = try await store.tenant()
        _ = try await useCases.ledgers.topUp(tenant.account.id, amount: "6")
        try await useCases.ledgers.setCallback(url: "http://192.0.2.1/hook", salt: nil, by: tenant.administrator)
    }

    private func create(_ user: String, by caller: Caller? = nil) async throws -> OutboundRegistration {
        try await useCases.outboundRegistrations.create(
            OutboundRegistrationDetails(userName: user, proxy: "sip.example.com"), password: nil,
            binding: RegistrationBindingDraft(), by: caller ?? tenant.administrator
        ).registration
    }

    private func note(_ results: [RegistrationResult]) async throws {
        try await store.store.write { (store) throws(ProvisioningError) in try store.note(results) }
    }

    private func note(_ registration: OutboundRegistration, _ outcome: RegistrationOutcome) async throws {
        try await note([registration.result(outcome)])
    }

    private func events() async throws -> [CallbackEvent] {
        let account = tenant.account.id
        return try await store.store.read { (store) throws(ProvisioningError) in
            try store.callbacks(of: account, givenUp: false, limit: 1000).map(\.event)
        }
    }

    private func states() async throws -> [RegistrationOutcome?] {
        try await useCases.outboundRegistrations.list(RegistrationQuery(), by: tenant.administrator).elements
            .map(\.state)
    }

    private static let good = RegistrationOutcome(isSuccessful: true, status: 200, message: "OK")
    private static let bad = RegistrationOutcome(isSuccessful: false, status: 403, message: "Forbidden")
    private static let silent = RegistrationOutcome(isSuccessful: false, status: 408, message: "No answer")

    /// Turns are told, and nothing else: `f` a failure, `r` a recovery.
    @Test(
        arguments: [
            ([good], ""), ([bad], "f"), ([bad, bad, silent], "f"), ([good, bad], "f"), ([bad, good], "fr"),
            ([good, good], ""), ([bad, good, good, bad], "frf"),
        ] as [([RegistrationOutcome], String)])
    func turnsAreTold(outcomes: [RegistrationOutcome], told: String) async throws {
        let registration = try await create("john")
        for outcome in outcomes { try await note(registration, outcome) }
        let letters = try await events().map { event in
            switch event {
            case .registrationsFailed: "f"
            case .registrationsRecovered: "r"
            default: "?"
            }
        }
        #expect(letters.joined() == told)
        #expect(try await states() == [outcomes[outcomes.count - 1]])
    }

    @Test func whatIsReportedTogetherIsToldTogether() async throws {
        let (one, two, three) = (try await create("one"), try await create("two"), try await create("three"))
        try await note(two, Self.bad)
        let results = [one.result(Self.bad), two.result(Self.good), three.result(Self.silent)]
        try await note(results)
        #expect(
            try await events() == [
                .registrationsFailed(failures: [.init(registration: 2, status: 403, message: "Forbidden")]),
                .registrationsFailed(failures: [.init(registration: 1, status: 403, message: "Forbidden")]),
                .registrationsRecovered(registrations: [2]),
                .registrationsFailed(failures: [.init(registration: 3, status: 408, message: "No answer")]),
            ])
    }

    /// A change of password forgets the state, not that a failure was told.
    @Test func aRecoveryIsToldAfterAChangeToo() async throws {
        let registration = try await create("john")
        try await note(registration, Self.bad)
        store.clock.advance(by: .seconds(1))
        var change = OutboundRegistrationChange()
        change.password = Secret("the right one")
        try await useCases.outboundRegistrations.update(registration.id, to: change, by: tenant.administrator)
        #expect(try await states() == [nil])
        try await note(registration, Self.bad)
        #expect(try await states() == [nil], "what was tried is no more what is there")
        let changed = try await useCases.outboundRegistrations.list(RegistrationQuery(), by: tenant.administrator)
        try await note(try #require(changed.elements.first), Self.good)
        #expect(try await events().last == .registrationsRecovered(registrations: [1]))
    }

    @Test func whatIsGoneOrAnothersIsPassedOver() async throws {
        let registration = try await create("john")
        let other = try await store.tenant("other")
        try await note([
            RegistrationResult(
                id: registration.id, account: other.account.id, outcome: Self.bad, updated: registration.updated),
            RegistrationResult(
                id: OutboundRegistrationID(rawValue: 99), account: tenant.account.id, outcome: Self.bad,
                updated: registration.updated),
        ])
        #expect(try await states() == [nil])
        #expect(try await events().isEmpty)
    }

    @Test func aRegistrarsWordsAreCut() async throws {
        let registration = try await create("john")
        let long = String(repeating: "e\u{301}", count: 500)
        try await note(registration, RegistrationOutcome(isSuccessful: false, status: 500, message: long))
        #expect(try await states().first??.message?.unicodeScalars.count == 200)
    }

    /// What was never answered is in progress until it is, or is frozen.
    @Test func whatIsFrozenIsNotInProgress() async throws {
        _ = try await create("one")
        try await note(try await create("two"), Self.good)
        func inProgress(_ isInProgress: Bool) async throws -> [String] {
            var query = RegistrationQuery()
            query.isInProgress = isInProgress
            return try await useCases.outboundRegistrations.list(query, by: tenant.administrator).elements
                .map(\.details.userName)
        }
        #expect(try await inProgress(true) == ["one"])
        #expect(try await inProgress(false) == ["two"])
        _ = try await useCases.ledgers.freeze(tenant.account.id, true)
        store.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await useCases.renewals.perform() == (0, 2))
        #expect(try await inProgress(true).isEmpty)
        #expect(try await inProgress(false) == ["one", "two"])
    }

    @Test func nobodyIsToldWhereNobodyListens() async throws {
        let other = try await store.tenant("other")
        _ = try await useCases.ledgers.topUp(other.account.id, amount: "6")
        let registration = try await create("john", by: other.administrator)
        try await note(registration, Self.bad)
        let all = try await store.store.read { (store) throws(ProvisioningError) in
            try store.callbacks(of: nil, givenUp: false, limit: 10)
        }
        #expect(all.isEmpty)
    }

    @Test func monthsAreToldWhetherPaidOrNot() async throws {
        _ = try await create("one")
        _ = try await create("two")
        _ = try await useCases.ledgers.topUp(tenant.account.id, amount: "0.4")
        store.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await useCases.renewals.perform() == (2, 0))
        store.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await useCases.renewals.perform() == (1, 1))
        _ = try await useCases.ledgers.topUp(tenant.account.id, amount: "0.1")
        _ = try await useCases.ledgers.topUp(tenant.account.id, amount: "1.1")
        let cost = Money(micros: 1_200_000)
        func charge(_ registration: Int64, _ day: String) throws -> SubscriptionCharge {
            SubscriptionCharge(registration: registration, cost: cost, nextRenewal: try #require(CivilDate(day)))
        }
        #expect(
            try await events() == [
                .subscriptionRenewed(try charge(1, "2026-03-01")), .subscriptionRenewed(try charge(2, "2026-03-01")),
                .subscriptionRenewed(try charge(1, "2026-04-01")), .subscriptionFrozen(try charge(2, "2026-03-01")),
                .subscriptionRenewed(try charge(2, "2026-04-01")),
            ])
    }

    /// 10,000 wait at most; what is given up says why.
    @Test func theOldestIsGivenUpWhereTooManyWait() async throws {
        let account = tenant.account.id
        let totals = try await store.store.write { (store) throws(ProvisioningError) in
            for number in 1...10_003 {
                try store.append(.registrationsRecovered(registrations: [Int64(number)]), to: account)
            }
            return try store.totals()
        }
        #expect(totals.callbacksWaiting == 10_000)
        #expect(totals.callbacksGivenUp == 3)
        let gone = try await store.store.read { (store) throws(ProvisioningError) in
            try store.callbacks(of: account, givenUp: true, limit: 10)
        }
        #expect(gone.map(\.event) == (1...3).map { .registrationsRecovered(registrations: [$0]) })
        #expect(gone.map(\.failure) == Array(repeating: "too many waited", count: 3))
    }

    @Test func callbacksAreSignedWithTheOldestSecretThatIsLeft() async throws {
        let (keys, account) = (useCases.serviceKeys, tenant.account.id)
        #expect(try await keys.callbackSecret(of: account) == nil)
        _ = try await keys.create(nil, role: .owner, account: account)
        let first = try await keys.createSecret(nil, account: account)
        store.clock.advance(by: .seconds(1))
        let second = try await keys.createSecret(nil, account: account)
        #expect(try await keys.callbackSecret(of: account)?.reveal() == first.secret.reveal())
        try await keys.delete(first.key.id, account: account)
        #expect(try await keys.callbackSecret(of: account)?.reveal() == second.secret.reveal())
    }
}

extension OutboundRegistration {
    /// What came of trying the row as it is.
    fileprivate func result(_ outcome: RegistrationOutcome) -> RegistrationResult {
        RegistrationResult(id: id, account: account, outcome: outcome, updated: updated)
    }
}
