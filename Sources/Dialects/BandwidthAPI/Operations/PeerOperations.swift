import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/sites/{siteId}/sippeers`.
enum PeerOperations {
    static let routes = [
        Route(.get, "accounts/*/sites/*/sippeers", Operation("TNSipPeersResponse", list)),
        Route(.post, "accounts/*/sites/*/sippeers", Operation("SipPeerResponse", create)),
        Route(.get, "accounts/*/sites/*/sippeers/*", Operation("SipPeerResponse", get)),
        Route(.put, "accounts/*/sites/*/sippeers/*", Operation("SipPeerResponse", update)),
        Route(.delete, "accounts/*/sites/*/sippeers/*", Operation("SipPeerResponse", delete)),
    ]

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        PeerWire.list(try await exchange.useCases.trunks.list(in: exchange.site, by: exchange.caller))
    }

    /// 201 without a body; the new peer's URL stands in `Location`.
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = try await draft(exchange, maskRule: .terminationMaskOnCreate)
        let site = try exchange.site
        let trunk = try await exchange.useCases.trunks.create(
            draft.details, makeDefault: draft.makeDefault, in: site, by: exchange.caller)
        return Response(
            status: .created, headers: [.location: exchange.url("sites/\(site)/sippeers/\(trunk.id)")])
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let (site, peer) = try exchange.place
        return PeerWire.one(try await exchange.useCases.trunks.get(peer, in: site, by: exchange.caller))
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = try await draft(exchange, maskRule: .terminationMaskOnUpdate)
        let (site, peer) = try exchange.place
        return PeerWire.one(
            try await exchange.useCases.trunks.update(
                peer, in: site, to: draft.details, makeDefault: draft.makeDefault, by: exchange.caller))
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let site = try exchange.site
        guard let peer = exchange.peer else { throw ProvisioningError(.trunkGone, exchange.captures[2]) }
        try await exchange.useCases.trunks.delete(peer, in: site, by: exchange.caller)
        return Response(status: .ok)
    }

    /// PremiseTrunks is read only for accounts with the product; which those are is asked only where the element stands.
    private static func draft(_ exchange: Exchange, maskRule: Rule) async throws(ProvisioningError) -> PeerDraft {
        let document = try exchange.document("SipPeer")
        var readsPremiseTrunks = false
        if document.value("PremiseTrunks") != nil {
            let account = try await exchange.useCases.accounts.get(exchange.caller.account)
            readsPremiseTrunks = account.features.contains(.unifiedCommunications)
        }
        return try PeerWire.draft(document, readsPremiseTrunks: readsPremiseTrunks, maskRule: maskRule)
    }
}
