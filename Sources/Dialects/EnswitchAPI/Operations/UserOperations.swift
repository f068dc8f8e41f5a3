import DialectKit
import Provisioning

/// `user/...`: who is asking.
enum UserOperations {
    static let functions: EnswitchAPI.Functions = [("user/login", Operation(.user, login))]

    /// The caller, with `token=1` a token beside it, which only a name and password are exchanged for.
    static func login(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let caller = exchange.caller
        var answer = JSONObject([
            "id": JSON(caller.id.rawValue), "username": .string(caller.name),
            "customer": JSON(caller.account.rawValue), "role": .string(caller.role.rawValue),
        ])
        guard try exchange.flag("token") else { return .data(.object(answer)) }
        let form = exchange.form
        // Read before the token is made, so that it never ends sooner than is said.
        let now = exchange.now().milliseconds / 1000
        guard form["auth_token"] == nil, let name = form["auth_username"], let password = form["auth_password"],
            let token = try await exchange.useCases.callers.token(
                name: name, password: Secret(password), from: exchange.source)
        else { return .failed(code: "401", EnswitchAPI.wrongCredentials) }
        answer.append("auth_token", .string(token.reveal()))
        answer.append("auth_token_expiry", JSON(AccessTokens.lifetime))
        answer.append("auth_token_expires", JSON(now + AccessTokens.lifetime))
        return .data(.object(answer))
    }
}
