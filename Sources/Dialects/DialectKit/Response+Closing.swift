package import Hummingbird

extension Response {
    /// An answer without a body after which the connection ends (RFC 9112 section 9.6).
    ///
    /// The header alone would be a promise: the server closes for what the client says, or when a body fails.
    package static func closing(_ status: HTTPResponse.Status, headers: HTTPFields = HTTPFields()) -> Response {
        var headers = headers
        headers[.connection] = "close"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: 0) { writer in
                try await writer.finish(nil)
                throw ConnectionIsOver()
            })
    }
}

private struct ConnectionIsOver: Error {}
