/// What stands at the front of the bytes of a stream.
package enum FrameResult: Sendable, Equatable {
    /// Call again when more has come; what is there must be kept.
    case needMore
    /// Line ends between messages (RFC 5626 section 4.4.1): consume them. Two are a ping, answered with one CR LF.
    case keepAlive(consume: Int, isPing: Bool)
    /// One whole message of so many bytes.
    case message(count: Int)
    /// Where the next message starts cannot be told any more: close the connection.
    case broken(MessageFault)
}

/// Cuts a stream into messages by Content-Length (RFC 3261 section 18.3), in one pass however small the pieces come.
package struct StreamFramer: Sendable {
    /// Whether what is received is one message each time, which then needs no length (RFC 7118 section 4.2).
    package let isByFrame: Bool
    package let maximumHeaderBytes: Int
    package let maximumBodyBytes: Int
    /// How far the header section was searched for its end.
    private var searched = 0
    /// The whole length, once the header section is there.
    private var length: Int?
    /// One CR LF was just consumed, so that a second makes a ping.
    private var isHalfPing = false

    package init(isByFrame: Bool = false, maximumHeaderBytes: Int = 16_384, maximumBodyBytes: Int = 32_768) {
        self.isByFrame = isByFrame
        self.maximumHeaderBytes = min(maximumHeaderBytes, 32_767)
        self.maximumBodyBytes = min(maximumBodyBytes, 32_768)
    }

    /// Looks at everything received and not yet consumed. After `keepAlive` and `message` the caller consumes that many
    /// bytes and calls again.
    package mutating func next(_ buffered: Span<UInt8>) -> FrameResult {
        guard !buffered.isEmpty else { return .needMore }
        if length == nil {
            if searched == 0, buffered.byte(0) == .cr { return lineEnds(buffered) }
            isHalfPing = false
            if isByFrame { return .message(count: buffered.count) }
            guard let headerEnd = headerEnd(buffered) else {
                guard buffered.count <= maximumHeaderBytes else { return .broken(.headersTooLong) }
                return .needMore
            }
            guard headerEnd <= maximumHeaderBytes else { return .broken(.headersTooLong) }
            switch Self.contentLength(buffered, headerEnd) {
            case .failure(let fault): return .broken(fault)
            case .success(let body):
                guard body <= maximumBodyBytes else { return .broken(.bodyTooLong) }
                length = headerEnd + body
            }
        }
        guard let length, buffered.count >= length else { return .needMore }
        self.length = nil
        searched = 0
        return .message(count: length)
    }

    private mutating func lineEnds(_ buffered: Span<UInt8>) -> FrameResult {
        guard buffered.count > 1 else { return .needMore }
        guard buffered.byte(1) == .lf else { return .broken(.notSIP) }
        if isHalfPing {
            isHalfPing = false
            return .keepAlive(consume: 2, isPing: true)
        }
        if buffered.count > 3, buffered.byte(2) == .cr, buffered.byte(3) == .lf {
            return .keepAlive(consume: 4, isPing: true)
        }
        isHalfPing = true
        return .keepAlive(consume: 2, isPing: false)
    }

    /// The offset behind the first CR LF CR LF.
    private mutating func headerEnd(_ buffered: Span<UInt8>) -> Int? {
        var at = searched
        while at &+ 4 <= buffered.count {
            if buffered.byte(at &+ 3) != .lf {
                at &+= buffered.byte(at &+ 3) == .cr ? 1 : 4
                continue
            }
            if buffered.byte(at) == .cr, buffered.byte(at &+ 1) == .lf, buffered.byte(at &+ 2) == .cr { return at &+ 4 }
            at &+= 1
        }
        searched = at
        return nil
    }

    /// The one Content-Length of the header section; a stream cannot do without (section 20.14).
    private static func contentLength(_ bytes: Span<UInt8>, _ headerEnd: Int) -> Result<Int, MessageFault> {
        var length: Int?
        var fault: MessageFault?
        var at = 0
        while at < headerEnd {
            let lineEnd = bytes.endOfLine(at, &fault)
            let nameEnd = bytes.skip(.token, at, lineEnd)
            let name = ByteRange(proven: at, nameEnd)
            if bytes.folds(name, "content-length") || bytes.folds(name, "l") {
                let colon = bytes.skipSpace(nameEnd, lineEnd)
                guard length == nil, colon < lineEnd, bytes.byte(colon) == .colon else {
                    return .failure(.badContentLength)
                }
                let start = bytes.skipSpace(colon &+ 1, lineEnd)
                guard let value = decimal(bytes, ByteRange(proven: start, bytes.trimEnd(start, lineEnd))) else {
                    return .failure(.badContentLength)
                }
                length = Int(value)
            }
            at = lineEnd &+ 2
        }
        guard let length else { return .failure(.missingContentLength) }
        return .success(length)
    }
}
