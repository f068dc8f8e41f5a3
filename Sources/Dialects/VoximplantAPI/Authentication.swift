import DialectKit
import HTTPTypes
import Provisioning

/// Who asks: a token that a key signed, or an account with a secret of the older kind in the parameters.
struct Authentication: Sendable {
    let keys: ServiceKeys

    /// Throws what `ServiceKeys` throws, and `accountMismatch` where the parameters name another account beside a token.
    func key(of request: DialectRequest, _ parameters: Parameters) async throws(ProvisioningError) -> ServiceKey {
        let authorization = request.headers[.authorization]
        if let bearer = BearerToken(authorization: authorization) {
            let key = try await keys.authenticate(token: bearer.token)
            // The vendor's Java client sends the account beside its token.
            if let account = parameters.text("account_id"), account != key.account.description {
                throw ProvisioningError(.accountMismatch, field: "account_id", account)
            }
            return key
        }
        guard authorization == nil else { throw ProvisioningError(.tokenUnreadable) }
        guard let secret = parameters.text("api_key") else { throw ProvisioningError(.notAuthorized) }
        return try await keys.authenticate(
            secret: Secret(secret), id: parameters.text("account_id"), name: parameters.text("account_name"),
            email: parameters.text("account_email"))
    }
}
