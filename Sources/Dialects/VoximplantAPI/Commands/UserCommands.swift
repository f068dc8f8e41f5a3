import DialectKit
import Provisioning

/// Users: https://voximplant.com/docs/references/httpapi/users
enum UserCommands {
    static func add(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        guard let application = try exchange.application else {
            throw ProvisioningError(.elementRequired, field: "application_id", "application_id")
        }
        let details = EndUserDetails(
            displayName: try parameters.required("user_display_name"),
            isActive: try parameters.flag("user_active") ?? true,
            isPaidByAccount: try parameters.flag("parent_accounting") ?? true,
            customData: parameters.text("user_custom_data"))
        let made = try await exchange.useCases.endUsers.create(
            parameters.required("user_name"), password: Secret(parameters.required("user_password")), details: details,
            in: application, by: exchange.caller)
        return ["result": 1, "user_id": JSON(made.id.rawValue)]
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        var query = EndUserQuery()
        query.id = try parameters.id("user_id", unknown: .userIDUnknown)
        query.nameFragment = parameters.text("user_name")
        query.count = try parameters.count("count", fallback: 20, most: 1000)
        query.offset = try parameters.count("offset", fallback: 0)
        let page = try await exchange.useCases.endUsers.list(query, in: exchange.application, by: exchange.caller)
        return ApplicationWire.list(page.elements.map(ApplicationWire.json), total: page.total)
    }

    static func set(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        guard let user: Reference<EndUser> = try parameters.reference("user", unknown: .userIDUnknown) else {
            throw ProvisioningError(.elementRequired, field: "user_id", "user_id")
        }
        var change = EndUserChange()
        change.password = parameters.secret("user_password")
        change.displayName = parameters.text("user_display_name")
        change.isActive = try parameters.flag("user_active")
        change.customData = parameters.text("user_custom_data")
        try await exchange.useCases.endUsers.update(
            user, in: exchange.application, to: change, by: exchange.caller)
        return Command.done
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let chosen: References<EndUser>? = try exchange.parameters.references("user", unknown: .userIDUnknown)
        guard let chosen else { throw ProvisioningError(.elementRequired, field: "user_id", "user_id") }
        try await exchange.useCases.endUsers.delete(chosen, in: exchange.application, by: exchange.caller)
        return Command.done
    }
}
