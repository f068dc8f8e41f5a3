import SIPMessage

/// A stream of SIP messages: the same messages come out however it is cut, and the framer and the reader agree on their ends.
enum StreamTarget {
    /// What a stream was cut into.
    private struct Cut: Equatable {
        var messages: [[UInt8]] = []
        var pings = 0
        var isBroken = false
    }

    static func check(_ bytes: [UInt8]) throws(Violation) {
        let limits = bytes.count % 2 == 0 ? StreamFramer() : StreamFramer(maximumHeaderBytes: 64, maximumBodyBytes: 16)
        let whole = try cut(bytes, with: limits, piece: { _ in Int.max })
        for (name, piece) in [("bytes", { _ in 1 }), ("pieces", { 1 + $0 * 7 % 13 })] as [(String, (Int) -> Int)] {
            let parts = try cut(bytes, with: limits, piece: piece)
            try hold(parts == whole, "a stream in \(name) holds what it holds at once: \(parts) not \(whole)")
        }
        for message in whole.messages { try checkEnd(message) }
    }

    private static func cut(
        _ bytes: [UInt8], with limits: StreamFramer, piece: (Int) -> Int
    ) throws(Violation) -> Cut {
        var framer = limits
        var result = Cut()
        var buffered: [UInt8] = []
        var fed = 0
        var pieces = 0
        while fed < bytes.count {
            let end = fed + min(piece(pieces), bytes.count - fed)
            buffered += bytes[fed..<end]
            (fed, pieces) = (end, pieces + 1)
            reading: while !buffered.isEmpty {
                switch framer.next(buffered.span) {
                case .needMore: break reading
                case .broken:
                    result.isBroken = true
                    return result
                case .keepAlive(let count, let isPing):
                    try hold((count == 2 || count == 4) && count <= buffered.count, "line ends are two or four bytes")
                    result.pings += isPing ? 1 : 0
                    buffered.removeFirst(count)
                case .message(let count):
                    try hold(count > 0 && count <= buffered.count, "a message is there when it is said to be")
                    let longest = limits.maximumHeaderBytes + limits.maximumBodyBytes
                    try hold(count <= longest, "a message is within the limits")
                    result.messages.append(Array(buffered[..<count]))
                    buffered.removeFirst(count)
                }
            }
        }
        return result
    }

    /// Where the two disagreed, one sender's bytes could pass for the next one's message.
    private static func checkEnd(_ message: [UInt8]) throws(Violation) {
        var index = MessageIndex()
        do throws(MessageFault) { try index.read(message.span) } catch { return }
        try hold(index.body.end == message.count, "the body ends where the message does")
    }
}
