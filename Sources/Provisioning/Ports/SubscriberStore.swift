/// What can be asked about API tokens, subscribers, SIP endpoints and resources.
package protocol SubscriberReader {
    /// The token with that hash, whatever its account: hashes of tokens are unique in the installation.
    func apiToken(hash: String) throws(ProvisioningError) -> (token: APIToken, project: String)?
    func apiTokens(of account: AccountID) throws(ProvisioningError) -> [APIToken]

    /// The subscriber with that resource id or reference.
    func subscriber(_ id: UniqueID, of account: AccountID) throws(ProvisioningError) -> Subscriber?
    func subscriber(email: String, of account: AccountID) throws(ProvisioningError) -> Subscriber?
    func subscribers(of account: AccountID, _ query: ListQuery) throws(ProvisioningError) -> ListPage<Subscriber>

    func endpoint(_ id: UniqueID, of account: AccountID) throws(ProvisioningError) -> SIPEndpoint?
    /// Those of one subscriber, or without one those of the account itself.
    func endpoints(of account: AccountID, subscriber: SubscriberID?, _ query: ListQuery)
        throws(ProvisioningError) -> ListPage<SIPEndpoint>

    func resource(_ id: UniqueID, of account: AccountID) throws(ProvisioningError) -> CallResource?
    /// Those of one kind, or of every kind.
    func resources(of account: AccountID, kind: CallResource.Kind?, _ query: ListQuery)
        throws(ProvisioningError) -> ListPage<CallResource>

    /// Who or what has that address.
    func addressee(_ address: UniqueID, of account: AccountID) throws(ProvisioningError) -> Addressee?
    /// Everything that has an address.
    func addressees(of account: AccountID, _ query: ListQuery) throws(ProvisioningError) -> ListPage<Addressee>
}

/// What can be changed about them; constraints of the schema come back as named faults.
package protocol SubscriberTransaction: SubscriberReader {
    func insertAPIToken(
        name: String, hash: String, contract: APIToken.Contract, scopes: Set<APIToken.Scope>, account: AccountID
    ) throws(ProvisioningError) -> APIToken
    /// Throws `apiTokenUnknown`.
    func deleteAPIToken(_ id: APITokenID, of account: AccountID) throws(ProvisioningError) -> APIToken

    /// Throws `emailTaken`.
    func insertSubscriber(_ profile: SubscriberProfile, account: AccountID) throws(ProvisioningError) -> Subscriber
    /// Returns it with the time of the change. Throws `emailTaken`, `subscriberUnknown`.
    func update(_ subscriber: Subscriber) throws(ProvisioningError) -> Subscriber
    /// Its endpoints must be gone.
    func delete(_ subscriber: Subscriber) throws(ProvisioningError)

    func insertEndpoint(_ settings: SIPEndpointSettings, credential: Credential, subscriber: SubscriberID?)
        throws(ProvisioningError) -> SIPEndpoint
    /// Throws `endpointUnknown`, `handlerUnknown`.
    func update(_ endpoint: SIPEndpoint, credential: Credential) throws(ProvisioningError) -> SIPEndpoint

    func insertResource(_ kind: CallResource.Kind, _ details: CallResourceDetails, account: AccountID)
        throws(ProvisioningError) -> CallResource
    /// Returns it with the time of the change. Throws `resourceUnknown`.
    func update(_ resource: CallResource) throws(ProvisioningError) -> CallResource
    /// Throws `resourceUnknown`, `resourceInUse`.
    func delete(_ resource: CallResource) throws(ProvisioningError)
}

/// Who or what calls to an address reach.
package enum Addressee: Sendable, Equatable {
    case subscriber(Subscriber)
    case resource(CallResource)
}
