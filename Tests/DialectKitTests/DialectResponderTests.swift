import DialectKit
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing

@Suite struct DialectResponderTests {
    /// Knows one path and answers with its name and what it saw of the request.
    private struct Named: Dialect {
        let name: String
        let path: String

        func respond(to request: DialectRequest) async -> Response? {
            guard request.path.description == path else { return nil }
            let body = try? await request.body(upTo: 4)
            let length = body.map { "\($0.count)" } ?? "too large"
            let text = "\(name) \(request.method) \(request.origin) \(length)"
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    @Test(arguments: [
        ("/a", "", "first POST https://h:1 0"),
        ("/b/", "1234", "second POST https://h:1 4"),
        ("/b", "12345", "second POST https://h:1 too large"),
        ("/c", "", nil),
        ("/", "", nil),
    ])
    func theFirstDialectThatKnowsThePathAnswers(path: String, body: String, answer: String?) async throws {
        let responder = DialectResponder(
            [
                Named(name: "first", path: "/a"), Named(name: "second", path: "/b"), Named(name: "third", path: "/a"),
            ], scheme: "https")
        let head = HTTPRequest(method: .post, scheme: "http", authority: "h:1", path: path)
        let context = DialectContext(
            source: ApplicationRequestContextSource(
                channel: EmbeddedChannel(), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
        let response = await responder.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))), context: context)
        #expect(response.status == (answer == nil ? .notFound : .ok))
        #expect(response.body.contentLength == answer?.utf8.count ?? 0)
        let writer = Collector()
        try await response.body.write(writer)
        #expect(await writer.text == answer ?? "")
    }

    private actor Sink {
        var text = ""
        func append(_ more: String) { text += more }
    }

    private struct Collector: ResponseBodyWriter {
        let sink = Sink()
        var text: String { get async { await sink.text } }

        mutating func write(_ buffer: ByteBuffer) async throws { await sink.append(String(buffer: buffer)) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
