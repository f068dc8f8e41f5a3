/// The phones of subscribers, and of an account itself: each is a digest credential with settings around it.
///
/// Every call throws `subscriberUnknown` for a subscriber that the account has not, and one that changes something
/// `forbidden` for a caller whose role does not allow it.
package struct SIPEndpoints: Sendable {
    let store: any ProvisioningStore

    /// Creates an endpoint that can register when this returns, in the account's default SIP domain.
    ///
    /// Throws every fault of the draft, and `credentialTaken`, `numberUnknown`, `handlerUnknown`, `handlerKindInvalid`
    /// beside them.
    package func create(_ draft: SIPEndpointDraft, of subscriber: String?, by caller: Caller)
        async throws(ProvisioningError) -> SIPEndpoint
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            let account = caller.account
            let owner = try store.owner(subscriber, of: account)
            let realm = try store.domains(of: account).realm(named: nil, of: account)
            let handler = try store.check(draft, isNew: true, realm: realm, account: account)
            let name = CredentialName(userName: draft.userName ?? "")
            let hashes = CredentialHashes(
                of: name.composite, realm: realm, password: draft.password ?? Secret(""))
            let credential = try store.insertCredential(name, realm: realm, hashes: hashes, account: account)
            return try store.insertEndpoint(
                draft.applied(to: SIPEndpointSettings(), handler: handler), credential: credential, subscriber: owner)
        }
    }

    /// Throws `endpointUnknown`.
    package func get(_ id: String, of subscriber: String?, by caller: Caller) async throws(ProvisioningError)
        -> SIPEndpoint
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.requireEndpoint(id, owner: store.owner(subscriber, of: caller.account), of: caller.account)
        }
    }

    package func list(_ query: ListQuery, of subscriber: String?, by caller: Caller) async throws(ProvisioningError)
        -> ListPage<SIPEndpoint>
    {
        try await store.read { (store) throws(ProvisioningError) in
            let owner = try store.owner(subscriber, of: caller.account)
            return try store.endpoints(of: caller.account, subscriber: owner, query)
        }
    }

    /// Changes what the draft names. A new password alone lets bindings live until they refresh; a new user name ends
    /// them, since it is another credential.
    ///
    /// Throws `endpointUnknown`, then as `create`, and `renameNeedsPassword`: hashes are made of name and password.
    package func update(_ id: String, of subscriber: String?, with draft: SIPEndpointDraft, by caller: Caller)
        async throws(ProvisioningError) -> SIPEndpoint
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            let account = caller.account
            var endpoint = try store.requireEndpoint(id, owner: store.owner(subscriber, of: account), of: account)
            guard let old = try store.credential(endpoint.credential, of: account) else {
                throw ProvisioningError(.endpointUnknown, id)
            }
            var draft = draft
            if draft.userName == endpoint.userName { draft.userName = nil }
            let handler = try store.check(draft, isNew: false, realm: old.realm, account: account)
            endpoint.settings = draft.applied(to: endpoint.settings, handler: handler)
            return try store.update(endpoint, credential: store.replace(old, by: draft))
        }
    }

    /// Deletes the endpoint; its bindings have ended when this returns.
    ///
    /// Throws `endpointUnknown`.
    package func delete(_ id: String, of subscriber: String?, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            let owner = try store.owner(subscriber, of: caller.account)
            try store.deleteCredential(of: store.requireEndpoint(id, owner: owner, of: caller.account))
        }
    }
}

extension ProvisioningReader {
    /// Throws `subscriberUnknown`.
    fileprivate func owner(_ subscriber: String?, of account: AccountID) throws(ProvisioningError) -> SubscriberID? {
        guard let subscriber else { return nil }
        return try requireSubscriber(subscriber, of: account).id
    }

    /// Throws `endpointUnknown`, for an id that is none and for another owner's endpoint as well.
    fileprivate func requireEndpoint(_ id: String, owner: SubscriberID?, of account: AccountID)
        throws(ProvisioningError) -> SIPEndpoint
    {
        guard let uniqueID = UniqueID(id), let endpoint = try endpoint(uniqueID, of: account),
            endpoint.subscriber == owner
        else { throw ProvisioningError(.endpointUnknown, id) }
        return endpoint
    }

    /// Throws what is wrong with a draft in itself and beside what the account has; returns the handler that it names.
    fileprivate func check(_ draft: SIPEndpointDraft, isNew: Bool, realm: String, account: AccountID)
        throws(ProvisioningError) -> CallHandler?
    {
        var faults = draft.faults(isNew: isNew)
        if let name = draft.userName, !faults.contains(where: { $0.field == "userName" }) {
            if try credential(named: name, realm: realm, of: account) != nil {
                faults.append(Fault(.credentialTaken, field: "userName", values: [name, "\(account)"]))
            } else if draft.password == nil, !faults.contains(where: { $0.field == "password" }) {
                faults.append(Fault(.renameNeedsPassword, field: "password"))
            }
        }
        if case .number(let number) = draft.sendAs, try self.number(number)?.account != account {
            faults.append(Fault(.numberUnknown, field: "sendAs", values: [number.e164]))
        }
        let handler: CallHandler?
        do throws(ProvisioningError) {
            handler = try self.handler(draft.handler, of: account)
        } catch {
            faults += error.faults
            handler = nil
        }
        try ProvisioningError.throwAny(faults)
        return handler
    }

    /// Throws `handlerUnknown`, `handlerKindInvalid`.
    private func handler(_ handler: SIPEndpointDraft.Handler?, of account: AccountID) throws(ProvisioningError)
        -> CallHandler?
    {
        switch handler {
        case nil: return nil
        case .fixed(let handler): return handler
        case .resource(let id):
            guard let resource = try resource(id, of: account) else {
                throw ProvisioningError(.handlerUnknown, field: "handlerResource", "\(id)")
            }
            guard resource.kind.takesCallsOfEndpoints else {
                throw ProvisioningError(
                    .handlerKindInvalid, field: "handlerResource", "\(id)", resource.kind.rawValue)
            }
            return .resource(id, resource.kind)
        }
    }
}

extension ProvisioningTransaction {
    /// Deletes what an endpoint registers with, and the endpoint with it.
    func deleteCredential(of endpoint: SIPEndpoint) throws(ProvisioningError) {
        guard let credential = try credential(endpoint.credential, of: endpoint.account) else {
            throw ProvisioningError(.endpointUnknown, "\(endpoint.uniqueID)")
        }
        try delete(credential)
    }

    /// The credential after the draft's changes: another one where the name is another.
    fileprivate func replace(_ old: Credential, by draft: SIPEndpointDraft) throws(ProvisioningError) -> Credential {
        guard let password = draft.password else { return old }
        let name = draft.userName.map { CredentialName(userName: $0) } ?? old.name
        let hashes = CredentialHashes(of: name.composite, realm: old.realm, password: password)
        guard draft.userName == nil else {
            return try insertCredential(name, realm: old.realm, hashes: hashes, account: old.account)
        }
        var changed = old
        changed.hashes = hashes
        try update(changed)
        return changed
    }
}
