/// The months of registrations: each is paid when it begins, and one that cannot be paid freezes the registration.
package struct Renewals: Sendable {
    let store: any ProvisioningStore
    let tariff: Tariff
    let now: @Sendable () -> Timestamp

    /// How many are read at a time.
    private static let batch = 500

    /// Pays for every registration whose month is over, each in a transaction of its own.
    ///
    /// Returns how many went on and how many were frozen.
    package func perform() async throws(ProvisioningError) -> (renewed: Int, frozen: Int) {
        let today = CivilDate(now())
        var (renewed, frozen) = (0, 0)
        while true {
            let due = try await store.read { (store) throws(ProvisioningError) in
                try store.registrationsDue(on: today, limit: Self.batch)
            }
            guard !due.isEmpty else { return (renewed, frozen) }
            for registration in due {
                switch try await renew(registration, on: today) {
                case true?: renewed += 1
                case false?: frozen += 1
                case nil: break
                }
            }
        }
    }

    /// `true` where it was paid, `false` where it was frozen, `nil` where it is gone or another node was there first.
    private func renew(_ registration: OutboundRegistration, on today: CivilDate) async throws(ProvisioningError)
        -> Bool?
    {
        let tariff = tariff
        return try await store.write { (store) throws(ProvisioningError) in
            let current = try store.outboundRegistration(registration.id, of: registration.account)
            guard let current, !current.subscription.isDeactivated, current.subscription.nextRenewal <= today else {
                return nil
            }
            return try store.pay(for: current, tariff: tariff, from: current.subscription.nextRenewal)
        }
    }
}

extension Tariff {
    /// What a month of the registration is reserved as; the first month with what is paid once.
    func entries(for registration: OutboundRegistration, isFirst: Bool) -> [LedgerEntry] {
        let once = isFirst ? [(LedgerEntry.Kind.installation, installation), (.tax, installationTax)] : []
        return (once + [(.fee, month), (.tax, monthTax)]).filter { $0.1 > .zero }.map {
            LedgerEntry($0.0, -$0.1, registration: registration.id.rawValue)
        }
    }
}

extension ProvisioningTransaction {
    /// Pays a month from that day on, or freezes the registration; whether it was paid.
    fileprivate func pay(for registration: OutboundRegistration, tariff: Tariff, from day: CivilDate)
        throws(ProvisioningError) -> Bool
    {
        var registration = registration
        let ledger = try requireLedger(of: registration.account)
        let isActive = try requireAccount(registration.account).status == .active
        let isPaid = isActive && !ledger.isFrozen && ledger.balance >= tariff.month + tariff.monthTax
        if isPaid {
            let anchor = CivilDate(registration.subscription.purchased).day
            try add(tariff.entries(for: registration, isFirst: false), to: registration.account)
            registration.subscription.price = tariff.month
            registration.subscription.nextRenewal = day.adding(months: 1, anchor: anchor)
        }
        let wasFrozen = registration.subscription.isDeactivated
        registration.subscription.isDeactivated = !isPaid
        try update(registration)
        let charge = SubscriptionCharge(
            registration: registration.id.rawValue, cost: tariff.month + tariff.monthTax,
            nextRenewal: registration.subscription.nextRenewal)
        if isPaid {
            try append(.subscriptionRenewed(charge), to: registration.account)
        } else if !wasFrozen {
            try append(.subscriptionFrozen(charge), to: registration.account)
        }
        return isPaid
    }

    /// Pays a month from today on for what was frozen, oldest first, as far as the money goes.
    func thaw(_ account: AccountID, tariff: Tariff, at now: Timestamp) throws(ProvisioningError) {
        var query = RegistrationQuery()
        query.isDeactivated = true
        query.count = .max
        for registration in try outboundRegistrations(of: account, matching: query).elements {
            guard try pay(for: registration, tariff: tariff, from: CivilDate(now)) else { return }
        }
    }
}
