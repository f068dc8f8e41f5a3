import DialectKit
import Hummingbird
import Provisioning

/// The telephone numbers of `/accounts/{accountId}/sites/{siteId}/sippeers/{sipPeerId}`.
enum PeerNumberOperations {
    static let routes = [
        Route(.get, "accounts/*/sites/*/sippeers/*/tns", Operation("SipPeerTelephoneNumbersResponse", list)),
        Route(.get, "accounts/*/sites/*/sippeers/*/tns/*", Operation("SipPeerTelephoneNumberResponse", get)),
        Route(.put, "accounts/*/sites/*/sippeers/*/tns/*", Operation("SipPeerTelephoneNumberResponse", update)),
        Route(
            .get, "accounts/*/sites/*/sippeers/*/totaltns", Operation("SipPeerTelephoneNumbersCountResponse", counts)),
        Route(
            .post, "accounts/*/sites/*/sippeers/*/movetns",
            Operation("SipPeerTelephoneNumberMoveResponse", isLimited: true, move)),
    ]

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let page = try NumberPaging.page(exchange.path)
        let showsSettings = try exchange.flag("includeAttributes", missing: true)
        let (site, peer) = try exchange.place
        let numbers = try await exchange.useCases.trunkNumbers.list(on: peer, in: site, page: page, by: exchange.caller)
        return NumberWire.list(numbers, showsSettings: showsSettings, exchange.text)
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (site, peer) = try exchange.place
        let number = try number(exchange, site, peer)
        return NumberWire.one(
            try await exchange.useCases.trunkNumbers.get(number, on: peer, in: site, by: exchange.caller), exchange.text
        )
    }

    /// 200 without a body.
    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let document = try exchange.document("SipPeerTelephoneNumber")
        let (site, peer) = try exchange.place
        let number = try number(exchange, site, peer)
        let settings = try NumberWire.settings(document, of: number)
        try await exchange.useCases.trunkNumbers.update(number, to: settings, on: peer, in: site, by: exchange.caller)
        return Response(status: .ok)
    }

    static func counts(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (site, peer) = try exchange.place
        return NumberWire.counts(
            try await exchange.useCases.trunkNumbers.counts(on: peer, in: site, by: exchange.caller))
    }

    static func move(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let numbers = try NumberWire.numbers(exchange.document("SipPeerTelephoneNumbers"))
        let (site, peer) = try exchange.place
        try await exchange.useCases.trunkNumbers.move(numbers, to: peer, in: site, by: exchange.caller)
        return NumberWire.moved(numbers, exchange.text)
    }

    /// The number in the path; what is none is not on the peer.
    private static func number(_ exchange: Exchange, _ site: SiteID, _ peer: TrunkID) throws(ProvisioningError)
        -> TelephoneNumber
    {
        guard let number = TelephoneNumber(exchange.captures[3]) else {
            throw ProvisioningError(
                .numberNotOnTrunk, exchange.captures[3], "\(exchange.caller.account)", "\(site)", "\(peer)")
        }
        return number
    }
}
