import Foundation
import Provisioning
import Testing

/// One exchange on the wire and what it takes for it to hold, as `Fixtures/README.md` describes.
struct Fixture: Sendable, CustomTestStringConvertible {
    /// Its path below `Fixtures`, without the ending.
    let name: String
    private let head: [String: String]
    private let request: String
    private let response: String

    var testDescription: String { name }

    static let all: [String] = {
        let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".http") }.map { String($0.dropLast(5)) }.sorted()
    }()

    private static let directory = Bundle.module.bundleURL.appending(path: "Fixtures")

    init(_ name: String) throws {
        self.name = name
        let text = try String(contentsOf: Self.directory.appending(path: "\(name).http"), encoding: .utf8)
        let sections = (text.hasSuffix("\n") ? String(text.dropLast()) : text).components(separatedBy: "\n=== ")
        try #require(sections.count == 3 && sections[1].hasPrefix("request\n") && sections[2].hasPrefix("response\n"))
        head = Dictionary(
            uniqueKeysWithValues: sections[0].split(separator: "\n").map { line in
                let parts = line.components(separatedBy: ": ")
                return (parts[0], parts.dropFirst().joined(separator: ": "))
            })
        request = String(sections[1].dropFirst("request\n".count))
        response = String(sections[2].dropFirst("response\n".count))
    }

    var source: String? { head["Source"] }
    var says: String? { head["Says"] }
    var before: [String] { head["Before"]?.components(separatedBy: ", ") ?? [] }
    var token: String { head["Token"] ?? "good" }
    var balance: String { head["Balance"] ?? "100" }
    var isFrozen: Bool { head["Frozen"] != nil }
    var isSuspended: Bool { head["Suspended"] != nil }
    var storeIsDown: Bool { head["Store"] == "down" }
    /// A domain in which another dialect has a credential `taken`.
    var credentialDomain: String? { head["Credential"] }
    var rate: Int? { head["Rate"].flatMap { Int($0) } }

    var role: ServiceRole {
        get throws {
            guard let name = head["Role"] else { return .owner }
            return try #require(ServiceRole(rawValue: name))
        }
    }

    /// Method and path, further headers, and body; the line ends of a multipart body are written as `\r\n`.
    func parts(_ place: (String) -> String) throws -> (line: String, headers: [String], body: String) {
        let parts = try Self.split(request)
        let isMultipart = parts.head.contains { $0.contains("multipart/") }
        let body = isMultipart ? parts.body.replacing(#"\r\n"#, with: "\r\n") : parts.body
        return (place(parts.head[0]), Array(parts.head.dropFirst()), place(body))
    }

    /// The answer as it must stand on the wire, without its `Date` and `Content-Length`.
    func answer(_ place: (String) -> String) throws -> (head: String, body: String) {
        let parts = try Self.split(response)
        return (parts.head.joined(separator: "\r\n"), place(parts.body))
    }

    private static func split(_ section: String) throws -> (head: [String], body: String) {
        let end = try #require(section.range(of: "\n\n") ?? section.range(of: "\n", options: [.backwards, .anchored]))
        return (section[..<end.lowerBound].components(separatedBy: "\n"), String(section[end.upperBound...]))
    }
}
