import Testing

/// What the places of fixtures stand for, as the exchanges so far gave it.
struct Places {
    private var values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    func callAsFunction(_ text: String) -> String {
        values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// What `{new:NAME}`, `{page:NAME}` and `{jwt:NAME}` may stand for.
    private static var kinds: [String: Regex<Substring>] {
        [
            "new": /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/,
            "page": /P[AB][0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
            "jwt": /[-_0-9A-Za-z]+\.[-_0-9A-Za-z]+\.[-_0-9A-Za-z]+/,
        ]
    }

    /// Reads the new names of a template from a text that follows it, as far as it does.
    mutating func learn(_ template: String, from text: String) {
        var rest = text[...]
        var template = template[...]
        while let place = template.firstMatch(of: /\{(new|page|jwt):([0-9A-Za-z]+)\}/) {
            let literal = callAsFunction(String(template[..<place.range.lowerBound]))
            guard rest.hasPrefix(literal), let kind = Self.kinds[String(place.1)] else { return }
            rest = rest.dropFirst(literal.count)
            guard let value = rest.prefixMatch(of: kind) else { return }
            values[String(place.2)] = String(value.0)
            rest = rest[value.range.upperBound...]
            template = template[place.range.upperBound...]
        }
    }

    /// The template with its new names taken for known ones.
    static func known(_ template: String) -> String {
        template.replacing(/\{(new|page|jwt):([0-9A-Za-z]+)\}/) { "{\($0.2)}" }
    }
}
