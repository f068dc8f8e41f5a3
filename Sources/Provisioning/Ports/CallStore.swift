/// What routing asks of the store, each question a statement on an index that names its account.
package protocol CallReader {
    /// `nil` for an account that is none.
    func callAccount(_ id: AccountID) throws(ProvisioningError) -> CallAccount?
    func callUser(_ id: CredentialID, of account: AccountID) throws(ProvisioningError) -> CallUser?
    /// The user of that composite name, that of the realm first; else the one whose name before the `@` it is.
    func callUser(named name: String, realm: String, of account: AccountID) throws(ProvisioningError) -> CallUser?
    /// The users that a subscriber's endpoints register as.
    func callUsers(of subscriber: SubscriberID, account: AccountID) throws(ProvisioningError) -> [CallUser]
    /// The trunk without its termination hosts, of which it can have thousands.
    func callTrunk(_ id: TrunkID, of account: AccountID) throws(ProvisioningError) -> Trunk?

    func callSettings(of account: AccountID) throws(ProvisioningError) -> CallSettings
    func callGrant(_ subject: CallGrant.Subject, of account: AccountID) throws(ProvisioningError) -> CallGrant?
    func callGrants(of account: AccountID) throws(ProvisioningError) -> [CallGrant]
    /// Hands over the grants of every trunk of the installation.
    func forEachTrunkGrant(_ body: (CallGrant) -> Void) throws(ProvisioningError)
    /// Hands over every termination host of the installation with its trunk.
    func forEachTerminationHost(_ body: (TrunkID, AccountID, TerminationHost) -> Void) throws(ProvisioningError)

    /// The number if it is the account's.
    func number(_ number: TelephoneNumber, of account: AccountID) throws(ProvisioningError) -> InventoryNumber?
    /// Some of the account's numbers in their order, from one on.
    func numbers(of account: AccountID, from first: String, limit: Int) throws(ProvisioningError) -> [TelephoneNumber]
    func application(inDomain name: String, of account: AccountID) throws(ProvisioningError) -> CallApplication?
    /// The registration that the user's calls leave over.
    func outboundRegistration(boundTo user: EndUserID, of account: AccountID) throws(ProvisioningError)
        -> OutboundRegistration?
    /// The routes whose prefix the number has, with every carrier and cost that they can lead to.
    func carrierRouting(to called: String, of account: AccountID) throws(ProvisioningError) -> CarrierRouting

    /// First legs of calls, newest first.
    func calls(_ query: CallQuery) throws(ProvisioningError) -> [KeptCallLeg]
    /// Every leg of a call, in the order of positions.
    func callLegs(of call: String, account: AccountID) throws(ProvisioningError) -> [CallLeg]
    /// What calls that began since then cost, by the account and by whoever called.
    func callsSpent(since: Timestamp) throws(ProvisioningError) -> [CallLimit.Scope: CostAmount]
}

/// What can be changed about calls.
package protocol CallTransaction: CallReader {
    func put(_ settings: CallSettings) throws(ProvisioningError)
    /// Makes the grant, or sets everything of it. Throws `credentialUnknown`, `trunkUnknown`.
    func put(_ grant: CallGrant) throws(ProvisioningError)
    /// Returns whether there was one.
    func deleteCallGrant(_ subject: CallGrant.Subject, of account: AccountID) throws(ProvisioningError) -> Bool

    /// Keeps a leg, or what became of it; records are no part of the change log.
    func put(_ leg: CallLeg) throws(ProvisioningError)
    /// Ends every leg that lasts; returns how many there were.
    func closeCallLegs(at: Timestamp, cause: String) throws(ProvisioningError) -> Int
    /// Removes legs of calls that ended and are older than their account keeps them; returns how many.
    func removeCallLegs(at now: Timestamp, limit: Int) throws(ProvisioningError) -> Int
}
