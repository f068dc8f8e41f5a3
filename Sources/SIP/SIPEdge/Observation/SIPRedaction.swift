/// Takes out of SIP what somebody could use who only looks at it: answers to challenges, passwords in URIs, media keys.
enum SIPRedaction {
    private static let mark = "<redacted>"
    /// What is public of a digest answer; everything else goes, and what nobody knows goes as well.
    private static let publicParts: Set<String> = [
        "username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque",
    ]

    /// A whole message, however broken; line ends stay as they are.
    static func message(_ text: String) -> String {
        var lines: [String] = []
        var isSecret = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if isSecret, line.first == " " || line.first == "\t" {
                // A folded line belongs to the header before it (RFC 3261 section 7.3.1).
                lines.append(" \(mark)")
                continue
            }
            let name = line.prefix { $0 != ":" }.filter { !$0.isWhitespace }.lowercased()
            isSecret = name == "authorization" || name == "proxy-authorization"
            lines.append(isSecret ? authorization(line) : String(line))
        }
        let separator = text.contains("\r\n") ? "\r\n" : "\n"
        return keys(uris(lines.joined(separator: separator)))
    }

    /// Any text, with the passwords of its SIP URIs left out (RFC 3261 section 19.1.1).
    static func uris(_ text: String) -> String {
        guard text.contains("@") else { return text }
        return text.replacing(/(?i)(sips?:[^\s<>"@:]+):[^\s<>"@]*@/) { "\($0.output.1):\(mark)@" }
    }

    /// The keys of SDES (RFC 4568 section 9.2) and ICE (RFC 8839 section 5.4).
    private static func keys(_ text: String) -> String {
        guard text.contains("a=") else { return text }
        return text.replacing(/inline:[^\s|;]+/) { _ in "inline:\(mark)" }
            .replacing(/a=ice-pwd:[^\s]+/) { _ in "a=ice-pwd:\(mark)" }
    }

    /// The header with the public parts of a digest answer, and nothing of another scheme's.
    private static func authorization(_ line: Substring) -> String {
        guard let colon = line.firstIndex(of: ":") else { return mark }
        let name = line[...colon]
        let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
        let scheme = value.prefix { !$0.isWhitespace }
        guard scheme.lowercased() == "digest" else { return "\(name) \(mark)" }
        let parts = fields(value.dropFirst(scheme.count)).map { part in
            guard let equals = part.firstIndex(of: "=") else { return mark }
            let key = part[..<equals].filter { !$0.isWhitespace }
            return publicParts.contains(key.lowercased()) ? String(part) : "\(part[...equals])\(mark)"
        }
        return "\(name) \(scheme)\(parts.joined(separator: ","))"
    }

    /// What stands between the commas that are not quoted.
    private static func fields(_ text: Substring) -> [Substring] {
        var isQuoted = false
        var isEscaped = false
        return text.split(omittingEmptySubsequences: false) { character in
            defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            return character == "," && !isQuoted
        }
    }
}
