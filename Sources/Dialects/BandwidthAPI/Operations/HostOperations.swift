import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/hosts`: every host of every SIP peer.
enum HostOperations {
    static let routes = [Route(.get, "accounts/*/hosts", Operation("SiteHostsResponse", list))]

    /// `host` keeps those that are exactly it, `type` those of one kind; peers without any are left out.
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let filter = try HostFilter(exchange.path)
        return HostWire.list(try await exchange.useCases.trunks.list(by: exchange.caller), filter)
    }
}
