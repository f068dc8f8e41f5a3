/// Something that an account's own server is told, by the HTTP callbacks of Voximplant's API (`AccountCallback`).
package struct Callback: Sendable, Equatable {
    package let id: CallbackID
    package let account: AccountID
    package let event: CallbackEvent
    package let at: Timestamp
    /// Failed tries to deliver it.
    package let attempts: Int
    /// When it is tried next; not before what stands in front of it.
    package let nextTry: Timestamp
    /// Why the last try failed.
    package let failure: String?
    /// When it was given up; `nil` while it waits.
    package let givenUp: Timestamp?

    package init(
        id: CallbackID, account: AccountID, event: CallbackEvent, at: Timestamp, attempts: Int = 0, nextTry: Timestamp,
        failure: String? = nil, givenUp: Timestamp? = nil
    ) {
        self.id = id
        self.account = account
        self.event = event
        self.at = at
        self.attempts = attempts
        self.nextTry = nextTry
        self.failure = failure
        self.givenUp = givenUp
    }
}

/// What happened; registrations are named by their ids.
package enum CallbackEvent: Sendable, Equatable, Codable {
    case registrationsFailed(failures: [RegistrationFailure])
    case registrationsRecovered(registrations: [Int64])
    case subscriptionRenewed(SubscriptionCharge)
    /// A month could not be paid: the registration is off until it can.
    case subscriptionFrozen(SubscriptionCharge)
}

extension CallbackEvent {
    /// The vendor's name of it (`AccountCallback.type`).
    package var name: String {
        switch self {
        case .registrationsFailed: "sip_registration_fail"
        case .registrationsRecovered: "sip_registration_recovered"
        case .subscriptionRenewed: "renewed_subscriptions"
        case .subscriptionFrozen: "subscription_is_frozen"
        }
    }

    /// The registrations that it is about.
    package var registrations: [Int64] {
        switch self {
        case .registrationsFailed(let failures): failures.map(\.registration)
        case .registrationsRecovered(let registrations): registrations
        case .subscriptionRenewed(let charge), .subscriptionFrozen(let charge): [charge.registration]
        }
    }
}

/// A registration that stopped working, and how.
package struct RegistrationFailure: Sendable, Equatable, Codable {
    package let registration: Int64
    /// The final status of SIP.
    package let status: Int
    package let message: String?

    package init(registration: Int64, status: Int, message: String?) {
        self.registration = registration
        self.status = status
        self.message = message
    }
}

/// A month of a registration that was to be paid for.
package struct SubscriptionCharge: Sendable, Equatable, Codable {
    package let registration: Int64
    /// Fee and tax, in millionths of the currency's unit.
    package let costMicros: Int64
    /// `YYYY-MM-DD`.
    package let nextRenewal: String

    package init(registration: Int64, cost: Money, nextRenewal: CivilDate) {
        self.registration = registration
        costMicros = cost.micros
        self.nextRenewal = nextRenewal.description
    }

    package var cost: Money { Money(micros: costMicros) }
}

package typealias CallbackID = Identifier<Callback>
