/// What accounts say once for all of their endpoints.
package struct SIPProfiles: Sendable {
    let store: any ProvisioningStore

    package func get(of account: AccountID) async throws(ProvisioningError) -> SIPProfile {
        try await store.read { (store) throws(ProvisioningError) in try store.sipProfile(of: account) }
    }

    /// Changes what the draft names; it holds for every endpoint that leaves it open, from now on.
    ///
    /// Throws `forbidden` for a caller whose role does not allow it, then every fault of the draft with `domainFixed` (the
    /// domain stands in every hash of a password, and the passwords are not kept) and `numberUnknown` beside them.
    package func update(with draft: SIPProfileDraft, by caller: Caller) async throws(ProvisioningError) -> SIPProfile {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            let account = caller.account
            var faults = draft.faults
            if let label = draft.domainLabel,
                try label != store.domains(of: account).first(where: \.isDefault)?.firstLabel
            {
                faults.append(Fault(.domainFixed, field: "domainLabel", values: [label]))
            }
            if let fault = try store.fault(of: draft.sendAs, field: "defaultSendAs", account: account) {
                faults.append(fault)
            }
            try ProvisioningError.throwAny(faults)
            let profile = try draft.applied(to: store.sipProfile(of: account))
            try store.put(profile)
            return profile
        }
    }
}

extension ProvisioningReader {
    /// `numberUnknown` for a number that is none of the account's.
    func fault(of sendAs: SendAs?, field: String, account: AccountID) throws(ProvisioningError) -> Fault? {
        guard case .number(let number) = sendAs, try self.number(number)?.account != account else { return nil }
        return Fault(.numberUnknown, field: field, values: [number.e164])
    }
}
