import SIPMessage

/// A message as it may be shown: without what answers a challenge or signs anybody in, what people write to each other, and
/// what they key in.
///
/// Of a digest answer stands what is known to be harmless and nothing else, so that a sender who breaks the grammar
/// shows less, not more. A password within a URI (RFC 3261 section 19.1.1) is left out wherever the URI stands.
enum Redaction {
    private static let mark = "<redacted>"

    static func text(of message: [UInt8]) -> String {
        let lines = lines(of: message)
        let head = lines.prefix { !$0.text.isEmpty }
        let body = lines.dropFirst(head.count)
        let shown = head.map(text(of:)).joined()
        let count = body.dropFirst().reduce(0) { $0 + $1.text.count + $1.end.count }
        guard count > 0, !(head.lazy.compactMap(contentType).first.map(shownTypes.contains) ?? false) else {
            return shown + body.map(text(of:)).joined()
        }
        return shown + body.prefix(1).map(text(of:)).joined() + "<\(count) bytes>\r\n"
    }

    /// Bodies that are shown; others may be what people write, or their digits.
    private static let shownTypes: Set<String> = ["application/sdp", "message/sipfrag"]

    private static func contentType(_ line: Line) -> String? {
        guard let header = header(line), ["content-type", "c"].contains(header.name.lowercased()) else { return nil }
        let value = String(decoding: header.value, as: UTF8.self).lowercased()
        return value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
    }

    private static func text(of line: Line) -> String {
        let end = String(decoding: line.end, as: UTF8.self)
        guard let header = answerHeader(line) else { return withoutURIPasswords(line.text) + end }
        return header.name + ": " + answer(header.value) + end
    }

    /// A header line with its continuations (RFC 3261 section 7.3.1) and what ends it.
    private struct Line {
        var text: ArraySlice<UInt8>
        var end: ArraySlice<UInt8>
    }

    /// Bare CR and LF end a line too: no reader that takes them for one may find an answer hidden behind them.
    private static func lines(of message: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var start = 0
        while start < message.count {
            var stop = start
            while stop < message.count, message[stop] != .return, message[stop] != .newline { stop += 1 }
            var next = stop
            if next < message.count { next += message[stop...].starts(with: [.return, .newline]) ? 2 : 1 }
            let isContinued = message[start] == .space || message[start] == .tab
            if isContinued, let last = lines.last, !last.text.isEmpty {
                lines[lines.count - 1] = Line(text: message[last.text.startIndex..<stop], end: message[stop..<next])
            } else {
                lines.append(Line(text: message[start..<stop], end: message[stop..<next]))
            }
            start = next
        }
        return lines
    }

    private static func answerHeader(_ line: Line) -> (name: String, value: [UInt8])? {
        header(line).flatMap { ["authorization", "proxy-authorization"].contains($0.name.lowercased()) ? $0 : nil }
    }

    private static func header(_ line: Line) -> (name: String, value: [UInt8])? {
        guard let colon = line.text.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(decoding: line.text[..<colon], as: UTF8.self).filter { $0 != " " && $0 != "\t" }
        let isFold = [UInt8.return, .newline, .tab]
        return (name, line.text[(colon + 1)...].map { isFold.contains($0) ? .space : $0 })
    }

    private static func answer(_ value: [UInt8]) -> String {
        let start = value.firstIndex { $0 != .space } ?? value.count
        let end = (value.lastIndex { $0 != .space } ?? start - 1) + 1
        guard end < 1 << 16, let fields = DigestFields(value.span, ByteRange(start, end)), fields.isDigest else {
            return mark
        }
        let harmless: [(name: String, range: ByteRange?, quote: String)] = [
            ("username", fields.username, "\""), ("realm", fields.realm, "\""), ("nonce", fields.nonce, "\""),
            ("uri", fields.uri, "\""), ("algorithm", fields.algorithm, ""), ("qop", fields.qop, ""),
            ("nc", fields.nc, ""), ("opaque", fields.opaque, "\""),
        ]
        var parts = harmless.compactMap { name, range, quote in
            range.map { "\(name)=\(quote)\(withoutURIPasswords(value[$0.range]))\(quote)" }
        }
        if fields.cnonce != nil { parts.append("cnonce=\(mark)") }
        if fields.response != nil { parts.append("response=\(mark)") }
        return "Digest " + parts.joined(separator: ", ")
    }

    private static func withoutURIPasswords(_ line: ArraySlice<UInt8>) -> String {
        keys(uris(String(decoding: line, as: UTF8.self)))
    }

    /// Any text, with the passwords of its SIP URIs left out.
    static func uris(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        return text.replacing(/(?i)(sips?:[^\s@:<>"]*):[^\s@<>"]*@/) { "\($0.1):\(mark)@" }
    }

    /// A line of SDP without the keys of SDES (RFC 4568 section 9.2) and ICE (RFC 8839 section 5.4).
    private static func keys(_ line: String) -> String {
        guard line.hasPrefix("a=") else { return line }
        return line.replacing(/inline:[^\s|;]+/) { _ in "inline:\(mark)" }
            .replacing(/a=ice-pwd:[^\s]+/) { _ in "a=ice-pwd:\(mark)" }
    }
}

extension UInt8 {
    fileprivate static let `return` = UInt8(ascii: "\r")
    fileprivate static let newline = UInt8(ascii: "\n")
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let tab = UInt8(ascii: "\t")
}
