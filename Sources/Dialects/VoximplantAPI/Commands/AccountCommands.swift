import DialectKit
import Provisioning

/// The account and what a registration costs: https://voximplant.com/docs/references/httpapi/accounts
enum AccountCommands {
    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let (useCases, id) = (exchange.useCases, exchange.key.account)
        let account = try await useCases.accounts.get(id)
        let ledger = try await useCases.ledgers.get(id)
        let json = AccountWire.full(
            account, ledger, email: try await useCases.domains.mailAddress(of: id),
            salt: useCases.ledgers.callbackSalt(of: ledger))
        let address = exchange.origin.split(separator: "/").last.map(String.init) ?? ""
        return ["result": json, "api_address": .string(address)]
    }

    static func set(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        try await exchange.useCases.ledgers.setCallback(
            url: parameters.text("callback_url"), salt: parameters.secret("callback_salt"), by: exchange.caller)
        return Command.done
    }

    static func price(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let kind = exchange.parameters.text("subscription_template_type")
        guard kind == nil || kind == "SIP_REGISTRATION" else {
            throw ProvisioningError(.subscriptionKindUnknown, field: "subscription_template_type", kind ?? "")
        }
        let ledger = try await exchange.useCases.ledgers.get(exchange.key.account)
        let tariff = exchange.useCases.outboundRegistrations.tariff
        return ["result": [AccountWire.template(tariff, currency: ledger.currency)]]
    }
}

/// Service accounts' keys: https://voximplant.com/docs/references/httpapi/managing_role_system
enum KeyCommands {
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let role = try role(exchange.parameters)
        // Nobody makes a key that may do more than its own.
        guard role != .owner || exchange.key.role == .owner else { throw ProvisioningError(.keyRoleInvalid) }
        let issued = try await exchange.useCases.serviceKeys.create(
            exchange.parameters.text("description") ?? exchange.parameters.text("key_name"), role: role,
            account: exchange.key.account)
        let email = try await exchange.useCases.domains.mailAddress(of: exchange.key.account)
        return ["result": AccountWire.credentials(issued, email: email)]
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        let id = parameters.text("key_id")?.lowercased()
        let found = try await exchange.useCases.serviceKeys.list(of: exchange.key.account).filter {
            id == nil || $0.id == id
        }
        let (offset, count) = (try parameters.count("offset", fallback: 0), try parameters.count("count", fallback: 20))
        let withRoles = try parameters.flag("with_roles") ?? false
        let shown = found.dropFirst(offset).prefix(count).map { AccountWire.key($0, withRoles: withRoles) }
        return ApplicationWire.list(shown, total: found.count)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        try await exchange.useCases.serviceKeys.delete(
            exchange.parameters.required("key_id"), account: exchange.key.account)
        return Command.done
    }

    /// The one role of a key. Throws `onlyOneOf`, `keyRoleInvalid`, `keyRoleNameInvalid`.
    private static func role(_ parameters: Parameters) throws(ProvisioningError) -> ServiceRole {
        try parameters.requireOneOf("role_id", "role_name")
        if let names = parameters.list("role_name") {
            guard names.count == 1 else { throw ProvisioningError(.keyRoleInvalid, field: "role_name") }
            guard let role = ServiceRole(named: names[0]) else {
                throw ProvisioningError(.keyRoleNameInvalid, field: "role_name")
            }
            return role
        }
        let ids = (parameters.list("role_id") ?? []).map { Int($0) }
        let role = ServiceRole.allCases.first { ids == [AccountWire.roleID($0)] }
        guard let role else { throw ProvisioningError(.keyRoleInvalid, field: "role_id") }
        return role
    }
}
