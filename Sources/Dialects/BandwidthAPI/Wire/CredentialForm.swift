import Provisioning

/// Which elements an answer shows of a credential.
enum CredentialForm {
    /// Those of the vendor's first pages, and the realm where it is not the one that goes without saying.
    case plain(defaultRealm: String?)
    /// Those of its later pages: the ids and the realm as well. The realms are those that can stand in the answer.
    case full([SIPDomain])

    func realmID(of credential: Credential) -> DomainID? {
        guard case .full(let realms) = self else { return nil }
        return realms.first { $0.name == credential.realm }?.id
    }

    func realm(of credential: Credential) -> String? {
        switch self {
        case .full: credential.realm
        case .plain(let defaultRealm): defaultRealm.flatMap { credential.realm == $0 ? nil : credential.realm }
        }
    }

    var showsIDs: Bool { if case .full = self { true } else { false } }
}
