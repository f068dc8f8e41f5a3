/// What the operator says of the calls of one user or trunk, beyond what its dialect can say.
package struct CallGrant: Sendable, Equatable {
    package let account: AccountID
    package let subject: Subject
    /// What calls to the telephone network may reach; `nil` is none for a user, and what its host has for a trunk.
    package var traffic: TrafficClass?
    package var caps: CallCaps
    /// Whether there are calls at all, either way.
    package var isEnabled: Bool
    /// Over which a trunk's hosts are taken for who they are; empty is any.
    package var transports: Set<CarrierTarget.Transport>

    /// Whose calls it is about.
    package enum Subject: Sendable, Hashable {
        case user(CredentialID)
        case trunk(TrunkID)
    }

    package init(
        account: AccountID, subject: Subject, traffic: TrafficClass? = nil, caps: CallCaps = CallCaps(),
        isEnabled: Bool = true, transports: Set<CarrierTarget.Transport> = []
    ) {
        self.account = account
        self.subject = subject
        self.traffic = traffic
        self.caps = caps
        self.isEnabled = isEnabled
        self.transports = transports
    }
}

extension CallGrant.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .user(let id): "user \(id)"
        case .trunk(let id): "trunk \(id)"
        }
    }
}
