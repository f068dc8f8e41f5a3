import SIPMessage

/// The answer that goes out in place of a 200 whose binding could not be kept.
///
/// 503 with Retry-After (RFC 3261 section 21.5.4), made of the headers that every answer repeats (section 8.2.6.2).
package enum UnkeptReply {
    /// Seconds after which a client may try again.
    package static let retryAfter = 5

    private static let kept: Set<String> = ["via", "v", "from", "f", "to", "t", "call-id", "i", "cseq"]

    static func make(of reply: Span<UInt8>) -> [UInt8] {
        var bytes = Array("SIP/2.0 503 Service Unavailable\r\n".utf8)
        var isKept = false
        var start = reply.lineEnd(from: 0)
        while start < reply.count {
            let end = reply.lineEnd(from: start)
            guard end > start + 2 else { break }
            // A folded line belongs to the header above it.
            if reply[start] != 0x20, reply[start] != 0x09 { isKept = kept.contains(reply.name(start, end)) }
            if isKept { for index in start..<end { bytes.append(reply[index]) } }
            start = end
        }
        bytes += Array("Retry-After: \(retryAfter)\r\nContent-Length: 0\r\n\r\n".utf8)
        return bytes
    }
}

extension Span<UInt8> {
    /// Where the line that begins at `start` ends, its CRLF included.
    fileprivate func lineEnd(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != 0x0A { index += 1 }
        return Swift.min(index + 1, count)
    }

    /// The name of the header on a line, in small letters.
    fileprivate func name(_ start: Int, _ end: Int) -> String {
        var name: [UInt8] = []
        for index in start..<end where self[index] > 0x20 {
            if self[index] == 0x3A { break }
            name.append(folded(self[index]))
        }
        return String(decoding: name, as: UTF8.self)
    }
}
