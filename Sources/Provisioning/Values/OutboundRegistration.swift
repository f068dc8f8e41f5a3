/// A registration that we keep at somebody else's SIP server, and the subscription that pays for it.
package struct OutboundRegistration: Sendable, Equatable {
    package let id: OutboundRegistrationID
    package let account: AccountID
    package var details: OutboundRegistrationDetails
    package var binding: RegistrationBinding
    package var subscription: RegistrationSubscription
    /// The last answer that the other server gave; `nil` while none was had.
    package var state: RegistrationOutcome?
    package var updated: Timestamp

    package init(
        id: OutboundRegistrationID, account: AccountID, details: OutboundRegistrationDetails,
        binding: RegistrationBinding, subscription: RegistrationSubscription, state: RegistrationOutcome?,
        updated: Timestamp
    ) {
        self.id = id
        self.account = account
        self.details = details
        self.binding = binding
        self.subscription = subscription
        self.state = state
        self.updated = updated
    }
}

extension OutboundRegistration {
    /// Where its sealed password lies.
    package var passwordPlace: Seal.Context {
        Seal.Context(.registrationPassword, account: account, row: id.rawValue)
    }
}

/// Where we register, and as whom.
package struct OutboundRegistrationDetails: Sendable, Equatable {
    package var userName: String
    /// `host[:port]`.
    package var proxy: String
    package var authenticationUser: String?
    package var outboundProxy: String?
    /// Whether it is kept for ever; otherwise while the bound user has a binding here.
    package var isPersistent: Bool

    package init(
        userName: String, proxy: String, authenticationUser: String? = nil, outboundProxy: String? = nil,
        isPersistent: Bool = true
    ) {
        self.userName = userName
        self.proxy = proxy
        self.authenticationUser = authenticationUser
        self.outboundProxy = outboundProxy
        self.isPersistent = isPersistent
    }
}

/// What calls that arrive on a registration belong to; each has the name that answers show.
package struct RegistrationBinding: Sendable, Equatable {
    package struct Target<Resource>: Sendable, Equatable {
        package let id: Identifier<Resource>
        package let name: String

        package init(_ id: Identifier<Resource>, _ name: String) {
            self.id = id
            self.name = name
        }
    }

    package var application: Target<CallApplication>?
    package var rule: Target<ApplicationRule>?
    package var user: Target<EndUser>? {
        didSet { if user == nil { credential = nil } }
    }
    /// What the user registers here with.
    package var credential: CredentialID?

    package init(
        application: Target<CallApplication>? = nil, rule: Target<ApplicationRule>? = nil,
        user: Target<EndUser>? = nil, credential: CredentialID? = nil
    ) {
        self.application = application
        self.rule = rule
        self.user = user
        self.credential = credential
    }
}

/// What a registration costs, and until when it is paid.
package struct RegistrationSubscription: Sendable, Equatable {
    package var price: Money
    package let purchased: Timestamp
    package var nextRenewal: CivilDate
    /// Whether a month could not be paid: the registration is frozen until it can.
    package var isDeactivated: Bool

    package init(price: Money, purchased: Timestamp, nextRenewal: CivilDate, isDeactivated: Bool = false) {
        self.price = price
        self.purchased = purchased
        self.nextRenewal = nextRenewal
        self.isDeactivated = isDeactivated
    }
}

/// How the last REGISTER ended.
package struct RegistrationOutcome: Sendable, Equatable {
    package let isSuccessful: Bool
    /// The final status of SIP.
    package let status: Int
    package let message: String?

    package init(isSuccessful: Bool, status: Int, message: String? = nil) {
        self.isSuccessful = isSuccessful
        self.status = status
        self.message = message
    }
}

/// How a registration stands at the other server, for its row as it was then.
package struct RegistrationResult: Sendable, Equatable {
    package let id: OutboundRegistrationID
    package let account: AccountID
    package let outcome: RegistrationOutcome
    /// When the row that was tried was last updated.
    package let updated: Timestamp

    package init(
        id: OutboundRegistrationID, account: AccountID, outcome: RegistrationOutcome, updated: Timestamp
    ) {
        self.id = id
        self.account = account
        self.outcome = outcome
        self.updated = updated
    }
}

package typealias OutboundRegistrationID = Identifier<OutboundRegistration>
