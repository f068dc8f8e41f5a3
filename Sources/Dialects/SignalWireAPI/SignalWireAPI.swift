package import DialectKit
import HTTPTypes
package import Hummingbird
package import Provisioning

/// SignalWire's dialect: subscribers, SIP endpoints, resources and their addresses in JSON, with project and API token.
package struct SignalWireAPI: Dialect {
    private let useCases: UseCases
    private let limits: RequestLimits
    private let settings: SignalWireSettings

    package init(
        useCases: UseCases, limits: RequestLimits, settings: SignalWireSettings = SignalWireSettings()
    ) {
        self.useCases = useCases
        self.limits = limits
        self.settings = settings
    }

    /// The order of checks: path (not ours), method (405), token and its scope (401), rate (429), body (413, 400), then the
    /// operation's own.
    package func respond(to request: DialectRequest) async -> Response? {
        let found = Family.allCases.lazy.compactMap { family in
            family.routes.match(request.path).map { (family: family, match: $0) }
        }.first
        guard let found else { return nil }
        var response = await answer(request, found.match, found.family)
        // What the vendor's SDKs show of an answer that failed.
        if let name = HTTPField.Name("X-Request-Id") { response.headers[name] = settings.makeRequestID() }
        return response
    }

    private func answer(_ request: DialectRequest, _ match: RouteTable<Operation>.Match, _ family: Family)
        async -> Response
    {
        guard let operation = match.operation(request.method) else {
            return SignalWireErrors.plain(.methodNotAllowed, headers: [.allow: match.allow])
        }
        var contract = APIToken.Contract.year2026
        do throws(ProvisioningError) {
            guard let token = try await token(of: request, family) else {
                return SignalWireErrors.plain(
                    .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"\(settings.realm)\""])
            }
            try limits.admit(.program(token.caller.name))
            contract = token.contract
            guard let body = try await body(of: request) else { return SignalWireErrors.plain(.contentTooLarge) }
            let exchange = Exchange(
                useCases: useCases, token: token, family: family, captures: match.captures,
                base: request.origin + match.base,
                list: String(request.path.description.dropFirst(match.base.count + 1)), path: request.path, body: body)
            return try await operation.perform(exchange)
        } catch {
            return SignalWireErrors.refusal(error, family, contract, order: operation.order)
        }
    }

    /// The token of the request, if it has one of the family's scopes.
    private func token(of request: DialectRequest, _ family: Family) async throws(ProvisioningError) -> APIToken? {
        guard let basic = BasicCredentials(authorization: request.headers[.authorization]) else { return nil }
        let token = try await useCases.apiTokens.authenticate(project: basic.name, token: basic.password)
        return token.flatMap { $0.scopes.isDisjoint(with: family.scopes) ? nil : $0 }
    }

    /// The body where the method has one that counts, or `nil` for one that is too large.
    private func body(of request: DialectRequest) async throws(ProvisioningError) -> [UInt8]? {
        guard [.post, .put, .patch].contains(request.method) else { return [] }
        do throws(BodyFault) {
            return try await request.body(upTo: settings.bodyLimit)
        } catch {
            guard error == .tooLarge else { throw ProvisioningError(.bodyUnreadable) }
            return nil
        }
    }
}

/// What an operator may set.
package struct SignalWireSettings: Sendable {
    /// The realm of the Basic challenge.
    package var realm = "Demarc"
    /// The longest body that is read, in bytes.
    package var bodyLimit = 1 << 20
    /// Names an answer, for whoever asks about it.
    package var makeRequestID: @Sendable () -> String = { UniqueID.random().description }

    package init() {}
}
