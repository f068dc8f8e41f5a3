import Provisioning

/// The path of a request in segments, and its query; nothing is decoded before it is asked for.
package struct RequestPath: Sendable, CustomStringConvertible {
    /// As sent, without empty ones: a doubled or trailing slash changes nothing.
    package let segments: [Substring]
    /// What stood behind the `?`, as sent.
    package let query: String?

    package init(_ path: String, query: String? = nil) {
        segments = path.split(separator: "/", omittingEmptySubsequences: true)
        self.query = query
    }

    /// The first value of the query parameter of that name in any case, percent-decoded; a `+` stands for itself.
    package func parameter(_ name: String) -> String? {
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].matches(name) else { continue }
            return parts.count == 2 ? parts[1].percentDecoded ?? String(parts[1]) : ""
        }
        return nil
    }

    package var description: String { "/" + segments.joined(separator: "/") }
}

extension Substring {
    /// Whether both are the same but for the case of ASCII letters.
    func matches(_ other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// The text with its `%XX` decoded (RFC 3986 section 2.1), or `nil` where that is no UTF-8 or an escape is broken.
    var percentDecoded: String? {
        guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension String {
    /// The text with every byte but the unreserved ones as `%XX` (RFC 3986 section 2.3).
    package var percentEncoded: String {
        var encoded = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
