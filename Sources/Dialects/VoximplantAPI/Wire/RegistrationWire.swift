import DialectKit
import Provisioning

/// `SIPRegistrationType`, its filters, and what Create, Update and Bind say about one.
enum RegistrationWire {
    static func details(_ parameters: Parameters) throws(ProvisioningError) -> OutboundRegistrationDetails {
        // The vendor's older clients call it by another name.
        let isOlder = parameters.text("sip_username") == nil && parameters.text("username") != nil
        return OutboundRegistrationDetails(
            userName: try parameters.required(isOlder ? "username" : "sip_username"),
            proxy: try parameters.required("proxy"), authenticationUser: parameters.text("auth_user"),
            outboundProxy: parameters.text("outbound_proxy"), isPersistent: try parameters.flag("is_persistent") ?? true
        )
    }

    static func change(_ parameters: Parameters) throws(ProvisioningError) -> OutboundRegistrationChange {
        var change = OutboundRegistrationChange()
        change.userName = parameters.text("sip_username") ?? parameters.text("username")
        change.proxy = parameters.text("proxy")
        change.authenticationUser = parameters.text("auth_user")
        change.outboundProxy = parameters.text("outbound_proxy")
        change.password = parameters.secret("password")
        change.binding = try binding(parameters)
        return change
    }

    static func binding(_ parameters: Parameters) throws(ProvisioningError) -> RegistrationBindingDraft {
        var draft = RegistrationBindingDraft()
        draft.application = try parameters.reference("application", unknown: .applicationIDUnknown)
        draft.rule = try parameters.reference("rule", unknown: .ruleIDUnknown)
        draft.user = try parameters.reference("user", unknown: .userIDUnknown)
        return draft
    }

    static func query(_ parameters: Parameters) throws(ProvisioningError) -> RegistrationQuery {
        var query = RegistrationQuery()
        query.id = try parameters.id("sip_registration_id", unknown: .registrationUnknown)
        query.userName = parameters.text("sip_username")
        query.isDeactivated = try parameters.flag("deactivated")
        query.isSuccessful = try parameters.flag("successful")
        query.isPersistent = try parameters.flag("is_persistent")
        query.isInProgress = try parameters.flag("in_progress")
        query.isBoundToApplication = try parameters.flag("is_bound_to_application")
        query.applications = choice(
            try parameters.references("application", unknown: .applicationIDUnknown) as References<CallApplication>?)
        query.rules = choice(
            try parameters.references("rule", unknown: .ruleIDUnknown) as References<ApplicationRule>?)
        query.users = choice(try parameters.references("user", unknown: .userIDUnknown) as References<EndUser>?)
        query.proxies = parameters.list("proxy")
        query.statuses = try statuses(parameters)
        query.count = try parameters.count("count", fallback: 20, most: 1000)
        query.offset = try parameters.count("offset", fallback: 0)
        return query
    }

    private static func choice<Resource>(_ references: References<Resource>?) -> RegistrationQuery.Choice? {
        switch references {
        case .ids(let ids): .ids(ids.map(\.rawValue))
        case .names(let names): .names(names)
        case .all, nil: nil
        }
    }

    /// Codes and ranges of codes: `200;400:499`. Throws `valueInvalid`.
    private static func statuses(_ parameters: Parameters) throws(ProvisioningError) -> [ClosedRange<Int64>]? {
        guard let items = parameters.list("status_code") else { return nil }
        var ranges: [ClosedRange<Int64>] = []
        for item in items {
            let bounds = item.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
            guard let low = bounds[0], let high = bounds[bounds.count - 1], bounds.count <= 2, low <= high else {
                throw ProvisioningError(.valueInvalid, field: "status_code", "status_code")
            }
            ranges.append(low...high)
        }
        return ranges
    }

    static func json(_ registration: OutboundRegistration) -> JSON {
        let (details, binding) = (registration.details, registration.binding)
        var json = JSONObject()
        json.append("sip_registration_id", JSON(registration.id.rawValue))
        json.append("sip_username", .string(details.userName))
        json.append("proxy", .string(details.proxy))
        json.append("last_updated", JSON(registration.updated.milliseconds / 1000))
        json.append("auth_user", optional: details.authenticationUser)
        json.append("outbound_proxy", optional: details.outboundProxy)
        if let state = registration.state {
            json.append("successful", .bool(state.isSuccessful))
            json.append("status_code", JSON(state.status))
            json.append("error_message", optional: state.message)
        }
        json.append("deactivated", .bool(registration.subscription.isDeactivated))
        json.append("next_subscription_renewal", .string(registration.subscription.nextRenewal.description))
        json.append("purchase_date", .string(registration.subscription.purchased.civilText))
        json.append("subscription_price", .string(registration.subscription.price.price))
        json.append("is_persistent", .bool(details.isPersistent))
        json.append("user", binding.user)
        json.append("application", binding.application)
        json.append("rule", binding.rule)
        return .object(json)
    }
}

extension JSONObject {
    /// Adds a text that is there.
    mutating func append(_ name: String, optional text: String?) {
        if let text { append(name, .string(text)) }
    }

    /// Adds the id and name of what is there.
    fileprivate mutating func append<Resource>(_ noun: String, _ target: RegistrationBinding.Target<Resource>?) {
        guard let target else { return }
        append("\(noun)_id", JSON(target.id.rawValue))
        append("\(noun)_name", .string(target.name))
    }
}
