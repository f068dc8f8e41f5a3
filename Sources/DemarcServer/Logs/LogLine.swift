import Foundation
import Logging

/// One log message as one line: text to read, or a JSON object.
struct LogLine {
    let milliseconds: Int64
    let label: String
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata

    func text(_ format: LogFormat) -> String {
        switch format {
        case .text: readable
        case .json: json
        }
    }

    /// `2026-01-02T03:04:05.678Z info demarc message key=value`; a value with spaces is quoted.
    private var readable: String {
        let fields = metadata.sorted { $0.key < $1.key }.map { key, value in
            let text = "\(value)"
            let plain = !text.isEmpty && !text.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
            return " \(key)=\(plain ? Self.withoutControls(text) : Self.quoted(text))"
        }
        return "\(time) \(level.rawValue) \(label) \(Self.withoutControls(message))\(fields.joined())\n"
    }

    /// Keys in a fixed order; metadata that would hide one of them gets an underscore.
    private var json: String {
        let own = [("time", time), ("level", level.rawValue), ("logger", label), ("message", message)]
        let taken = Set(own.map(\.0))
        let rest = metadata.sorted { $0.key < $1.key }.map {
            (taken.contains($0.key) ? "_\($0.key)" : $0.key, "\($0.value)")
        }
        let pairs = (own + rest).map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }
        return "{\(pairs.joined(separator: ","))}\n"
    }

    private var time: String {
        let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(date.formatted(.iso8601).dropLast()).\(fraction)Z"
    }

    /// A JSON string (RFC 8259 section 7).
    private static func quoted(_ text: String) -> String {
        "\"" + text.unicodeScalars.reduce(into: "") { $0 += escaped($1) } + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            guard scalar.value < 0x20 || scalar.value == 0x7F else { return String(scalar) }
            let hex = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
    }

    /// What a stranger sent must not begin a line of its own.
    private static func withoutControls(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += $1.value < 0x20 || $1.value == 0x7F ? escaped($1) : String($1) }
    }
}
