import DialectKit
import Provisioning

/// `peers/...`: carriers.
enum PeerOperations {
    static let functions: EnswitchAPI.Functions = [
        ("peers/create", Operation(.system, create)), ("peers/update", Operation(.system, update)),
        ("peers/get", Operation(.user, get)), ("peers/list", Operation(.user, list)),
        ("peers/delete", Operation(.system, delete)),
    ]

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        var draft = PeerWire.newDraft(exchange.form)
        let onlyChecks = exchange.onlyChecks(&draft.faults)
        let carriers = exchange.useCases.carriers
        guard !onlyChecks else {
            try await carriers.check(draft, by: exchange.caller)
            return .validated
        }
        return .created(try await carriers.create(draft, by: exchange.caller).id)
    }

    /// What is not named stays.
    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let form = exchange.form
        var faults: [Fault] = []
        let onlyChecks = exchange.onlyChecks(&faults)
        let found = faults
        try await exchange.useCases.carriers.update(exchange.id(), by: exchange.caller, onlyChecks: onlyChecks) {
            var draft = PeerWire.draft(form, over: $0)
            draft.faults += found
            return draft
        }
        return onlyChecks ? .validated : .done
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let onlyReachable = try exchange.flag("destination")
        try exchange.requireOwnCustomer()
        let carrier = try await exchange.useCases.carriers.get(exchange.id(), by: exchange.caller)
        guard !onlyReachable || carrier.details.reservedFor.holds(exchange.caller.account) else {
            throw ProvisioningError(.carrierUnknown, field: "id", "\(carrier.id)")
        }
        return .data(row(carrier, for: exchange))
    }

    /// `destination=1` selects what the customer can route to, `routing=1` what it may make exceptions to.
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let onlyReachable = try exchange.flag("destination")
        let onlyExcepted = try exchange.flag("routing")
        if !onlyReachable { try exchange.require(.system) }
        try exchange.requireOwnCustomer()
        let account = exchange.caller.account
        let carriers = try await exchange.useCases.carriers.list(by: exchange.caller).filter { carrier in
            (!onlyReachable || carrier.details.reservedFor.holds(account))
                && (!onlyExcepted || carrier.details.exceptionsBy.holds(account))
        }
        return .data(.array(carriers.map { row($0, for: exchange) }))
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        try await exchange.useCases.carriers.delete(exchange.id(), by: exchange.caller)
        return .done
    }

    private static func row(_ carrier: Carrier, for exchange: Exchange) -> JSON {
        Privilege.system.isHeld(by: exchange.caller) ? PeerWire.row(carrier) : PeerWire.briefRow(carrier)
    }
}
