/// A keep-alive connection to a server of ours, and nothing between the test and its bytes.
struct HTTPConnection: ~Copyable {
    private let socket: LoopbackSocket
    private let port: UInt16
    private var rest: [UInt8] = []

    /// An answer as it came.
    struct Answer: Sendable {
        let status: Int
        /// By name in small letters.
        let headers: [String: String]
        let body: String
    }

    /// The connection ended, or nothing came, before the answer was whole.
    struct Broken: Error {}

    init(to port: UInt16) throws {
        socket = try LoopbackSocket(.tcp, to: port)
        self.port = port
    }

    mutating func send(_ method: String, _ path: String, headers: [String] = [], body: String? = nil) throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + headers
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        if body != nil, !headers.contains(where: { $0.hasPrefix("Content-Type:") }) {
            lines.append("Content-Type: application/xml")
        }
        try socket.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8))
        return try receive()
    }

    private mutating func receive() throws -> Answer {
        var end = Self.headEnd(rest)
        while end == nil {
            try fill()
            end = Self.headEnd(rest)
        }
        let bodyStart = end ?? 0
        let lines = String(decoding: rest[..<(bodyStart - 4)], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first.flatMap({ Int($0.split(separator: " ").dropFirst().first ?? "") }) else {
            throw Broken()
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw Broken() }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let bodyEnd = bodyStart + (headers["content-length"].flatMap { Int($0) } ?? 0)
        while rest.count < bodyEnd { try fill() }
        let body = String(decoding: rest[bodyStart..<bodyEnd], as: UTF8.self)
        rest.removeFirst(bodyEnd)
        return Answer(status: status, headers: headers, body: body)
    }

    private mutating func fill() throws {
        guard let bytes = try socket.receive(within: 30_000), !bytes.isEmpty else { throw Broken() }
        rest += bytes
    }

    /// Where the body begins.
    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (4...bytes.count).first { bytes[($0 - 4)..<$0].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) }
    }
}
