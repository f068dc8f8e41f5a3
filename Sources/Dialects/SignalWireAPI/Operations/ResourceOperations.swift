import DialectKit
import Hummingbird
import Provisioning

/// `/resources` and `/addresses`: everything of the project that has an address.
enum ResourceOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.resources.addressees(paging.query, by: exchange.caller)
        let project = try await exchange.project()
        return paging.response(page) { ResourceWire.json($0, project: project) }
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let project = try await exchange.project()
        return ResourceWire.json(try await resource(exchange), project: project).response(.ok)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        switch try await resource(exchange) {
        case .subscriber:
            try await exchange.useCases.subscribers.delete(exchange.captures[0], by: exchange.caller)
        case .resource:
            try await exchange.useCases.resources.delete(exchange.captures[0], by: exchange.caller)
        }
        return Response(status: .noContent)
    }

    static func addressesOfOne(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        return paging.response(.only(try await resource(exchange))) { AddressWire.json($0) }
    }

    static func addresses(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.resources.addressees(paging.query, by: exchange.caller)
        return paging.response(page) { AddressWire.json($0) }
    }

    static func address(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let addressee = try await exchange.useCases.resources.addressee(exchange.captures[0], by: exchange.caller)
        return AddressWire.json(addressee).response(.ok)
    }

    /// Throws `resourceUnknown`.
    private static func resource(_ exchange: Exchange) async throws(ProvisioningError) -> Addressee {
        let id = exchange.captures[0]
        do throws(ProvisioningError) {
            return .subscriber(try await exchange.useCases.subscribers.get(id, by: exchange.caller))
        } catch {
            guard error.first.rule == .subscriberUnknown else { throw error }
            return .resource(try await exchange.useCases.resources.get(id, by: exchange.caller))
        }
    }
}
