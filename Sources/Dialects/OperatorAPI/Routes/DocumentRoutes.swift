import DialectKit
import Hummingbird

/// Descriptions of the APIs, for programs to read.
extension OperatorAPI {
    func addDocumentRoutes(to router: Router<OperatorContext>) {
        router.get("docs") { _, _ in Self.answer(index, "text/html; charset=utf-8") }
        for document in documents {
            router.get("docs/\(document.name)") { _, _ in Self.answer(document.text, document.mediaType) }
        }
    }

    private static func answer(_ text: String, _ type: String) -> Response {
        var headers: HTTPFields = [.contentType: type]
        headers[.contentSecurityPolicy] = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private var index: String {
        let rows = documents.map { "<li><a href=\"/docs/\($0.name)\">\($0.name)</a>: \($0.title)</li>" }
        return """
            <!DOCTYPE html>
            <html lang="en"><title>Demarc: descriptions of its APIs</title>
            <h1>Descriptions of the APIs</h1>
            <ul>
            \(rows.joined(separator: "\n"))
            </ul>
            </html>

            """
    }
}
