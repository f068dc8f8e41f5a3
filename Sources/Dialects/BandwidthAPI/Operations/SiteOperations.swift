import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/sites`.
enum SiteOperations {
    static let routes = [
        Route(.get, "accounts/*/sites", Operation("SitesResponse", list)),
        Route(.post, "accounts/*/sites", Operation("SiteResponse", create)),
        Route(.get, "accounts/*/sites/*", Operation("SiteResponse", get)),
        Route(.put, "accounts/*/sites/*", Operation("SiteResponse", update)),
        Route(.delete, "accounts/*/sites/*", Operation("SiteResponse", delete)),
        Route(.get, "accounts/*/sites/*/totaltns", Operation("SiteTNsResponse", numberCount)),
    ]

    /// `tnCounts` adds the count of numbers, `sipPeerDetails` the SIP peers, `summary` them in brief instead.
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (useCases, caller) = (exchange.useCases, exchange.caller)
        let countsNumbers = try exchange.flag("tnCounts")
        let isBrief = try exchange.flag("summary")
        let showsPeers = try exchange.flag("sipPeerDetails") || isBrief
        let sites = try await useCases.sites.list(by: caller)
        var extras = SiteWire.Extras()
        if countsNumbers { extras.numberCounts = try await useCases.trunkNumbers.counts(by: caller) }
        if showsPeers { extras.peers = Dictionary(grouping: try await useCases.trunks.list(by: caller), by: \.site) }
        extras.peersAreBrief = isBrief
        return SiteWire.list(sites, extras)
    }

    static func numberCount(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        SiteWire.numberCount(try await exchange.useCases.trunkNumbers.count(in: exchange.site, by: exchange.caller))
    }

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let details = try SiteWire.details(exchange.document("Site"))
        let site = try await exchange.useCases.sites.create(details, by: exchange.caller)
        return SiteWire.created(site, location: exchange.url("sites/\(site.id)"))
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        SiteWire.one(try await exchange.useCases.sites.get(exchange.site, by: exchange.caller))
    }

    /// What the body does not name stays: SDKs send the changed elements only.
    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let document = try exchange.document("Site")
        let site = try await exchange.useCases.sites.get(exchange.site, by: exchange.caller)
        let details = try SiteWire.details(document, over: site)
        return SiteWire.one(try await exchange.useCases.sites.update(site.id, to: details, by: exchange.caller))
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.sites.delete(exchange.site, by: exchange.caller)
        return Response(status: .ok)
    }
}
