import Testing

/// What a message holds, by its headers, `Request-URI` and the beginnings of its body's lines: words that a value has, or nil
/// for none at all.
typealias Sight = [String: String?]

/// Expects that a message came and holds that; `{number}` stands for the digits of a number.
func expect(
    _ message: TracedText?, _ sight: Sight, number: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let message else {
        Issue.record("no such message came", sourceLocation: sourceLocation)
        return
    }
    let digits = number.filter(\.isNumber)
    for (name, words) in sight {
        let words = words?.replacing("{number}", with: digits)
        let isSeen = words.map { words in message[name].contains { $0.contains(words) } } ?? message[name].isEmpty
        #expect(isSeen, "\(name): \(words ?? "none"), not as in\n\(message)", sourceLocation: sourceLocation)
    }
}

/// Expects that all ends did as their scenarios say.
func succeed(_ ends: SippEnd..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
    for end in ends {
        let failure = try await end.failure()
        #expect(failure == nil, "\(end.received)", sourceLocation: sourceLocation)
    }
}
