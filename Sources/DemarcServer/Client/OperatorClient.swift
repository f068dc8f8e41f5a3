import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OperatorAPI
import Provisioning

/// Asks a running server, over the operator's API.
struct OperatorClient: Sendable {
    enum Method {
        case get, post, put, patch, delete

        fileprivate var http: HTTPMethod {
            switch self {
            case .get: .GET
            case .post: .POST
            case .put: .PUT
            case .patch: .PATCH
            case .delete: .DELETE
            }
        }
    }

    private static let maximumAnswer = 64 * 1024 * 1024
    private let url: String
    private let token: Secret<String>
    private let dataDirectory: String

    /// The server that runs on the data directory; throws `noServer` where none said that it does.
    init(dataDirectory: String) throws(CommandError) {
        self.dataDirectory = dataDirectory
        guard let file = OperatorFile.read(in: dataDirectory) else { throw Self.noServer(dataDirectory) }
        url = file.url
        token = Secret(file.token)
    }

    /// The path of `segments` under `/v1`, each of them escaped.
    static func path(_ segments: String..., query: [(String, String?)] = []) -> String {
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(escape($0))" } }
        let path = "/v1/" + segments.map(escape).joined(separator: "/")
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws(CommandError)
        -> Answer
    {
        try Self.decode(try await send(.get, path, body: nil))
    }

    /// Every item of a list, page by page.
    func all<Item: Codable & Sendable>(_ path: (Int) -> String, of type: Item.Type) async throws(CommandError)
        -> [Item]
    {
        var items: [Item] = []
        var start: Int? = 1
        while let position = start {
            let page: OperatorWire.Items<Item> = try await get(path(position))
            items += page.items
            start = page.next
        }
        return items
    }

    /// The one of a list that is meant; throws `refused` where there is none.
    func one<Item: Codable & Sendable>(
        of path: String, _ what: String, where isMeant: (Item) -> Bool
    ) async throws(CommandError) -> Item {
        let list: OperatorWire.Items<Item> = try await get(path)
        guard let item = list.items.first(where: isMeant) else {
            throw CommandError(.refused, "There is no \(what).")
        }
        return item
    }

    @discardableResult
    func send(_ method: Method, _ path: String, body: (any Encodable)? = nil) async throws(CommandError) -> Data {
        let response = try await open(method, path, body: body, timeout: .seconds(60))
        let data: Data
        do {
            data = Data(try await response.body.collect(upTo: Self.maximumAnswer).readableBytesView)
        } catch {
            throw CommandError(.serverFault, "The server's answer broke off.")
        }
        guard (200..<300).contains(response.status.code) else { throw Self.refusal(response.status, data) }
        return data
    }

    func send<Answer: Decodable>(_ method: Method, _ path: String, body: (any Encodable)?, as type: Answer.Type)
        async throws(CommandError) -> Answer
    {
        try Self.decode(try await send(method, path, body: body))
    }

    /// The data of server-sent events, until the server or `body` ends the stream.
    func events(_ path: String, _ body: (String) -> Bool) async throws(CommandError) {
        let response = try await open(.get, path, body: nil, timeout: .hours(24 * 365))
        guard response.status == .ok else { throw Self.refusal(response.status, Data()) }
        var pending = ""
        do {
            for try await chunk in response.body {
                pending += String(buffer: chunk)
                while let end = pending.firstIndex(of: "\n") {
                    let line = pending[..<end]
                    let data = line.hasPrefix("data: ") ? String(line.dropFirst(6)) : nil
                    pending.removeSubrange(...end)
                    if let data, !body(data) { return }
                }
            }
        } catch {
            throw CommandError(.noServer, "The server went away.")
        }
    }

    /// Prints so many events, or all until the server or the reader goes: as they came, or as lines.
    func watch(_ path: String, count: Int?, asJSON: Bool, _ line: (String) -> String) async throws(CommandError) {
        var seen = 0
        try await events(path) { data in
            Terminal.current.print(asJSON ? data : line(data))
            seen += 1
            return seen != count
        }
    }

    private func open(_ method: Method, _ path: String, body: (any Encodable)?, timeout: TimeAmount)
        async throws(CommandError) -> HTTPClientResponse
    {
        var request = HTTPClientRequest(url: url + path)
        request.method = method.http
        request.headers.add(name: "Authorization", value: "Bearer \(token.reveal())")
        do {
            if let body {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
            }
            return try await HTTPClient.impatient.execute(request, timeout: timeout)
        } catch {
            throw Self.noServer(dataDirectory)
        }
    }

    private static func decode<Answer: Decodable>(_ data: Data) throws(CommandError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw CommandError(.serverFault, "The server answered something else; is it another version?")
        }
    }

    private static func refusal(_ status: HTTPResponseStatus, _ data: Data) -> CommandError {
        let failure = try? JSONDecoder().decode(OperatorWire.Failure.self, from: data)
        let messages = failure?.error.faults.map(\.message) ?? ["The server answered \(status.code)."]
        let code: CommandError.Code =
            switch status.code {
            case 401: .notAllowed
            case 500...: .serverFault
            default: .refused
            }
        return CommandError(code, messages.joined(separator: "\n"))
    }

    private static func noServer(_ directory: String) -> CommandError {
        let option = directory == Setting.data.fallback.first ? "" : " --data \(directory)"
        return CommandError(
            .noServer, "No server is running on \(directory). Start one with: demarc serve\(option)")
    }

    /// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3).
    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
