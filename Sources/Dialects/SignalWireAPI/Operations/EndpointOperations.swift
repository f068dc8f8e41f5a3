import DialectKit
import Hummingbird
import Provisioning

/// `/resources/subscribers/{id}/sip_endpoints`, and `/resources/sip_endpoints` for those of the project itself.
enum EndpointOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.endpoints.list(
            paging.query, of: exchange.captures[0], by: exchange.caller)
        let profile = try await exchange.profile()
        return paging.response(page) { EndpointWire.json($0, in: profile, contract: exchange.contract) }
    }

    /// From the moment of the answer on, the endpoint can register.
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofSubscriber(exchange.contract), isNew: true)
        let endpoint = try await exchange.useCases.endpoints.create(
            draft, of: exchange.captures[0], by: exchange.caller)
        return try await answer(endpoint, .created, exchange)
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let endpoint = try await exchange.useCases.endpoints.get(
            exchange.captures[1], of: exchange.captures[0], by: exchange.caller)
        return try await answer(endpoint, .ok, exchange)
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofSubscriber(exchange.contract), isNew: false)
        let endpoint = try await exchange.useCases.endpoints.update(
            exchange.captures[1], of: exchange.captures[0], with: draft, by: exchange.caller)
        return try await answer(endpoint, .ok, exchange)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.endpoints.delete(
            exchange.captures[1], of: exchange.captures[0], by: exchange.caller)
        return Response(status: .noContent)
    }

    private static func answer(_ endpoint: SIPEndpoint, _ status: HTTPResponse.Status, _ exchange: Exchange)
        async throws(ProvisioningError) -> Response
    {
        EndpointWire.json(endpoint, in: try await exchange.profile(), contract: exchange.contract).response(status)
    }
}

/// Endpoints of the project: resources below `/api/fabric`, and flat at the older `/api/relay/rest/endpoints/sip`.
extension EndpointOperations {
    static func listOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange, keeping: ["filter_username", "filter_caller_id"])
        var filter = SIPEndpointFilter()
        filter.userNameFragment = exchange.path.parameter("filter_username") ?? ""
        filter.callerIDFragment = exchange.path.parameter("filter_caller_id") ?? ""
        let page = try await exchange.useCases.endpoints.list(
            paging.query, matching: filter, of: nil, by: exchange.caller)
        return paging.response(page, try await form(exchange))
    }

    /// 200, as the vendor's description has it.
    static func createInProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofProject, isNew: true)
        let endpoint = try await exchange.useCases.endpoints.create(draft, of: nil, by: exchange.caller)
        return try await form(exchange)(endpoint).response(.ok)
    }

    static func getOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let endpoint = try await exchange.useCases.endpoints.get(exchange.captures[0], of: nil, by: exchange.caller)
        return try await form(exchange)(endpoint).response(.ok)
    }

    static func updateOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = EndpointWire.draft(try exchange.object(), .ofProject, isNew: false)
        let endpoint = try await exchange.useCases.endpoints.update(
            exchange.captures[0], of: nil, with: draft, by: exchange.caller)
        return try await form(exchange)(endpoint).response(.ok)
    }

    static func deleteOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.endpoints.delete(exchange.captures[0], of: nil, by: exchange.caller)
        return Response(status: .noContent)
    }

    static func addressesOfProject(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let endpoint = try await exchange.useCases.endpoints.get(exchange.captures[0], of: nil, by: exchange.caller)
        return paging.response(.only(.endpoint(endpoint))) { AddressWire.json($0) }
    }

    private static func form(_ exchange: Exchange) async throws(ProvisioningError) -> @Sendable (SIPEndpoint) -> JSON {
        let profile = try await exchange.profile()
        guard exchange.family == .fabric else { return { FlatEndpointWire.json($0, in: profile) } }
        let project = try await exchange.project()
        return { ResourceWire.json($0, in: profile, project: project) }
    }
}
