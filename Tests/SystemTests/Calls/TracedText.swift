/// A message as it stands in a trace, where lines end with one character.
struct TracedText: Sendable, CustomStringConvertible {
    let description: String
    private let head: [Substring]

    init(_ text: String) {
        description = text
        head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }.map { $0 }
    }

    private var line: [Substring] { head.first?.split(separator: " ", maxSplits: 2) ?? [] }

    /// Empty for a response.
    var method: String { line.first.map { $0 == "SIP/2.0" ? "" : String($0) } ?? "" }

    /// Nil for a request.
    var status: Int? { method.isEmpty ? line.dropFirst().first.flatMap { Int($0) } : nil }

    /// The values of a header in the order of its lines; for `Request-URI` that, for `m=audio`, `<location` and such the
    /// body's lines.
    subscript(name: String) -> [String] {
        if name == "Request-URI" { return line.dropFirst().prefix(1).map(String.init) }
        if name.contains("=") || name.hasPrefix("<") {
            return description.split(separator: "\n").filter { $0.hasPrefix(name) }
                .map { String($0.dropFirst(name.count)) }
        }
        let start = "\(name.lowercased()):"
        return head.dropFirst().filter { $0.lowercased().hasPrefix(start) }
            .map { String($0.dropFirst(start.count).drop { $0 == " " }) }
    }
}
