import DialectKit
import Provisioning

/// `routes/...`: which peers calls to a prefix are tried at.
enum RouteOperations {
    static let functions: EnswitchAPI.Functions = [
        ("routes/create", Operation(.system, create)), ("routes/update", Operation(.system, update)),
        ("routes/get", Operation(.system, get)), ("routes/list", Operation(.user, list)),
        ("routes/delete", Operation(.system, delete)),
    ]

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        var draft = RouteWire.newDraft(exchange.form)
        let onlyChecks = exchange.onlyChecks(&draft.faults)
        let route = try await exchange.useCases.carrierRoutes.create(
            draft, onlyChecks: onlyChecks, by: exchange.caller)
        return route.map { .created($0.id) } ?? .validated
    }

    /// What is not named stays, but for `copy_costs_peer`.
    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let form = exchange.form
        var faults: [Fault] = []
        let onlyChecks = exchange.onlyChecks(&faults)
        let found = faults
        try await exchange.useCases.carrierRoutes.update(exchange.id(), by: exchange.caller, onlyChecks: onlyChecks) {
            var draft = RouteWire.draft(form, over: $0)
            draft.faults += found
            return draft
        }
        return onlyChecks ? .validated : .done
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        .data(RouteWire.row(try await exchange.useCases.carrierRoutes.get(exchange.id(), by: exchange.caller)))
    }

    /// No route has a tag, so that none is listed where one is asked for.
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let window = try ListWindow(exchange.form, sortedBy: [])
        var parameters = Parameters(exchange.form)
        var group: Int64 = 0
        parameters.number("outgroup", into: &group)
        try parameters.throwAny()
        let filter = Filter(exchange, group: group)
        let routes = try await exchange.useCases.carrierRoutes.list(by: exchange.caller).filter(filter.takes)
        return window.answer(routes, RouteWire.row, RouteWire.briefRow)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        try await exchange.useCases.carrierRoutes.delete(exchange.id(), by: exchange.caller)
        return .done
    }

    /// Which routes are listed; an empty text stands for all.
    private struct Filter {
        let group: Int64
        private let value: (String) -> String

        init(_ exchange: Exchange, group: Int64) {
            self.group = group
            let form = exchange.form
            value = { form[$0] ?? "" }
        }

        func takes(_ route: CarrierRoute) -> Bool {
            let prefix = route.details.called.prefix
            let (notCalled, notContains) = (value("not_called"), value("not_contains"))
            let (contains, media) = (value("contains"), value("media"))
            return value("tag").isEmpty && prefix.hasPrefix(value("called"))
                && (notCalled.isEmpty || !prefix.hasPrefix(notCalled))
                && (contains.isEmpty || prefix.contains(contains))
                && (notContains.isEmpty || !prefix.contains(notContains))
                && (media.isEmpty || route.details.media.rawValue == media)
                && (group == 0 || route.details.outboundGroup == group)
        }
    }
}
