import DialectKit
import Hummingbird
import Provisioning

/// `oauth2/token` below every base path: a token for a caller's name and password (RFC 6749 section 4.4).
struct TokenEndpoint: Sendable {
    let callers: Callers
    /// The realm of the Basic challenge.
    let realm: String

    private static let routes = RouteTable(bases: BandwidthAPI.bases, [Route(.post, "oauth2/token", true)])
    /// The longest form that is read, in bytes.
    private static let limit = 16_384

    /// What is wrong with a request, in the words of RFC 6749 section 5.2.
    private enum Refusal: String {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
    }

    /// The answer, or `nil` where the path is another.
    func respond(to request: DialectRequest) async -> Response? {
        guard let match = Self.routes.match(request.path) else { return nil }
        guard match.operation(request.method) != nil else {
            return Response(status: .methodNotAllowed, headers: [.allow: match.allow])
        }
        guard let body = try? await request.body(upTo: Self.limit), let form = try? FormBody(reading: body),
            Set(form.fields.map(\.name)).count == form.fields.count, let grant = form["grant_type"]
        else { return refuse(.invalidRequest) }
        guard grant == "client_credentials" else { return refuse(.unsupportedGrantType) }
        let basic = BasicCredentials(authorization: request.headers[.authorization])
        let secret = form["client_secret"]
        guard basic == nil || secret == nil else { return refuse(.invalidRequest) }
        guard let name = basic?.name ?? form["client_id"], let password = basic?.password ?? secret.map(Secret.init)
        else { return refuse(.invalidClient) }
        return await token(name: name, password: password, from: request.source)
    }

    private func token(name: String, password: Secret<String>, from source: IPAddress?) async -> Response {
        do throws(ProvisioningError) {
            guard let token = try await callers.token(name: name, password: password, from: source) else {
                return refuse(.invalidClient)
            }
            return json(
                .ok,
                """
                {"access_token":"\(token.reveal())","token_type":"Bearer","expires_in":\(AccessTokens.lifetime)}
                """)
        } catch {
            guard !error.first.rule.saysWhenToComeBack else { return BandwidthAPI.comeBackLater(error.first) }
            guard error.first.rule != .accountSuspended else { return refuse(.unauthorizedClient) }
            return Response(status: BandwidthAPI.errors[error.first.rule].status)
        }
    }

    private func refuse(_ refusal: Refusal) -> Response {
        var response = json(
            refusal == .invalidClient ? .unauthorized : .badRequest, "{\"error\":\"\(refusal.rawValue)\"}")
        if refusal == .invalidClient { response.headers[.wwwAuthenticate] = "Basic realm=\"\(realm)\"" }
        return response
    }

    /// Never to be kept by anything in between (RFC 6749 section 5.1).
    private func json(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
