/// Prometheus text, format version 0.0.4: one HELP and TYPE for each family, then its samples.
package struct Exposition {
    package enum Kind: String {
        case counter, gauge, histogram
    }

    /// One value; `suffix` is `_bucket`, `_sum` or `_count` of a histogram.
    package struct Sample {
        let suffix: String
        let labels: [(name: String, value: String)]
        let value: Double

        package init(_ value: Double, labels: [(name: String, value: String)] = [], suffix: String = "") {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    package private(set) var text = ""

    package init() {}

    /// Writes a family; one without samples is left out.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }
            let set = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
            text += "\(name)\(sample.suffix)\(set) \(Self.number(sample.value))\n"
        }
    }

    /// Writes a family of one sample without labels.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
        add(name, kind, help, [Sample(Double(value))])
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\n", "\r\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.append(character)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value == -.infinity { return "-Inf" }
        if value.isNaN { return "NaN" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }
}
