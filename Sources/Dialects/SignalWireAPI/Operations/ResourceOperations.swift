import DialectKit
import Hummingbird
import Provisioning

/// `/resources` and `/addresses`: everything of the project that has an address.
enum ResourceOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.resources.addressees(paging.query, by: exchange.caller)
        let (project, profile) = (try await exchange.project(), try await exchange.profile())
        return paging.response(page) { ResourceWire.json($0, in: profile, project: project) }
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (project, profile) = (try await exchange.project(), try await exchange.profile())
        return ResourceWire.json(try await resource(exchange), in: profile, project: project).response(.ok)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        switch try await resource(exchange) {
        case .subscriber:
            try await exchange.useCases.subscribers.delete(exchange.captures[0], by: exchange.caller)
        case .resource:
            try await exchange.useCases.resources.delete(exchange.captures[0], by: exchange.caller)
        case .endpoint:
            try await exchange.useCases.endpoints.delete(exchange.captures[0], of: nil, by: exchange.caller)
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

    /// Sends the calls of one of the project's endpoints to the resource.
    static func assign(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        var reader = FieldReader(try exchange.object())
        let text = reader.text("sip_endpoint_id", "endpoint", null: "") ?? ""
        if text.isEmpty { reader.refuse(.elementRequired, "endpoint", "endpoint") }
        guard let id = UniqueID(text), reader.faults.isEmpty else {
            throw reader.faults.first.map { ProvisioningError([$0]) }
                ?? ProvisioningError(.assigneeUnknown, field: "endpoint", text)
        }
        let endpoint = try await exchange.useCases.endpoints.assign(exchange.captures[0], to: id, by: exchange.caller)
        return AddressWire.json(assigned: endpoint).response(.ok)
    }

    /// Throws `resourceUnknown`.
    private static func resource(_ exchange: Exchange) async throws(ProvisioningError) -> Addressee {
        try await exchange.useCases.resources.find(exchange.captures[0], by: exchange.caller)
    }
}
