import DialectKit
import Hummingbird
import Provisioning

extension BandwidthAPI {
    /// Every base path that the vendor's pages and SDKs use, and the bare paths of its reference pages.
    static let bases = ["/api/v1.0", "/api/v1", "/api/v2", "/api", "/v1.0", "/iris", ""]

    static let routes = RouteTable(
        bases: bases,
        [
            Route(.get, "accounts/*/sites", Operation("SitesResponse", SiteOperations.list)),
            Route(.post, "accounts/*/sites", Operation("SiteResponse", SiteOperations.create)),
            Route(.get, "accounts/*/sites/*", Operation("SiteResponse", SiteOperations.get)),
            Route(.put, "accounts/*/sites/*", Operation("SiteResponse", SiteOperations.update)),
            Route(.delete, "accounts/*/sites/*", Operation("SiteResponse", SiteOperations.delete)),

            Route(.get, "accounts/*/sites/*/sippeers", Operation("TNSipPeersResponse", PeerOperations.list)),
            Route(.post, "accounts/*/sites/*/sippeers", Operation("SipPeerResponse", PeerOperations.create)),
            Route(.get, "accounts/*/sites/*/sippeers/*", Operation("SipPeerResponse", PeerOperations.get)),
            Route(.put, "accounts/*/sites/*/sippeers/*", Operation("SipPeerResponse", PeerOperations.update)),
            Route(.delete, "accounts/*/sites/*/sippeers/*", Operation("SipPeerResponse", PeerOperations.delete)),

            Route(.get, "accounts/*/sipcredentials", Operation("SipCredentialsResponse", CredentialOperations.list)),
            Route(.post, "accounts/*/sipcredentials", Operation("SipCredentialsResponse", CredentialOperations.create)),
            Route(.get, "accounts/*/sipcredentials/*", Operation("SipCredentialResponse", CredentialOperations.get)),
            Route(.put, "accounts/*/sipcredentials/*", Operation("SipCredentialResponse", CredentialOperations.update)),
            Route(
                .delete, "accounts/*/sipcredentials/*",
                Operation("SipCredentialResponse", CredentialOperations.delete)),
        ] + realmRoutes)

    private static let realmRoutes = [
        Route(.get, "accounts/*/realms", Operation("RealmsResponse", RealmOperations.list)),
        Route(.post, "accounts/*/realms", Operation("RealmResponse", RealmOperations.create)),
        Route(.get, "accounts/*/realms/*", Operation("RealmResponse", RealmOperations.get)),
        Route(.put, "accounts/*/realms/*", Operation("RealmResponse", RealmOperations.update)),
        Route(.delete, "accounts/*/realms/*", Operation("RealmResponse", RealmOperations.delete)),

        Route(
            .get, "accounts/*/realms/*/sipcredentials",
            Operation("SipCredentialsResponse", RealmCredentialOperations.list)),
        Route(
            .post, "accounts/*/realms/*/sipcredentials",
            Operation("SipCredentialsResponse", RealmCredentialOperations.create)),
        Route(
            .get, "accounts/*/realms/*/sipcredentials/*",
            Operation("SipCredentialResponse", RealmCredentialOperations.get)),
        Route(
            .put, "accounts/*/realms/*/sipcredentials/*",
            Operation("SipCredentialResponse", RealmCredentialOperations.update)),
        Route(
            .delete, "accounts/*/realms/*/sipcredentials/*",
            Operation("SipCredentialResponse", RealmCredentialOperations.delete)),
    ]
}

/// One operation: what it does, and the element around its errors.
struct Operation: Sendable {
    let root: String
    let perform: @Sendable (Exchange) async throws(ProvisioningError) -> Response

    init(_ root: String, _ perform: @escaping @Sendable (Exchange) async throws(ProvisioningError) -> Response) {
        self.root = root
        self.perform = perform
    }
}
