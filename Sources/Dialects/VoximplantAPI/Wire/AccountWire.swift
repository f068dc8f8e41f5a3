import DialectKit
import Provisioning

/// What answers say of an account, its money and its keys.
enum AccountWire {
    /// `ShortAccountInfoType`.
    static func short(_ ledger: Ledger) -> JSON {
        [
            "account_id": JSON(ledger.account.rawValue), "frozen": .bool(ledger.isFrozen),
            "balance": .number(ledger.balance.description), "currency": .string(ledger.currency),
        ]
    }

    /// `AccountInfoType`, as far as there is something to say.
    static func full(_ account: Account, _ ledger: Ledger, email: String, salt: Secret<String>?) -> JSON {
        var json = JSONObject()
        json.append("account_id", JSON(account.id.rawValue))
        json.append("account_name", .string(account.name))
        json.append("account_email", .string(email))
        json.append("active", true)
        json.append("frozen", .bool(ledger.isFrozen))
        json.append("balance", .number(ledger.balance.description))
        json.append("currency", .string(ledger.currency))
        json.append("callback_url", optional: ledger.callbackURL)
        json.append("callback_salt", optional: salt?.reveal())
        return .object(json)
    }

    /// The one subscription there is.
    static let subscriptionType = "SIP_REGISTRATION"
    static let subscriptionName = "SIP registration"

    /// `SubscriptionTemplateType` of the one subscription there is.
    static func template(_ tariff: Tariff, currency: String) -> JSON {
        [
            "subscription_template_id": 1, "subscription_template_type": .string(subscriptionType),
            "subscription_template_name": .string(subscriptionName), "currency": .string(currency),
            "installation_price": .number(tariff.installation.description),
            "installation_price_in_currency": .number(tariff.installation.description),
            "installation_tax_reserve": .number(tariff.installationTax.description),
            "price": .number(tariff.month.description), "price_in_currency": .number(tariff.month.description),
            "tax_reserve": .number(tariff.monthTax.description), "period": "0-1-0 0:0:0",
            "verification_status": "NOT_REQUIRED",
        ]
    }

    static func key(_ key: ServiceKey, withRoles: Bool) -> JSON {
        var json = JSONObject()
        json.append("key_id", .string(key.id))
        json.append("description", optional: key.description)
        json.append("created", .string(key.created.civilText))
        if withRoles { json.append("roles", [role(key.role)]) }
        return .object(json)
    }

    /// `credentials.json`.
    static func credentials(_ issued: ServiceKeys.Issued, email: String) -> JSON {
        [
            "account_email": .string(email), "account_id": JSON(issued.key.account.rawValue),
            "key_id": .string(issued.key.id), "private_key": .string(issued.secret.reveal()),
        ]
    }

    private static func role(_ role: ServiceRole) -> JSON {
        ["role_id": JSON(roleID(role)), "role_name": .string(role.rawValue)]
    }

    /// Roles are counted from 1, in the order of their list.
    static func roleID(_ role: ServiceRole) -> Int { (ServiceRole.allCases.firstIndex(of: role) ?? 0) + 1 }
}
