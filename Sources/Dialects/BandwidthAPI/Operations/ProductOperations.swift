import DialectKit
import Hummingbird
import Provisioning

/// What an account and its SIP peers have been given.
enum ProductOperations {
    static let routes = [
        Route(.get, "accounts/*/products", Operation("AccountProductsResponse", ofAccount)),
        Route(
            .get, "accounts/*/products/termination/settings",
            Operation("TerminationSettingResponse", terminationSettings)),
        Route(.get, "accounts/*/sites/*/sippeers/*/products", Operation("SipPeerProductResponse", ofPeer)),
    ]

    static func ofAccount(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        ProductWire.ofAccount(try await exchange.useCases.accounts.get(exchange.caller.account))
    }

    static func terminationSettings(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        ProductWire.terminationSettings(try await exchange.useCases.accounts.get(exchange.caller.account))
    }

    static func ofPeer(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (site, peer) = try exchange.place
        _ = try await exchange.useCases.trunks.get(peer, in: site, by: exchange.caller)
        return ProductWire.ofPeer(of: try await exchange.useCases.accounts.get(exchange.caller.account))
    }
}
