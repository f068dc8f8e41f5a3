package import DialectKit
import FoundationEssentials
import HTTPTypes
package import Hummingbird
package import Provisioning

/// Bandwidth's dialect: sites, SIP peers and SIP credentials in XML, with Basic authentication or a token.
package struct BandwidthAPI: Dialect {
    private let useCases: UseCases
    private let settings: BandwidthSettings
    private let limits: RequestLimits
    private let moves: RequestLimits

    package init(
        useCases: UseCases, limits: RequestLimits? = nil, settings: BandwidthSettings = BandwidthSettings()
    ) {
        self.useCases = useCases
        self.settings = settings
        self.limits = limits ?? RequestLimits(now: settings.now)
        moves = RequestLimits(RequestRate(settings.movesPerMinute, per: .seconds(60)), now: settings.now)
    }

    /// The order of checks: path (not ours), method (405), caller (401), rate (429), account (404), body (413, 400), the
    /// rate of moves (429), then the operation's own.
    package func respond(to request: DialectRequest) async -> Response? {
        if Self.routes.isBase(request.path), request.method == .get { return Response(status: .ok) }
        if let answer = await tokenEndpoint.respond(to: request) { return answer }
        guard let match = Self.routes.match(request.path) else { return nil }
        guard let operation = match.operation(request.method) else {
            return Response(status: .methodNotAllowed, headers: [.allow: match.allow])
        }
        do throws(ProvisioningError) {
            guard let caller = try await caller(of: request) else { return challenge(request) }
            try limits.admit(.caller(caller.id))
            guard operation.scope == .caller || AccountID(match.captures[0]) == caller.account else {
                throw ProvisioningError(.accountUnknown, field: "account", match.captures[0])
            }
            guard let body = try await body(of: request) else { return Response(status: .contentTooLarge) }
            if operation.isLimited { try moves.admit(.account(caller.account)) }
            let exchange = Exchange(
                useCases: useCases, caller: caller, captures: match.captures, base: request.origin + match.base,
                path: request.path, body: body)
            return try await operation.perform(exchange)
        } catch {
            return Self.refusal(error.first, in: operation.root)
        }
    }

    private var tokenEndpoint: TokenEndpoint { TokenEndpoint(callers: useCases.callers, realm: settings.realm) }

    private func caller(of request: DialectRequest) async throws(ProvisioningError) -> Caller? {
        let authorization = request.headers[.authorization]
        if let bearer = BearerToken(authorization: authorization) {
            return try await useCases.callers.authenticate(token: bearer.token)
        }
        guard let credentials = BasicCredentials(authorization: authorization) else { return nil }
        return try await useCases.callers.authenticate(
            name: credentials.name, password: credentials.password, from: request.source)
    }

    /// 401 without a body; a client that sends no password unasked needs the challenge (RFC 7617 section 2), and one
    /// that sent a token is told that it is no good (RFC 6750 section 3).
    private func challenge(_ request: DialectRequest) -> Response {
        let challenge =
            BearerToken(authorization: request.headers[.authorization]) == nil
            ? "Basic realm=\"\(settings.realm)\"" : "Bearer realm=\"\(settings.realm)\", error=\"invalid_token\""
        return Response(status: .unauthorized, headers: [.wwwAuthenticate: challenge])
    }

    /// The body where the method has one that counts, or `nil` for one that is too large.
    private func body(of request: DialectRequest) async throws(ProvisioningError) -> [UInt8]? {
        guard request.method == .post || request.method == .put else { return [] }
        do throws(BodyFault) {
            return try await request.body(upTo: settings.bodyLimit)
        } catch {
            guard error == .tooLarge else { throw ProvisioningError(.bodyUnreadable) }
            return nil
        }
    }

    /// The one fault that Bandwidth shows, in the root element of the operation's answers.
    static func refusal(_ fault: Fault, in root: String) -> Response {
        guard !fault.rule.saysWhenToComeBack else { return comeBackLater(fault) }
        let row = errors[fault.rule]
        guard !fault.rule.isAnsweredWithoutBody else { return Response(status: row.status) }
        var xml = XMLWriter()
        xml.element(root) { xml in
            xml.element("ResponseStatus") { xml in
                if !row.code.isEmpty { xml.element("ErrorCode", row.code) }
                xml.element("Description", row.text(fault.values))
            }
        }
        return xml.response(row.status)
    }
}

extension BandwidthAPI {
    /// 429 as the vendor's page on rate limits shows it: no body, and the second since 1970 when the client may come back.
    static func comeBackLater(_ fault: Fault) -> Response {
        var headers = HTTPFields()
        if fault.rule == .tooManyAttempts { headers[.retryAfter] = fault.values.first }
        if let name = HTTPField.Name("X-RateLimit-Reset") { headers[name] = fault.values.last }
        return .closing(errors[fault.rule].status, headers: headers)
    }
}

/// What an operator may set.
package struct BandwidthSettings: Sendable {
    /// The realm of the Basic challenge.
    package var realm = "Demarc"
    /// The longest body that is read, in bytes.
    package var bodyLimit = 1 << 20
    /// How many times an account may move numbers within a minute.
    package var movesPerMinute = 60
    /// The time of day, for saying when a client may come back.
    package var now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
    }

    package init() {}
}
