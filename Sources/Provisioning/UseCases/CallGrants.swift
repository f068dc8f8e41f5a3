/// What the operator grants to users, and says of trunks, beyond what their dialects can say.
package struct CallGrants: Sendable {
    let store: any ProvisioningStore

    /// A grant with the name of whom it is for.
    package struct Named: Sendable {
        package let grant: CallGrant
        /// `name@realm` of a user, the name of a trunk.
        package let name: String
    }

    /// Throws `accountUnknown`.
    package func list(of account: AccountID) async throws(ProvisioningError) -> [Named] {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            var named: [Named] = []
            for grant in try store.callGrants(of: account) {
                let name: String? =
                    switch grant.subject {
                    case .user(let id): try store.callUser(id, of: account)?.aor
                    case .trunk(let id): try store.trunk(id, of: account)?.details.name
                    }
                named.append(Named(grant: grant, name: name ?? ""))
            }
            return named
        }
    }

    /// Grants, or takes the place of what was granted; returns it with its name.
    ///
    /// Throws `accountUnknown`, `credentialUnknown`, `trunkUnknown`, `trafficClassTooHigh` above the account's ceiling, and every
    /// fault of the caps.
    package func set(_ draft: CallGrantDraft, of account: AccountID) async throws(ProvisioningError) -> Named {
        let faults = draft.caps.faults()
        return try await store.write { (store) throws(ProvisioningError) in
            let owner = try store.requireAccount(account)
            let (subject, name) = try store.subject(draft.subject, of: account)
            try ProvisioningError.throwAny(faults)
            if let traffic = draft.traffic, traffic > owner.trafficCeiling {
                throw ProvisioningError(.trafficClassTooHigh, field: "traffic", name, "0")
            }
            let grant = CallGrant(
                account: account, subject: subject, traffic: draft.traffic, caps: draft.caps,
                isEnabled: draft.isEnabled, transports: draft.transports)
            try store.put(grant)
            return Named(grant: grant, name: name)
        }
    }

    /// Takes a grant away. Throws `credentialUnknown`, `trunkUnknown`.
    package func remove(_ subject: CallGrantDraft.Subject, of account: AccountID) async throws(ProvisioningError) {
        try await store.write { (store) throws(ProvisioningError) in
            let (subject, _) = try store.subject(subject, of: account)
            _ = try store.deleteCallGrant(subject, of: account)
        }
    }
}

/// What an operator says of a user's or trunk's calls.
package struct CallGrantDraft: Sendable {
    /// Whom it is for, as people name it.
    package enum Subject: Sendable {
        /// A composite name, or `name@realm`.
        case user(String)
        case trunk(TrunkID)
    }

    package var subject: Subject
    package var traffic: TrafficClass?
    package var caps = CallCaps()
    package var isEnabled = true
    package var transports: Set<CarrierTarget.Transport> = []

    package init(_ subject: Subject) { self.subject = subject }
}

extension ProvisioningReader {
    /// Throws `credentialUnknown`, `trunkUnknown`.
    fileprivate func subject(_ subject: CallGrantDraft.Subject, of account: AccountID) throws(ProvisioningError)
        -> (CallGrant.Subject, name: String)
    {
        switch subject {
        case .user(let text):
            guard let user = try callUser(text, of: account) else {
                throw ProvisioningError(.credentialUnknown, field: "user", text, "\(account)")
            }
            return (.user(user.credential), user.aor)
        case .trunk(let id):
            guard let trunk = try trunk(id, of: account) else {
                throw ProvisioningError(.trunkUnknown, field: "trunk", "\(id)", "\(account)", "")
            }
            return (.trunk(id), trunk.details.name)
        }
    }

    /// The user of that name in the default domain, or with its domain behind the last `@`.
    func callUser(_ text: String, of account: AccountID) throws(ProvisioningError) -> CallUser? {
        let domain = try callAccount(account)?.domain ?? ""
        if let user = try callUser(named: text, realm: domain, of: account) { return user }
        guard let at = text.lastIndex(of: "@") else { return nil }
        let realm = text[text.index(after: at)...].lowercased()
        let found = try callUser(named: String(text[..<at]), realm: realm, of: account)
        return found?.realm == realm ? found : nil
    }
}
