import DialectKit
import Provisioning

/// An admitted request: whose it is, what its path names, and its body.
struct Exchange: Sendable {
    let useCases: UseCases
    let token: APIToken
    let family: Family
    /// What stood in the places of the route's stars.
    let captures: [String]
    /// `scheme://host:port` and base path, as the client wrote them.
    let base: String
    /// The path below the base.
    let list: String
    let path: RequestPath
    let body: [UInt8]

    var caller: Caller { token.caller }
    var contract: APIToken.Contract { token.contract }

    /// The object in the body; no body is an empty one, anything else `bodyUnreadable`.
    func object() throws(ProvisioningError) -> JSONObject {
        guard !body.isEmpty else { return JSONObject() }
        guard let object = (try? JSON(reading: body))?.object else { throw ProvisioningError(.bodyUnreadable) }
        return object
    }

    /// What the account's endpoints have that say nothing themselves.
    func profile() async throws(ProvisioningError) -> SIPProfile {
        try await useCases.sipProfiles.get(of: token.account)
    }

    /// The account's project id.
    func project() async throws(ProvisioningError) -> String {
        try await useCases.accounts.get(token.account).project
    }
}
