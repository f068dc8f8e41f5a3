import DialectKit
import Provisioning

/// `phones/registrations/...`: who is registered now.
enum RegistrationOperations {
    static let functions: EnswitchAPI.Functions = [("phones/registrations/list", Operation(.user, list))]

    /// `name` is a telephone line: the user of an AOR, or all of it; without one every line of the account.
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let name = exchange.form["name"] ?? ""
        let bindings = exchange.edge.bindings(of: exchange.caller.account).filter { binding in
            name.isEmpty || binding.aor == name || binding.aor.prefix { $0 != "@" } == name
        }
        if bindings.isEmpty, !name.isEmpty {
            _ = try await exchange.useCases.credentials.get(name, by: exchange.caller)
        }
        return .data(
            .array(bindings.enumerated().map { RegistrationWire.row($0.element, number: $0.offset + 1) }))
    }
}
