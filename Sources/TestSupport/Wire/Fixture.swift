package import Foundation

/// One exchange on the wire and what it takes for it to hold, as the `README.md` of each folder of fixtures describes.
package struct Fixture: Sendable {
    /// Its path below its folder, without the ending.
    package let name: String
    private let facts: [String: String]
    private let request: Message
    private let response: Message

    private struct Message {
        var head: [String]
        var body: String

        /// Reads a section: its name, the lines of the head, an empty line, the body.
        init?(_ section: String, named name: String) {
            guard section.hasPrefix("\(name)\n") else { return nil }
            let text = section.dropFirst(name.count + 1)
            guard let end = text.range(of: "\n\n") ?? text.range(of: "\n", options: [.backwards, .anchored]) else {
                return nil
            }
            head = text[..<end.lowerBound].components(separatedBy: "\n")
            body = String(text[end.upperBound...])
        }
    }

    package struct Unreadable: Error {
        package let name: String
    }

    /// The names of all fixtures in a folder and below.
    package static func names(in folder: URL) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".http") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// A file's text without the line end behind it.
    package static func text(_ file: String, in folder: URL) throws -> String {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    package init(_ name: String, in folder: URL) throws {
        self.name = name
        let sections = try Self.text("\(name).http", in: folder).components(separatedBy: "\n=== ")
        guard sections.count == 3, var request = Message(sections[1], named: "request"),
            let response = Message(sections[2], named: "response")
        else { throw Unreadable(name: name) }
        facts = Dictionary(
            uniqueKeysWithValues: sections[0].split(separator: "\n").map { line in
                let parts = line.components(separatedBy: ": ")
                return (parts[0], parts.dropFirst().joined(separator: ": "))
            })
        if request.body.hasPrefix("@") { request.body = try Self.text(String(request.body.dropFirst()), in: folder) }
        if request.head.contains(where: { $0.contains("multipart/") }) {
            request.body = request.body.replacing(#"\r\n"#, with: "\r\n")
        }
        (self.request, self.response) = (request, response)
    }

    /// What the fixture says of itself under that name.
    package subscript(_ fact: String) -> String? { facts[fact] }

    /// The names of the exchanges that come first.
    package var before: [String] { facts["Before"]?.components(separatedBy: ", ") ?? [] }
    package var storeIsDown: Bool { facts["Store"] == "down" }
    /// Whether it says what it shows, and where it comes from with a year or the number of an RFC.
    package var saysWhereItComesFrom: Bool {
        facts["Source"]?.contains(/20[0-9]{2}|RFC [0-9]+/) == true && facts["Says"]?.isEmpty == false
    }

    /// Method and target, further headers, and body.
    package func parts(_ place: (String) -> String = { $0 }) -> (line: String, headers: [String], body: String) {
        (place(request.head[0]), request.head.dropFirst().map(place), place(request.body))
    }

    /// The answer as it must stand on the wire, without `Date` and `Content-Length`.
    package func answer(_ place: (String) -> String = { $0 }) -> (head: [String], body: String) {
        (response.head.map(place), place(response.body))
    }

    /// The answer as it must stand on the wire, without `Date`.
    package func answerText(_ place: (String) -> String = { $0 }) -> String {
        let (head, body) = answer(place)
        return (head + ["Content-Length: \(body.utf8.count)", "", body]).joined(separator: "\r\n")
    }
}
