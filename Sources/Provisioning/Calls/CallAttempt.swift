/// A call that somebody wants to make, as far as routing looks at it.
package struct CallAttempt: Sendable, Equatable {
    package var account: AccountID
    package var identity: CallIdentity
    /// The user part of the Request-URI without escapes, or of To for a call that arrives on a registration;
    /// `urn:service:sos` as a whole (RFC 5031).
    package var called: String
    package var place: CalledPlace
    package var caller: CallerClaim
    package var media: CallMedia

    package init(
        account: AccountID, identity: CallIdentity, called: String, place: CalledPlace = .server,
        caller: CallerClaim = CallerClaim(), media: CallMedia = .voice
    ) {
        self.account = account
        self.identity = identity
        self.called = called
        self.place = place
        self.caller = caller
        self.media = media
    }
}

/// Who calls, as it was proved; there is no call without one.
package enum CallIdentity: Sendable, Hashable {
    /// A user, by digest authentication.
    case user(CredentialID)
    /// A trunk, by the source of its request; the class is that of the host that the source is.
    case trunk(TrunkID, host: TrafficClass?)
    /// Somebody at the server that we registered with, by the contact that only that server knows.
    case registration(OutboundRegistrationID)
}

extension CallIdentity: CustomStringConvertible {
    /// `user 5`, `trunk 7`, `registration 9`.
    package var description: String {
        switch self {
        case .user(let id): "user \(id)"
        case .trunk(let id, _): "trunk \(id)"
        case .registration(let id): "registration \(id)"
        }
    }
}

/// What the host of the Request-URI stands for.
package enum CalledPlace: Sendable, Equatable {
    /// This server, by an address.
    case server
    /// A SIP domain of the account, in lower case.
    case domain(String)
    /// Anything else, be it another account's.
    case elsewhere
}

/// Who a caller says it is; nothing here was proved.
package struct CallerClaim: Sendable, Equatable {
    /// The user part of From; of P-Asserted-Identity where a trunk sent one (RFC 3325 section 5).
    package var user: String
    package var displayName: String
    /// By Privacy `id`, `user` or `header` (RFC 3323 section 4.2), or a From of `anonymous.invalid`.
    package var isWithheld: Bool

    package init(user: String = "", displayName: String = "", isWithheld: Bool = false) {
        self.user = user
        self.displayName = displayName
        self.isWithheld = isWithheld
    }
}
