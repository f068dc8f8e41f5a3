import DialectKit
import Hummingbird
import Provisioning

/// `/resources/subscribers/{id}/sip_endpoints`, and `/resources/sip_endpoints` for those of the project itself.
enum EndpointOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.endpoints.list(
            paging.query, of: exchange.captures[0], by: exchange.caller)
        return paging.response(page) { EndpointWire.json($0, contract: exchange.contract) }
    }

    /// From the moment of the answer on, the endpoint can register.
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofSubscriber(exchange.contract), isNew: true)
        let endpoint = try await exchange.useCases.endpoints.create(
            draft, of: exchange.captures[0], by: exchange.caller)
        return EndpointWire.json(endpoint, contract: exchange.contract).response(.created)
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let endpoint = try await exchange.useCases.endpoints.get(
            exchange.captures[1], of: exchange.captures[0], by: exchange.caller)
        return EndpointWire.json(endpoint, contract: exchange.contract).response(.ok)
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofSubscriber(exchange.contract), isNew: false)
        let endpoint = try await exchange.useCases.endpoints.update(
            exchange.captures[1], of: exchange.captures[0], with: draft, by: exchange.caller)
        return EndpointWire.json(endpoint, contract: exchange.contract).response(.ok)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.endpoints.delete(
            exchange.captures[1], of: exchange.captures[0], by: exchange.caller)
        return Response(status: .noContent)
    }
}

extension EndpointOperations {
    static func listOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.endpoints.list(paging.query, of: nil, by: exchange.caller)
        return paging.response(page, ProjectEndpointWire.json)
    }

    /// 200, as the vendor's description has it.
    static func createInProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofProject, isNew: true)
        let endpoint = try await exchange.useCases.endpoints.create(draft, of: nil, by: exchange.caller)
        return ProjectEndpointWire.json(endpoint).response(.ok)
    }

    static func getOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let endpoint = try await exchange.useCases.endpoints.get(exchange.captures[0], of: nil, by: exchange.caller)
        return ProjectEndpointWire.json(endpoint).response(.ok)
    }

    static func updateOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofProject, isNew: false)
        let endpoint = try await exchange.useCases.endpoints.update(
            exchange.captures[0], of: nil, with: draft, by: exchange.caller)
        return ProjectEndpointWire.json(endpoint).response(.ok)
    }

    static func deleteOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.endpoints.delete(exchange.captures[0], of: nil, by: exchange.caller)
        return Response(status: .noContent)
    }
}
