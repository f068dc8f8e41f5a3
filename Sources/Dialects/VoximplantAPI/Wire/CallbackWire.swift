import DialectKit
package import Provisioning

/// `AccountCallbacks`: what an account's own server is told, and the signature of each (apiclient-nodejs 4.8.0,
/// `Structures.ts`).
package enum CallbackWire {
    /// The body of one request.
    package static func body(of parcel: CallbackParcel) -> String {
        let callbacks = parcel.callbacks.map { json($0, of: parcel) }
        return (["callbacks": .array(callbacks)] as JSON).text
    }

    private static func json(_ callback: Callback, of parcel: CallbackParcel) -> JSON {
        let (account, ledger) = (parcel.account, parcel.ledger)
        return [
            "callback_id": JSON(callback.id.rawValue), "type": .string(callback.event.name),
            "account_id": JSON(account.id.rawValue), "hash": .string(parcel.hash(of: callback)),
            "account_name": .string(account.name),
            "account_email": .string(SIPDomain.mailAddress(of: account.id, in: parcel.domain)),
            // Accounts are no people: there is one name, and no language.
            "language_code": "en", "account_first_name": .string(account.name), "account_last_name": "",
            "balance": .number(ledger.balance.description), "currency": .string(ledger.currency),
            callback.event.name: detail(of: callback.event),
        ]
    }

    private static func detail(of event: CallbackEvent) -> JSON {
        switch event {
        case .registrationsFailed(let failures): ["sip_registrations": .array(failures.map(failure))]
        case .registrationsRecovered(let registrations): ["sip_registrations": ids(registrations)]
        case .subscriptionRenewed(let charge): ["subscriptions": [subscription(charge, isPaid: true)]]
        case .subscriptionFrozen(let charge): ["subscriptions": [subscription(charge, isPaid: false)]]
        }
    }

    private static func failure(_ failure: RegistrationFailure) -> JSON {
        var json = JSONObject()
        json.append("sip_registration_id", JSON(failure.registration))
        json.append("status_code", .string(String(failure.status)))
        json.append("error_message", optional: failure.message)
        return .object(json)
    }

    private static func ids(_ registrations: [Int64]) -> JSON {
        .array(registrations.map { ["sip_registration_id": JSON($0)] })
    }

    private static func subscription(_ charge: SubscriptionCharge, isPaid: Bool) -> JSON {
        let type = JSON.string(AccountWire.subscriptionType)
        var json = JSONObject()
        json.append("type", type)
        json.append("name", .string(AccountWire.subscriptionName))
        json.append("cost", .number(charge.cost.description))
        if isPaid { json.append("next_renewal", .string(charge.nextRenewal)) }
        json.append("details", [["type": type, "sip_registrations": ids([charge.registration])]])
        return .object(json)
    }
}
