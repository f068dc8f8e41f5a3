import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/sites`.
enum SiteOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        SiteWire.list(try await exchange.useCases.sites.list(by: exchange.caller))
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
