/// Registrations that we keep at other people's SIP servers, each paid for a month in advance.
///
/// Every call throws `forbidden` for a caller whose role does not allow it; changes throw `accountFrozen`.
package struct OutboundRegistrations: Sendable {
    let store: any ProvisioningStore
    let seal: Seal
    package let tariff: Tariff
    let now: @Sendable () -> Timestamp

    /// Creates a registration and reserves its fee and tax for the coming month, both or neither.
    ///
    /// Throws the first fault of the details (`OutboundRegistrationRules`), then of the binding
    /// (`RegistrationBindingDraft`), `parameterNeeded` for a registration that is not persistent and has no user,
    /// `insufficientMoney`, which is all that limits how many there are.
    package func create(
        _ details: OutboundRegistrationDetails, password: Secret<String>?, binding: RegistrationBindingDraft,
        by caller: Caller
    ) async throws(ProvisioningError) -> (registration: OutboundRegistration, ledger: Ledger) {
        try caller.requireChange()
        try OutboundRegistrationRules.require(details, password: password)
        let (account, now, tariff, seal) = (caller.account, now(), tariff, seal)
        return try await store.write { (store) throws(ProvisioningError) in
            let ledger = try store.requireActive(account)
            let binding = try binding.resolved(in: store, account: account, current: RegistrationBinding())
            guard details.isPersistent || binding.user != nil else {
                throw ProvisioningError(.parameterNeeded, field: "user_id", "user_id")
            }
            guard ledger.balance >= tariff.first else {
                throw ProvisioningError(.insufficientMoney, tariff.first.description)
            }
            if let user = binding.user { try store.unbind(user.id, account: account, at: now) }
            let today = CivilDate(now)
            let registration = try store.insertOutboundRegistration(
                details, binding: binding,
                subscription: RegistrationSubscription(
                    price: tariff.month, purchased: now, nextRenewal: today.adding(months: 1, anchor: today.day)),
                account: account, at: now)
            try store.setPassword(password, of: registration, seal: seal)
            try store.add(tariff.entries(for: registration, isFirst: true), to: account)
            return (registration, try store.requireLedger(of: account))
        }
    }

    package func list(_ query: RegistrationQuery, by caller: Caller) async throws(ProvisioningError)
        -> Page<OutboundRegistration>
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.outboundRegistrations(of: caller.account, matching: query)
        }
    }

    /// Sets what the change says; the state of the last REGISTER is forgotten, as it was made with what was before.
    ///
    /// Throws `registrationUnknown`, then as `create` does.
    package func update(
        _ id: OutboundRegistrationID, to change: OutboundRegistrationChange, by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        let (account, now, seal) = (caller.account, now(), seal)
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(account)
            var registration = try store.requireRegistration(id, of: account)
            registration.details = change.applied(to: registration.details)
            try OutboundRegistrationRules.require(registration.details, password: change.password)
            try store.bind(&registration, to: change.binding, at: now)
            registration.state = nil
            try store.update(registration)
            try store.setPassword(change.password, of: registration, seal: seal)
        }
    }

    /// Binds a registration to what the draft names, or takes that away.
    ///
    /// Without a registration a user is taken away from all of them. Throws `registrationUnknown`, and as `create` does.
    package func bind(
        _ id: OutboundRegistrationID?, to draft: RegistrationBindingDraft, isBound: Bool, by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        let (account, now) = (caller.account, now())
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(account)
            guard let id else {
                guard !isBound, let user = draft.user else {
                    throw ProvisioningError(.elementRequired, field: "sip_registration_id", "sip_registration_id")
                }
                let bound = try store.requireEndUser(user, in: draft.application, of: account)
                return try store.unbind(bound.id, account: account, at: now)
            }
            var registration = try store.requireRegistration(id, of: account)
            if isBound {
                try store.bind(&registration, to: draft, at: now)
            } else {
                try draft.takeAway(from: &registration.binding, in: store, account: account)
                registration.updated = now
            }
            try store.update(registration)
        }
    }

    /// Throws `registrationUnknown`. What was reserved is not given back.
    package func delete(_ id: OutboundRegistrationID, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            try store.delete(store.requireRegistration(id, of: caller.account))
        }
    }

    /// The password that the other server asks us for; `nil` where there is none, or the sealing key is another.
    package func password(of registration: OutboundRegistration) async throws(ProvisioningError) -> Secret<String>? {
        let sealed = try await store.read { (store) throws(ProvisioningError) in
            try store.sealedPassword(of: registration.id, account: registration.account)
        }
        return sealed.flatMap { seal.open($0, bound: registration.passwordPlace) }
    }
}

/// What is to become of a registration; `nil` stays.
package struct OutboundRegistrationChange: Sendable {
    package var userName: String?
    package var proxy: String?
    package var authenticationUser: String?
    package var outboundProxy: String?
    package var password: Secret<String>?
    package var binding = RegistrationBindingDraft()

    package init() {}

    fileprivate func applied(to details: OutboundRegistrationDetails) -> OutboundRegistrationDetails {
        OutboundRegistrationDetails(
            userName: userName ?? details.userName, proxy: proxy ?? details.proxy,
            authenticationUser: authenticationUser ?? details.authenticationUser,
            outboundProxy: outboundProxy ?? details.outboundProxy, isPersistent: details.isPersistent)
    }
}

extension ProvisioningReader {
    fileprivate func requireRegistration(_ id: OutboundRegistrationID, of account: AccountID)
        throws(ProvisioningError) -> OutboundRegistration
    {
        guard let registration = try outboundRegistration(id, of: account) else {
            throw ProvisioningError(.registrationUnknown, field: "sip_registration_id", "\(id)")
        }
        return registration
    }
}

extension ProvisioningTransaction {
    /// A user has one registration: it leaves the one it had.
    fileprivate func bind(
        _ registration: inout OutboundRegistration, to draft: RegistrationBindingDraft, at now: Timestamp
    ) throws(ProvisioningError) {
        let account = registration.account
        registration.binding = try draft.resolved(in: self, account: account, current: registration.binding)
        if draft.user != nil, let user = registration.binding.user { try unbind(user.id, account: account, at: now) }
        registration.updated = now
    }

    fileprivate func setPassword(_ password: Secret<String>?, of registration: OutboundRegistration, seal: Seal)
        throws(ProvisioningError)
    {
        guard let password else { return }
        try setSealedPassword(
            seal.seal(password, bound: registration.passwordPlace), of: registration.id, account: registration.account)
    }
}
