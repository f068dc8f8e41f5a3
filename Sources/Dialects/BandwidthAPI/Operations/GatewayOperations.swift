import DialectKit
import Hummingbird
import Provisioning

/// `products/termination` of a SIP peer: its termination hosts with their ids.
enum GatewayOperations {
    static let routes = [
        Route(.get, "accounts/*/sites/*/sippeers/*/products/termination", Operation("TerminationResponse", product)),
        Route(
            .get, "accounts/*/sites/*/sippeers/*/products/termination/hosts",
            Operation("SipPeerGatewayIpsResponse", list)),
        Route(
            .get, "accounts/*/sites/*/sippeers/*/products/termination/hosts/*",
            Operation("SipPeerGatewayIpResponse", get)),
    ]

    static func product(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (site, peer) = try exchange.place
        let trunk = try await exchange.useCases.trunks.get(peer, in: site, by: exchange.caller)
        return GatewayWire.product(try await gateways(exchange), trunk.voice.termination)
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        GatewayWire.list(try await gateways(exchange))
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let id = exchange.captures[3]
        guard let gateway = try await gateways(exchange).first(where: { $0.id.description == id }) else {
            throw ProvisioningError(.gatewayUnknown, field: "host", id)
        }
        return GatewayWire.one(gateway)
    }

    private static func gateways(_ exchange: Exchange) async throws(ProvisioningError) -> [TerminationGateway] {
        let (site, peer) = try exchange.place
        return try await exchange.useCases.trunks.gateways(of: peer, in: site, by: exchange.caller)
    }
}
