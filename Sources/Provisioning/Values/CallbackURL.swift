/// Where an account's callbacks are posted: an absolute URL of HTTP or HTTPS without a user, at most 255 characters.
///
/// It is taken apart once, so that the host that is checked is the host that is called.
package struct CallbackURL: Sendable, Equatable {
    package let isSecure: Bool
    /// A name, or an address without brackets.
    package let host: String
    package let port: UInt16
    /// Path and query, from the first slash on.
    package let target: String

    /// - Returns: `nil` for what is no such URL.
    package init?(_ text: String) {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !Self.unsafe.contains($0) }),
            let scheme = [("http://", false), ("https://", true)].first(where: { text.lowercased().hasPrefix($0.0) })
        else { return nil }
        let rest = text.dropFirst(scheme.0.count).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = Self.parts(of: authority) else { return nil }
        let tail = rest.dropFirst(authority.count)
        self.isSecure = scheme.1
        self.host = host
        self.port = port ?? (scheme.1 ? 443 : 80)
        target = tail.hasPrefix("/") ? String(tail) : "/\(tail)"
    }

    /// What clients disagree about, or must not stand in a URL (RFC 3986 section 2).
    private static let unsafe = Set("\\\"<>^`{|}".utf8)

    private static func parts(of authority: Substring) -> (host: String, port: UInt16?)? {
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        let host = end.map { authority[..<$0] } ?? authority.prefix { $0 != ":" }
        let rest = authority.dropFirst(host.count)
        var port: UInt16?
        if let colon = rest.first {
            let digits = rest.dropFirst()
            guard colon == ":", (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit),
                let number = UInt16(digits), number > 0
            else { return nil }
            port = number
        }
        if end != nil {
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), IPAddress(address) != nil else { return nil }
            return (String(address), port)
        }
        guard HostName.labels(of: host) != nil else { return nil }
        return (host.lowercased(), port)
    }

    /// The URL anew, of its parts.
    package var text: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)\(target)"
    }
}
