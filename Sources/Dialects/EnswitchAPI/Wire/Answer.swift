import Hummingbird
import Provisioning

/// What a function answers: HTTP 200 always, the outcome within.
struct Answer: Sendable {
    /// One outcome; the code is the vendor's, which looks like HTTP's.
    struct Entry: Sendable {
        let code: String
        /// The parameter that is wrong; empty where none is.
        let key: String
        let message: String
    }

    private let entries: [Entry]
    private let data: JSONValue?

    static func data(_ value: JSONValue) -> Answer { Answer(entries: [entry("200")], data: value) }

    /// The number of what was created.
    static func created<Resource>(_ id: Identifier<Resource>) -> Answer {
        data(.object([.init("id", .number(id.rawValue))]))
    }

    static func count(_ count: Int) -> Answer { data(.object([.init("count", .number(count))])) }

    /// The input would have been taken; nothing was stored.
    static let validated = Answer(entries: [entry("201")], data: nil)
    /// Success without data.
    static let done = Answer(entries: [entry("204")], data: nil)

    static func refused(_ entries: [Entry]) -> Answer { Answer(entries: entries, data: nil) }

    static func failed(code: String, _ message: String) -> Answer {
        refused([Entry(code: code, key: "", message: message)])
    }

    private static func entry(_ code: String) -> Entry { Entry(code: code, key: "", message: "OK") }

    var response: Response {
        let responses = entries.map { entry in
            JSONValue.object([
                .init("code", .text(entry.code)), .init("key", .text(entry.key)),
                .init("message", .text(entry.message)),
            ])
        }
        let members = [JSONValue.Member("responses", .list(responses))] + (data.map { [.init("data", $0)] } ?? [])
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: JSONValue.object(members).rendered)))
    }
}
