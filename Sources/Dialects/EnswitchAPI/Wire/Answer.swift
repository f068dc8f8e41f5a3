import DialectKit
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
    private let data: JSON?

    static func data(_ value: JSON) -> Answer { Answer(entries: [entry("200")], data: value) }

    /// The number of what was created.
    static func created<Resource>(_ id: Identifier<Resource>) -> Answer {
        data(["id": JSON(id.rawValue)])
    }

    static func count(_ count: Int) -> Answer { data(["count": JSON(count)]) }

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
        let responses = entries.map { entry -> JSON in
            ["code": .string(entry.code), "key": .string(entry.key), "message": .string(entry.message)]
        }
        var body = JSONObject(["responses": .array(responses)])
        if let data { body.append("data", data) }
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: JSON.object(body).text(.spaced))))
    }
}

extension JSON {
    /// 1 or 0, the vendor's truth values.
    static func flag(_ value: Bool) -> JSON { JSON(value ? 1 : 0) }
}
