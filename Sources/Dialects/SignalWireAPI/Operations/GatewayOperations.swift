import DialectKit
import Hummingbird
import Provisioning

/// `/resources/sip_gateways`.
enum GatewayOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.resources.list(paging.query, kind: .gateway, by: exchange.caller)
        let project = try await exchange.project()
        return paging.response(page) { ResourceWire.json($0, project: project) }
    }

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = GatewayWire.draft(try exchange.object(), isNew: true)
        let gateway = try await exchange.useCases.resources.create(.gateway, draft, by: exchange.caller)
        return ResourceWire.json(gateway, project: try await exchange.project()).response(.created)
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let gateway = try await exchange.useCases.resources.get(
            exchange.captures[0], kind: .gateway, by: exchange.caller)
        return ResourceWire.json(gateway, project: try await exchange.project()).response(.ok)
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = GatewayWire.draft(try exchange.object(), isNew: false)
        let gateway = try await exchange.useCases.resources.update(
            exchange.captures[0], kind: .gateway, with: draft, by: exchange.caller)
        return ResourceWire.json(gateway, project: try await exchange.project()).response(.ok)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.resources.delete(exchange.captures[0], kind: .gateway, by: exchange.caller)
        return Response(status: .noContent)
    }

    static func addresses(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let gateway = try await exchange.useCases.resources.get(
            exchange.captures[0], kind: .gateway, by: exchange.caller)
        return paging.response(.only(.resource(gateway))) { AddressWire.json($0) }
    }
}
