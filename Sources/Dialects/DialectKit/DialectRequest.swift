package import Hummingbird
package import Provisioning

/// A request on its way to a dialect: head and path are read, the body is not yet.
package struct DialectRequest: Sendable {
    package let method: HTTPRequest.Method
    package let path: RequestPath
    package let headers: HTTPFields
    /// `scheme://host:port` as the client wrote it; empty where it named no host.
    package let origin: String
    /// Where the request comes from; `nil` where nobody knows.
    package let source: IPAddress?
    private let body: RequestBody

    package init(_ request: Request, scheme: String, source: IPAddress?) {
        self.source = source
        method = request.method
        path = RequestPath(request.uri.path, query: request.uri.query)
        headers = request.headers
        origin = request.head.authority.map { "\(scheme)://\($0)" } ?? ""
        body = request.body
    }

    /// The whole body; to be called once.
    ///
    /// Throws `tooLarge` for one of more than `limit` bytes, which is not kept, and `broken` when it does not arrive.
    package func body(upTo limit: Int) async throws(BodyFault) -> [UInt8] {
        if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit { throw .tooLarge }
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                guard bytes.count + part.readableBytes <= limit else { throw BodyFault.tooLarge }
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch {
            throw error as? BodyFault ?? .broken
        }
        return bytes
    }
}

/// Why a body could not be had.
package enum BodyFault: Error, Equatable {
    case tooLarge
    case broken
}
