package import DialectKit
import FoundationEssentials
package import Hummingbird
package import Provisioning

/// Enswitch's dialect: peers, their costs, routes and registrations as functions below `/api/json`, which answer
/// HTTP 200 with a code in the body (integrics.com, guides 4.4, JSON API).
package struct EnswitchAPI: Dialect {
    private let useCases: UseCases
    private let edge: any LiveEdge
    private let limits: RequestLimits
    private let settings: EnswitchSettings

    package init(
        useCases: UseCases, edge: any LiveEdge, limits: RequestLimits? = nil,
        settings: EnswitchSettings = EnswitchSettings()
    ) {
        self.useCases = useCases
        self.edge = edge
        self.limits = limits ?? RequestLimits(now: settings.now)
        self.settings = settings
    }

    /// The order of checks: path (not ours), method (405), function (404), parameters as such (400), caller (401), rate
    /// (403), role (402), then the operation's own.
    package func respond(to request: DialectRequest) async -> Response? {
        guard request.path.isBelowBase else { return nil }
        guard request.method == .get || request.method == .post else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, POST"])
        }
        guard let operation = Self.routes.match(request.path)?.operation(request.method) else {
            return Answer.failed(code: "404", "There is no such function.").response
        }
        do throws(ProvisioningError) {
            let form = try await form(of: request)
            guard let caller = try await caller(form, from: request.source) else {
                return Answer.failed(code: "401", Self.wrongCredentials).response
            }
            try limits.admit(.caller(caller.id))
            guard operation.privilege.isHeld(by: caller) else { throw ProvisioningError(.forbidden) }
            let exchange = Exchange(
                useCases: useCases, edge: edge, caller: caller, form: form, source: request.source, now: settings.now)
            return try await operation.perform(exchange).response
        } catch {
            return Self.refusal(error)
        }
    }

    static let wrongCredentials = "The authentication details provided are invalid."

    /// The parameters of query and body; of two with one name the first in the query counts.
    private func form(of request: DialectRequest) async throws(ProvisioningError) -> FormBody {
        do {
            let body = try await request.method == .post ? request.body(upTo: settings.bodyLimit) : []
            let parts = [Array((request.path.query ?? "").utf8), body]
            return FormBody(try parts.flatMap { try FormBody(reading: $0, separator: .ampersandOrSemicolon).fields })
        } catch {
            throw ProvisioningError(.bodyUnreadable)
        }
    }

    private func caller(_ form: FormBody, from source: IPAddress?) async throws(ProvisioningError) -> Caller? {
        if let token = form["auth_token"] {
            return try await useCases.callers.authenticate(token: Secret(token))
        }
        guard let name = form["auth_username"], let password = form["auth_password"] else { return nil }
        return try await useCases.callers.authenticate(name: name, password: Secret(password), from: source)
    }

    /// One entry for each fault; those of input name their parameter.
    private static func refusal(_ error: ProvisioningError) -> Response {
        var response = Answer.refused(error.faults.map(entry)).response
        if error.first.rule.saysWhenToComeBack { response.headers[.retryAfter] = error.first.values.first }
        return response
    }

    private static func entry(_ fault: Fault) -> Answer.Entry {
        let row = errors[fault.rule]
        let key = row.code == "400" ? Parameters.name(of: fault.field) : ""
        return Answer.Entry(code: row.code, key: key, message: row.text(fault.values))
    }
}

extension RequestPath {
    /// Whether the path is `/api/json` or lies below it.
    fileprivate var isBelowBase: Bool {
        segments.count >= 2 && segments[0].lowercased() == "api" && segments[1].lowercased() == "json"
    }
}

/// What an operator may set.
package struct EnswitchSettings: Sendable {
    /// The longest body that is read, in bytes.
    package var bodyLimit = 1 << 18
    /// The wall clock that the end of tokens is told by.
    package var now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
    }

    package init() {}
}
