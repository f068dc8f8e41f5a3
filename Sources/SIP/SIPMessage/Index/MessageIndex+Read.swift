extension MessageIndex {
    /// Indexes one whole message: a datagram, or what `StreamFramer` cut out of a stream.
    ///
    /// After a throw the index still holds every line that could be read, so that a refusal can be written from it.
    /// Bytes behind the body are ignored (RFC 3261 section 18.3).
    package mutating func read(_ bytes: Span<UInt8>) throws(MessageFault) {
        isRequest = false
        method = .other
        methodRange = .empty
        requestURI = .empty
        status = 0
        reasonPhrase = .empty
        body = .empty
        headerCount = 0
        seen = 0
        repeated = 0

        guard bytes.count <= Int(UInt16.max) else { throw .tooLong }
        var start = 0
        while start &+ 1 < bytes.count, bytes.byte(start) == .cr, bytes.byte(start &+ 1) == .lf { start &+= 2 }
        guard start < bytes.count else { throw .empty }

        var fault = MessageFault?.none
        let lineEnd = bytes.endOfLine(start, &fault)
        guard lineEnd < bytes.count else { throw .notSIP }
        if let startFault = readStartLine(bytes, start, lineEnd) {
            guard startFault != .notSIP else { throw startFault }
            fault = startFault
        }
        let headerEnd = readHeaders(bytes, lineEnd &+ 2, &fault)
        let bodyFault = readBody(bytes, headerEnd)
        if let fault = fault ?? bodyFault { throw fault }
    }

    /// Everything up to the blank line; answers where the body starts.
    private mutating func readHeaders(_ bytes: Span<UInt8>, _ start: Int, _ fault: inout MessageFault?) -> Int {
        let count = bytes.count
        var at = start
        while at < count {
            if bytes.byte(at) == .cr, at &+ 1 < count, bytes.byte(at &+ 1) == .lf { return at &+ 2 }
            var colon = at
            var name = HeaderName.other
            var nameEnd = at
            if at &+ PackedName.capacity <= count, let found = packedName(bytes, at) {
                name = found.name
                colon = at &+ found.count
                nameEnd = colon
            }
            if name == .other {
                nameEnd = bytes.skip(.token, at, count)
                colon = nameEnd
                while colon < count, bytes.byte(colon) == .space || bytes.byte(colon) == .tab { colon &+= 1 }
                guard nameEnd > at, nameEnd &- at <= Int(UInt8.max), colon < count, bytes.byte(colon) == .colon else {
                    fault = fault ?? .badHeaderLine
                    at = bytes.endOfLine(at, &fault) &+ 2
                    continue
                }
                name = Self.name(bytes, at, nameEnd)
            }
            // From the name on: packed, a CR in it is the same as a `-`.
            let lineEnd = bytes.endOfLine(at, &fault)
            guard lineEnd < count else { break }
            let valueStart = bytes.skipSpace(colon &+ 1, lineEnd)
            let value = ByteRange(proven: valueStart, bytes.trimEnd(valueStart, lineEnd))
            let header = HeaderRef(
                name: name, nameCount: UInt8(truncatingIfNeeded: nameEnd &- at),
                nameStart: UInt16(truncatingIfNeeded: at), value: value)
            guard add(header) else {
                fault = fault ?? .tooManyHeaders
                return count
            }
            at = lineEnd &+ 2
        }
        fault = fault ?? .unfinishedHeaders
        return count
    }

    /// The name in front of the colon when that comes within 24 bytes; nil leaves it to the byte-wise way.
    @inline(__always)
    private func packedName(_ bytes: Span<UInt8>, _ at: Int) -> (name: HeaderName, count: Int)? {
        let first = bytes.word(at)
        var colon = first.firstColon
        if colon < 8 {
            return (HeaderName(PackedName(first.foldedPrefix(colon), 0, 0)), colon)
        }
        let second = bytes.word(at &+ 8)
        colon = second.firstColon
        if colon < 8 {
            return (HeaderName(PackedName(first | PackedName.fold, second.foldedPrefix(colon), 0)), 8 &+ colon)
        }
        let third = bytes.word(at &+ 16)
        colon = third.firstColon
        guard colon < 8 else { return nil }
        let key = PackedName(first | PackedName.fold, second | PackedName.fold, third.foldedPrefix(colon))
        return (HeaderName(key), 16 &+ colon)
    }

    private static func name(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> HeaderName {
        guard end - start <= PackedName.capacity else { return .other }
        return HeaderName(PackedName(count: end - start) { bytes.byte(start + $0) })
    }

    private mutating func readBody(_ bytes: Span<UInt8>, _ start: Int) -> MessageFault? {
        body = ByteRange(proven: start, bytes.count)
        guard let value = first(.contentLength) else { return nil }
        guard repeated & HeaderName.contentLength.bit == 0, let length = decimal(bytes, value) else {
            return .badContentLength
        }
        guard Int(length) <= bytes.count &- start else { return .bodyCut }
        body.count = UInt16(truncatingIfNeeded: length)
        return nil
    }
}
