package import DialectKit
package import Hummingbird
import NIOCore
package import Provisioning

/// Voximplant's dialect: commands with form parameters, answered with 200 and JSON, errors too.
package struct VoximplantAPI: Dialect {
    private let useCases: UseCases
    /// The longest body that is read, in bytes.
    private static let bodyLimit = 1 << 20
    private static let base = "platform_api"

    private let limits: RequestLimits

    package init(useCases: UseCases, limits: RequestLimits) {
        self.useCases = useCases
        self.limits = limits
    }

    /// The order of checks: path (not ours), parameters (101), command (102, 103), caller (447, 100, 454, 455, 456, 115),
    /// rate (340), role (104), then the command's own.
    package func respond(to request: DialectRequest) async -> Response? {
        guard let target = Self.target(of: request.path) else { return nil }
        do throws(ProvisioningError) {
            let parameters = try await parameters(of: request)
            guard let name = target.command ?? parameters.text("cmd") else { throw ProvisioningError(.commandMissing) }
            guard let command = Self.commands[name.lowercased()] else {
                throw ProvisioningError(.commandUnknown, field: "cmd", name)
            }
            let key = try await Authentication(keys: useCases.serviceKeys).key(of: request, parameters)
            try limits.admit(.program(key.id))
            guard command.roles.contains(key.role) else { throw ProvisioningError(.forbidden) }
            let exchange = Exchange(useCases: useCases, key: key, parameters: parameters, origin: request.origin)
            return Self.answer(try await command.perform(exchange))
        } catch {
            return Self.answer(Self.refusal(error.first))
        }
    }

    /// Where a path leads; `nil` for one that is not ours.
    private static func target(of path: RequestPath) -> Target? {
        let segments = path.segments.map(String.init)
        switch segments.count {
        case 1 where segments[0].lowercased() == base: return .parameter
        case 1 where commands[segments[0].lowercased()] != nil: return .path(segments[0])
        case 2 where segments[0].lowercased() == base: return .path(segments[1])
        default: return nil
        }
    }

    /// What names the command.
    private enum Target {
        case path(String)
        case parameter

        var command: String? { if case .path(let name) = self { name } else { nil } }
    }

    private func parameters(of request: DialectRequest) async throws(ProvisioningError) -> Parameters {
        let body: [UInt8]
        do throws(BodyFault) {
            body = try await request.body(upTo: Self.bodyLimit)
        } catch {
            throw ProvisioningError(.bodyUnreadable)
        }
        return try Parameters(
            query: request.path.query, body: body, contentType: request.headers[.contentType] ?? "")
    }

    static func answer(_ json: JSON) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.text)))
    }

    /// `error` with what the vendor says of the rule; money that is missing stands in `details`.
    static func refusal(_ fault: Fault) -> JSON {
        let row = errors[fault.rule]
        var error = JSONObject()
        error.append("code", .number(row.code))
        error.append("msg", .string(row.text(fault.values)))
        if fault.rule == .insufficientMoney, let needed = fault.values.first {
            error.append("details", ["required_money": .number(needed)])
        }
        return ["error": .object(error)]
    }
}

/// An admitted request: who asks, and with what.
struct Exchange: Sendable {
    let useCases: UseCases
    let key: ServiceKey
    let parameters: Parameters
    /// `scheme://host:port` as the client wrote it.
    let origin: String

    /// The key as the use cases know callers: what it may do was decided by its role.
    var caller: Caller {
        Caller(id: CallerID(rawValue: 0), account: key.account, name: key.id, role: .administrator)
    }

    var application: Reference<CallApplication>? {
        get throws(ProvisioningError) {
            try parameters.reference("application", unknown: .applicationIDUnknown)
        }
    }
}

/// One command: who may give it, and what it does.
struct Command: Sendable {
    let name: String
    let roles: Set<ServiceRole>
    let perform: @Sendable (Exchange) async throws(ProvisioningError) -> JSON

    init(
        _ name: String, _ roles: Set<ServiceRole>,
        _ perform: @escaping @Sendable (Exchange) async throws(ProvisioningError) -> JSON
    ) {
        self.name = name
        self.roles = roles
        self.perform = perform
    }

    /// What a change without more to say answers.
    static let done: JSON = ["result": 1]
}
