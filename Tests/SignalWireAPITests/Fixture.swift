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
        let file = Self.directory.appending(path: "\(name).http")
        let text = try String(contentsOf: file, encoding: .utf8)
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
    var token: String { head["Token"] ?? "2026" }
    var inventory: [String] { head["Inventory"]?.components(separatedBy: " ") ?? [] }
    var resource: CallResource.Kind? { head["Resource"].flatMap(CallResource.Kind.init) }
    /// Seconds that pass before the last exchange.
    var later: Int { head["Later"].flatMap { Int($0) } ?? 0 }
    var storeIsDown: Bool { head["Store"] == "down" }

    /// Method and path, further headers, and body.
    var parts: (line: String, headers: [String], body: String) {
        get throws {
            let parts = try Self.split(request)
            return (parts.head[0], Array(parts.head.dropFirst()), parts.body)
        }
    }

    /// Status line with headers, and body, with their places.
    var answer: (head: [String], body: String) { get throws { try Self.split(response) } }

    private static func split(_ section: String) throws -> (head: [String], body: String) {
        let end = try #require(section.range(of: "\n\n") ?? section.range(of: "\n", options: [.backwards, .anchored]))
        return (section[..<end.lowerBound].components(separatedBy: "\n"), String(section[end.upperBound...]))
    }
}
