/// The body of a form (`application/x-www-form-urlencoded`, as RFC 6749 appendix B reads it).
package struct FormBody: Sendable {
    private let pairs: [(name: String, value: String)]

    /// Most pairs in one form.
    private static let limit = 256

    /// `nil` for what is not UTF-8, holds a broken escape, or too many pairs.
    package init?(reading bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let parts = text.split(separator: "&")
        guard parts.count <= Self.limit else { return nil }
        var pairs: [(name: String, value: String)] = []
        for part in parts {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count == 2 ? sides[1] : "") else {
                return nil
            }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    /// The values of the fields of that name, in their order.
    package subscript(name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// The name of a field that stands more than once, or `nil`.
    package var repeated: String? {
        var seen: Set<String> = []
        return pairs.first { !seen.insert($0.name).inserted }?.name
    }

    private static func decoded(_ text: Substring) -> String? {
        Substring(text.replacing("+", with: " ")).percentDecoded
    }
}
