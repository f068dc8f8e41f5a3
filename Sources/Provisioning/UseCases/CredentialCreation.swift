/// The creation of one list of drafts in one transaction.
struct CredentialCreation {
    let account: AccountID
    let store: any ProvisioningTransaction
    /// The one realm that all of them go to; `nil` where each may name its own.
    private let fixed: SIPDomain?
    private let realms: [SIPDomain]
    private var created: Set<[String]> = []

    init(account: AccountID, in realm: SIPDomain? = nil, store: any ProvisioningTransaction) throws(ProvisioningError) {
        self.account = account
        self.store = store
        fixed = realm
        realms = try store.domains(of: account)
    }

    mutating func outcome(of draft: CredentialDraft) -> CredentialOutcome {
        if let fault = draft.fault() { return .refused(fault) }
        let (name, hashes) = draft.parsed
        do throws(ProvisioningError) {
            let realm = try realm(of: draft)
            try draft.requireNoApplication(of: account)
            guard !created.contains([realm, name.composite]) else {
                return .refused(Fault(.credentialRepeated, field: "userName", values: ["\(account)"]))
            }
            let credential = try store.insertCredential(name, realm: realm, hashes: hashes, account: account)
            created.insert([realm, name.composite])
            return .created(credential)
        } catch {
            return .refused(inWordsOfRealm(error.first))
        }
    }

    private func realm(of draft: CredentialDraft) throws(ProvisioningError) -> String {
        guard let fixed else { return try realms.realm(named: draft.realm, of: account) }
        try draft.requireRealm(fixed)
        return fixed.name
    }

    /// A name that is taken is taken in the one realm, where there is one.
    private func inWordsOfRealm(_ fault: Fault) -> Fault {
        guard let fixed, fault.rule == .credentialTaken else { return fault }
        return Fault(
            .credentialTakenInRealm, field: fault.field, values: [fault.values[0], "\(fixed.id)", "\(account)"])
    }
}

extension CredentialDraft {
    /// Throws `realmMismatch` where the draft names another realm.
    func requireRealm(_ domain: SIPDomain) throws(ProvisioningError) {
        guard let realm, !realm.isEmpty, !domain.isNamed(realm) else { return }
        throw ProvisioningError(.realmMismatch, field: "realm", realm, "\(domain.id)")
    }

    /// Throws `applicationInvalid` or `applicationUnknown` where the draft names one: there are no applications.
    func requireNoApplication(of account: AccountID) throws(ProvisioningError) {
        guard let application, !application.isEmpty else { return }
        let rule: Rule = UniqueID(application) == nil ? .applicationInvalid : .applicationUnknown
        throw ProvisioningError(rule, field: "application", application, "\(account)")
    }
}
