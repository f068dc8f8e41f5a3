package import DialectKit
import Foundation
import HTTPTypes
package import Hummingbird
package import Provisioning

/// Lets in whoever shows the operator's token, and not too often: as `Authorization: Bearer`, or as the password of Basic sign-in.
///
/// `/health` and `/ready` say nothing worth hiding and are open. A browser sends Basic credentials by itself, so a change
/// that comes with an `Origin` other than ours is refused.
package struct OperatorGate: RouterMiddleware {
    package typealias Context = OperatorContext

    /// The user name of Basic sign-in.
    package static let userName = "operator"
    private static let open: Set<String> = ["/health", "/ready"]
    private let token: Secret<String>
    private let limits: RequestLimits

    package init(token: Secret<String>, limits: RequestLimits) {
        self.token = token
        self.limits = limits
    }

    package func handle(
        _ request: Request, context: OperatorContext,
        next: @concurrent (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        if Self.open.contains(request.uri.path) { return try await next(request, context) }
        guard let authorization = request.headers[.authorization], admits(authorization) else {
            throw OperatorError(.unauthorized)
        }
        try limits.admit(.operator)
        guard request.method == .get || request.method == .head || comesFromHere(request) else {
            throw OperatorError(.foreignOrigin)
        }
        return try await next(request, context)
    }

    private func admits(_ authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return false }
        switch parts[0].lowercased() {
        case "bearer":
            return isToken(parts[1].utf8)
        case "basic":
            guard let data = Data(base64Encoded: String(parts[1])) else { return false }
            let expected = Array("\(Self.userName):".utf8)
            return data.starts(with: expected) && isToken(data.dropFirst(expected.count))
        default:
            return false
        }
    }

    /// Takes the same time whichever byte differs; the token's length is no secret.
    private func isToken(_ candidate: some Collection<UInt8>) -> Bool {
        let expected = Array(token.reveal().utf8)
        guard candidate.count == expected.count, !expected.isEmpty else { return false }
        return zip(candidate, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func comesFromHere(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.head.authority else { return false }
        return origin == "http://\(authority)" || origin == "https://\(authority)"
    }
}
