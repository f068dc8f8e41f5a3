/// The people of an account.
///
/// Every call that changes something throws `forbidden` for a caller whose role does not allow it.
package struct Subscribers: Sendable {
    let store: any ProvisioningStore
    let tokens: SubscriberTokens
    let now: @Sendable () -> Timestamp

    /// Throws every fault of the draft (`elementRequired`, `textTooShort`, `textTooLong`, `valueInvalid`) and
    /// `emailTaken`, together.
    package func create(_ draft: SubscriberDraft, by caller: Caller) async throws(ProvisioningError) -> Subscriber {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            try store.requireProfile(draft, of: nil, account: caller.account)
            return try store.insertSubscriber(draft.applied(to: nil), account: caller.account)
        }
    }

    /// The subscriber with that id, or with that reference. Throws `subscriberUnknown`.
    package func get(_ id: String, by caller: Caller) async throws(ProvisioningError) -> Subscriber {
        try await store.read { (store) throws(ProvisioningError) in
            try store.requireSubscriber(id, of: caller.account)
        }
    }

    package func list(_ query: ListQuery, by caller: Caller) async throws(ProvisioningError) -> ListPage<Subscriber> {
        try await store.read { (store) throws(ProvisioningError) in
            try store.subscribers(of: caller.account, query)
        }
    }

    /// Changes what the draft names. Throws `subscriberUnknown`, then as `create`.
    package func update(_ id: String, with draft: SubscriberDraft, by caller: Caller) async throws(ProvisioningError)
        -> Subscriber
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            var subscriber = try store.requireSubscriber(id, of: caller.account)
            try store.requireProfile(draft, of: subscriber, account: caller.account)
            subscriber.profile = draft.applied(to: subscriber.profile)
            return try store.update(subscriber)
        }
    }

    /// Deletes the subscriber with its endpoints; their bindings have ended when this returns.
    ///
    /// Throws `subscriberUnknown`.
    package func delete(_ id: String, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            let subscriber = try store.requireSubscriber(id, of: caller.account)
            var query = ListQuery(size: 1000)
            while true {
                let page = try store.endpoints(of: caller.account, subscriber: subscriber.id, query)
                for endpoint in page.items { try store.deleteCredential(of: endpoint) }
                guard page.hasNext, let last = page.bounds?.upperBound else { break }
                query.start = .after(last)
            }
            try store.delete(subscriber)
        }
    }

    /// Tokens for the subscriber with that reference, id or email, who is made where there is none.
    ///
    /// - Parameter end: when the first of them is over, in seconds since 1970.
    ///
    /// Throws as `create` does, and `elementRequired` for a blank reference.
    package func tokens(
        for reference: String, until end: Int64?, describedBy draft: SubscriberDraft, by caller: Caller
    ) async throws(ProvisioningError) -> (subscriber: Subscriber, access: Secret<String>, refresh: Secret<String>) {
        try caller.requireChange()
        let subscriber = try await store.write { (store) throws(ProvisioningError) in
            if let known = try store.subscriber(referredToBy: reference, of: caller.account) {
                try ProvisioningError.throwAny(draft.faults)
                return known
            }
            var draft = draft
            draft.email = reference
            try store.requireProfile(draft, of: nil, account: caller.account)
            return try store.insertSubscriber(draft.applied(to: nil), account: caller.account)
        }
        return try issue(for: subscriber, until: end)
    }

    /// New tokens for one to refresh with.
    ///
    /// Throws `refreshTokenInvalid`, `refreshTokenWrongKind`, `refreshTokenOver`.
    package func refresh(_ token: Secret<String>, by caller: Caller) async throws(ProvisioningError)
        -> (subscriber: Subscriber, access: Secret<String>, refresh: Secret<String>)
    {
        let claims = try tokens.claims(of: token, .refresh, at: now())
        let found = try await store.read { (store) throws(ProvisioningError) in
            try UniqueID(claims.sub).flatMap { (id) throws(ProvisioningError) in
                try store.subscriber(id, of: caller.account)
            }
        }
        guard let found, claims.account == caller.account.description else {
            throw ProvisioningError(.refreshTokenInvalid, field: "refreshToken")
        }
        return try issue(for: found, until: nil)
    }

    private func issue(for subscriber: Subscriber, until end: Int64?) throws(ProvisioningError)
        -> (subscriber: Subscriber, access: Secret<String>, refresh: Secret<String>)
    {
        let now = now()
        guard let access = tokens.issue(.access, for: subscriber, at: now, until: end),
            let refresh = tokens.issue(.refresh, for: subscriber, at: now)
        else { throw ProvisioningError(.unavailable) }
        return (subscriber, access, refresh)
    }
}

extension ProvisioningReader {
    /// Throws `subscriberUnknown`, for an id that is none as well.
    func requireSubscriber(_ id: String, of account: AccountID) throws(ProvisioningError) -> Subscriber {
        guard let uniqueID = UniqueID(id), let subscriber = try subscriber(uniqueID, of: account) else {
            throw ProvisioningError(.subscriberUnknown, id)
        }
        return subscriber
    }

    fileprivate func subscriber(referredToBy reference: String, of account: AccountID) throws(ProvisioningError)
        -> Subscriber?
    {
        if let id = UniqueID(reference), let subscriber = try subscriber(id, of: account) { return subscriber }
        return try subscriber(email: reference, of: account)
    }

    /// Throws the faults of a draft, and `emailTaken` beside them.
    fileprivate func requireProfile(_ draft: SubscriberDraft, of known: Subscriber?, account: AccountID)
        throws(ProvisioningError)
    {
        var faults = draft.faults(isNew: known == nil)
        if let email = draft.email, !faults.contains(where: { $0.field == "email" }),
            let holder = try subscriber(email: email, of: account), holder.id != known?.id
        {
            faults.append(Fault(.emailTaken, field: "email", values: [email]))
        }
        try ProvisioningError.throwAny(faults)
    }
}
