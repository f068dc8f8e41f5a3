import DialectKit
import Provisioning

/// SIP registrations: https://docs.voximplant.ai/api-reference/management-api/reference/sip-registration
enum RegistrationCommands {
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        let made = try await exchange.useCases.outboundRegistrations.create(
            RegistrationWire.details(parameters), password: parameters.secret("password"),
            binding: RegistrationWire.binding(parameters), by: exchange.caller)
        return [
            "result": 1, "sip_registration_id": JSON(made.registration.id.rawValue),
            "account_info": AccountWire.short(made.ledger),
        ]
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let page = try await exchange.useCases.outboundRegistrations.list(
            RegistrationWire.query(exchange.parameters), by: exchange.caller)
        return ApplicationWire.list(page.elements.map(RegistrationWire.json), total: page.total)
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        try await exchange.useCases.outboundRegistrations.update(
            id(exchange.parameters), to: RegistrationWire.change(exchange.parameters), by: exchange.caller)
        return Command.done
    }

    static func bind(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        try await exchange.useCases.outboundRegistrations.bind(
            parameters.id("sip_registration_id", unknown: .registrationUnknown),
            to: RegistrationWire.binding(parameters), isBound: parameters.flag("bind") ?? true, by: exchange.caller)
        return Command.done
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        try await exchange.useCases.outboundRegistrations.delete(id(exchange.parameters), by: exchange.caller)
        return Command.done
    }

    /// Throws `elementRequired`, `registrationUnknown` for what is no id.
    private static func id(_ parameters: Parameters) throws(ProvisioningError) -> OutboundRegistrationID {
        let text = try parameters.required("sip_registration_id")
        guard let id = OutboundRegistrationID(text) else {
            throw ProvisioningError(.registrationUnknown, field: "sip_registration_id", text)
        }
        return id
    }
}
