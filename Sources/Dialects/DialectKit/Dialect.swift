package import Hummingbird
import Logging

/// One vendor's wire: it takes the requests whose path is its own and answers them in the vendor's words.
package protocol Dialect: Sendable {
    /// The answer, or `nil` where the path is none of this dialect's.
    func respond(to request: DialectRequest) async -> Response?
}

/// What a vendors' listener runs: the first dialect that knows the path answers; a path that none knows shows nothing.
package struct DialectResponder: HTTPResponder {
    package typealias Context = DialectContext

    private let dialects: [any Dialect]
    private let scheme: String

    /// - Parameter scheme: what clients of this listener write before `://`; it stands in absolute URLs that we send.
    package init(_ dialects: [any Dialect], scheme: String = "http") {
        self.dialects = dialects
        self.scheme = scheme
    }

    package func respond(to request: Request, context: DialectContext) async -> Response {
        let request = DialectRequest(request, scheme: scheme, source: context.source)
        for dialect in dialects {
            guard let response = await dialect.respond(to: request) else { continue }
            // What is unavailable says so itself, once and not for every request.
            if response.status.kind == .serverError, response.status != .serviceUnavailable {
                context.logger.error(
                    "A request was not carried out",
                    metadata: [
                        "method": "\(request.method)", "path": "\(request.path)", "status": "\(response.status.code)",
                    ])
            }
            return response
        }
        return Response(status: .notFound)
    }
}
