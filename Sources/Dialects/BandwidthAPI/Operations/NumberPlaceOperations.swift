import DialectKit
import Hummingbird
import Provisioning

/// `/tns/{tn}`: where a number of the caller's account is.
enum NumberPlaceOperations {
    static let routes = [
        Route(.get, "tns/*/sites", Operation("TelephoneNumberResponse", scope: .caller, site)),
        Route(.get, "tns/*/sippeers", Operation("TelephoneNumberResponse", scope: .caller, peer)),
    ]

    static func site(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let site = try await place(exchange).site
        return NumberWire.place("Site", id: site.id.description, name: site.details.name)
    }

    static func peer(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let trunk = try await place(exchange).trunk
        return NumberWire.place("SipPeer", id: trunk.id.description, name: trunk.details.name)
    }

    private static func place(_ exchange: Exchange) async throws(ProvisioningError) -> (site: Site, trunk: Trunk) {
        guard let number = TelephoneNumber(exchange.captures[0]) else {
            throw ProvisioningError(.numberInvalid, exchange.captures[0])
        }
        return try await exchange.useCases.trunkNumbers.place(of: number, by: exchange.caller)
    }
}
