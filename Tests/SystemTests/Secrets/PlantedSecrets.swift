import Foundation

/// Values that nobody may find afterwards, each with the place it was put in.
struct PlantedSecrets: Sendable {
    private(set) var values: [(place: String, value: String)] = []

    /// A new secret of letters and digits, which no encoding changes.
    mutating func make(_ place: String) -> String {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        let value = "planted" + String((0..<20).compactMap { _ in letters.randomElement() })
        add(place, value)
        return value
    }

    /// Adds a secret that was made elsewhere, such as the answer to a challenge.
    mutating func add(_ place: String, _ value: String) { values.append((place, value)) }

    /// The places whose secrets stand in the text, as they are or in Base64.
    func found(in text: some StringProtocol) -> [String] {
        values.filter { secret in
            let base64 = Data(secret.value.utf8).base64EncodedString().prefix { $0 != "=" }.dropLast()
            return text.contains(secret.value) || text.contains(base64)
        }.map(\.place)
    }
}
