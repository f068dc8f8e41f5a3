/// What routing has to know of an account.
package struct CallAccount: Sendable, Equatable {
    package let account: Account
    package let settings: CallSettings
    package let profile: SIPProfile
    /// The SIP domain that a name without one belongs to.
    package let domain: String

    package init(account: Account, settings: CallSettings, profile: SIPProfile, domain: String) {
        self.account = account
        self.settings = settings
        self.profile = profile
        self.domain = domain
    }

    var dialling: Dialling { settings.dialling(in: account.country) }
}

/// A user that can call and be called: a credential, and what some dialect says about it.
package struct CallUser: Sendable, Equatable {
    package let credential: CredentialID
    /// The composite name.
    package let name: String
    package let realm: String
    package let endpoint: SIPEndpointSettings?
    package let endUser: EndUser?
    package let grant: CallGrant?

    package init(
        credential: CredentialID, name: String, realm: String, endpoint: SIPEndpointSettings? = nil,
        endUser: EndUser? = nil, grant: CallGrant? = nil
    ) {
        self.credential = credential
        self.name = name
        self.realm = realm
        self.endpoint = endpoint
        self.endUser = endUser
        self.grant = grant
    }

    package var aor: String { "\(name)@\(realm)" }
    /// Whether it calls and is called at all.
    var isEnabled: Bool { grant?.isEnabled != false && endUser?.details.isActive != false }

    /// What it may negotiate.
    func media(in profile: SIPProfile) -> MediaDemand {
        guard let endpoint else { return MediaDemand() }
        let policy = SIPEndpointPolicy(of: endpoint, in: profile)
        return MediaDemand(
            codecs: policy.codecs, ciphers: policy.ciphers, requiresEncryption: policy.requiresEncryption)
    }
}

/// What a number's calls go to where that is no trunk.
package enum NumberDestination: Sendable, Equatable {
    /// The bindings of a user or endpoint.
    case user(CredentialID)
    /// The rules of an application.
    case application(CallApplicationID)
}
