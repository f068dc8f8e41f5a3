import DialectKit
import Hummingbird
import Provisioning

extension BandwidthAPI {
    /// Every base path that the vendor's pages and SDKs use, and the bare paths of its reference pages.
    static let bases = ["/api/v1.0", "/api/v1", "/api/v2", "/api", "/v1.0", "/iris", ""]

    static let routes = RouteTable(bases: bases, routeList)

    static let routeList =
        SiteOperations.routes + PeerOperations.routes
        + PeerNumberOperations.routes + NumberPlaceOperations.routes
        + VoiceOperations.routes + GatewayOperations.routes + ProductOperations.routes + HostOperations.routes
        + CredentialOperations.routes + RealmOperations.routes + RealmCredentialOperations.routes
}

extension CredentialOperations {
    static let routes = [
        Route(.get, "accounts/*/sipcredentials", Operation("SipCredentialsResponse", list)),
        Route(.post, "accounts/*/sipcredentials", Operation("SipCredentialsResponse", create)),
        Route(.get, "accounts/*/sipcredentials/*", Operation("SipCredentialResponse", get)),
        Route(.put, "accounts/*/sipcredentials/*", Operation("SipCredentialResponse", update)),
        Route(.delete, "accounts/*/sipcredentials/*", Operation("SipCredentialResponse", delete)),
    ]
}

extension RealmOperations {
    static let routes = [
        Route(.get, "accounts/*/realms", Operation("RealmsResponse", list)),
        Route(.post, "accounts/*/realms", Operation("RealmResponse", create)),
        Route(.get, "accounts/*/realms/*", Operation("RealmResponse", get)),
        Route(.put, "accounts/*/realms/*", Operation("RealmResponse", update)),
        Route(.delete, "accounts/*/realms/*", Operation("RealmResponse", delete)),
    ]
}

extension RealmCredentialOperations {
    static let routes = [
        Route(.get, "accounts/*/realms/*/sipcredentials", Operation("SipCredentialsResponse", list)),
        Route(.post, "accounts/*/realms/*/sipcredentials", Operation("SipCredentialsResponse", create)),
        Route(.get, "accounts/*/realms/*/sipcredentials/*", Operation("SipCredentialResponse", get)),
        Route(.put, "accounts/*/realms/*/sipcredentials/*", Operation("SipCredentialResponse", update)),
        Route(.delete, "accounts/*/realms/*/sipcredentials/*", Operation("SipCredentialResponse", delete)),
    ]
}

/// One operation: what it does, and the element around its errors.
struct Operation: Sendable {
    let root: String
    let scope: Scope
    /// Whether the account may ask for it only so often.
    let isLimited: Bool
    let perform: @Sendable (Exchange) async throws(ProvisioningError) -> Response

    /// What stands first in the path.
    enum Scope: Sendable {
        /// The account, which must be the caller's.
        case account
        /// Something else; the account is the caller's without being named.
        case caller
    }

    init(
        _ root: String, scope: Scope = .account, isLimited: Bool = false,
        _ perform: @escaping @Sendable (Exchange) async throws(ProvisioningError) -> Response
    ) {
        self.root = root
        self.scope = scope
        self.isLimited = isLimited
        self.perform = perform
    }
}
