package import Hummingbird
package import Provisioning

/// How a dialect says that one rule was broken.
package struct ErrorRow: Sendable {
    package let status: HTTPResponse.Status
    /// The vendor's code.
    package let code: String
    /// The vendor's text; `%s` takes the fault's next value and `%2$s` its second.
    package let template: String

    package init(_ status: HTTPResponse.Status, _ code: String, _ template: String) {
        self.status = status
        self.code = code
        self.template = template
    }

    /// The text with the values in their places; a place without a value stays empty.
    package func text(_ values: [String]) -> String {
        var text = ""
        var next = 0
        var rest = template[...]
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            rest = rest[percent...].dropFirst()
            let digits = rest.prefix { $0.isWholeNumber }
            let place = Int(digits).map { $0 - 1 } ?? next
            if digits.isEmpty { next += 1 }
            rest = rest.dropFirst(digits.isEmpty ? 1 : digits.count + 2)
            text += values.indices.contains(place) ? values[place] : ""
        }
        return text + rest
    }
}

extension Rule {
    /// Whether the fault's values are the seconds to wait, and the second since 1970 when that ends.
    package var saysWhenToComeBack: Bool { self == .tooManyAttempts || self == .requestRateExceeded }
}

/// A dialect's error table: one row for each rule that its requests can break, which a test of the dialect makes sure of.
package struct ErrorTable: Sendable {
    package let rows: [Rule: ErrorRow]

    /// - Parameter parts: which name no rule twice.
    package init(_ parts: [Rule: ErrorRow]...) {
        rows = parts.reduce(into: [:]) { rows, part in rows.merge(part) { first, _ in first } }
    }

    /// The row of a rule; one that the table does not have is our failure and says nothing else.
    package subscript(rule: Rule) -> ErrorRow {
        rows[rule] ?? rows[.unavailable] ?? ErrorRow(.internalServerError, "", "")
    }
}
