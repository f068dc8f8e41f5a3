/// A session description (RFC 8866) as its lines: read to be looked at and filtered, never to be made anew.
package struct SessionDescription: Sendable, Equatable {
    /// Bytes, lines, streams, and formats of a stream.
    package static let longest = 16_384
    static let mostLines = 512
    static let mostMedia = 16
    static let mostFormats = 64

    package let bytes: [UInt8]
    package let media: [MediaDescription]
    let lines: [Line]

    /// One line: what it is, its value, and all of it with its line end.
    struct Line: Sendable, Equatable {
        let type: UInt8
        let value: ByteRange
        let whole: ByteRange
    }

    package init(_ bytes: [UInt8]) throws(SDPFault) {
        guard bytes.count <= Self.longest else { throw .tooLong }
        self.bytes = bytes
        lines = try Self.readLines(bytes.span)
        guard let first = lines.first, first.type == UInt8(ascii: "v"), bytes.span.holds(first.value, "0") else {
            throw .badVersion
        }
        media = try Self.readMedia(lines, bytes.span)
    }

    private static func readLines(_ bytes: Span<UInt8>) throws(SDPFault) -> [Line] {
        var lines: [Line] = []
        var at = 0
        while at < bytes.count {
            var end = at
            while end < bytes.count, bytes.byte(end) != .lf {
                let isLineEnd = bytes.byte(end) == .cr && end &+ 1 < bytes.count && bytes.byte(end &+ 1) == .lf
                guard isLineEnd || bytes.byte(end) >= .space || bytes.byte(end) == .tab else { throw .badLine }
                end &+= 1
            }
            let next = min(end &+ 1, bytes.count)
            let valueEnd = end > at && bytes.byte(end &- 1) == .cr ? end &- 1 : end
            guard valueEnd >= at &+ 2, bytes.byte(at) &- 0x61 < 26, bytes.byte(at &+ 1) == UInt8(ascii: "=") else {
                throw .badLine
            }
            guard lines.count < mostLines else { throw .tooManyLines }
            lines.append(
                Line(
                    type: bytes.byte(at), value: ByteRange(proven: at &+ 2, valueEnd),
                    whole: ByteRange(proven: at, next)))
            at = next
        }
        return lines
    }

    private static func readMedia(_ lines: [Line], _ bytes: Span<UInt8>) throws(SDPFault) -> [MediaDescription] {
        let first = lines.firstIndex { $0.type == UInt8(ascii: "m") } ?? lines.count
        let session = Attributes(lines[..<first], bytes, after: Attributes())
        var media: [MediaDescription] = []
        var at = first
        while at < lines.count {
            guard media.count < mostMedia else { throw .tooManyMedia }
            guard var stream = MediaDescription(bytes, lines[at].value, limit: mostFormats) else { throw .badMedia }
            guard stream.formats.count <= mostFormats else { throw .tooManyFormats }
            let end = lines[(at + 1)...].firstIndex { $0.type == UInt8(ascii: "m") } ?? lines.count
            let own = Attributes(lines[(at + 1)..<end], bytes, after: session)
            (stream.lines, stream.connection, stream.direction) = (at..<end, own.connection, own.direction)
            stream.protection = protection(bytes, stream.profile, hasKeys: own.hasKeys, isDTLS: own.hasFingerprint)
            media.append(stream)
            at = end
        }
        return media
    }

    /// What the lines of a session or of one stream say; a stream begins with what its session says.
    private struct Attributes {
        var connection = ByteRange.empty
        var direction = MediaDescription.Direction.sendReceive
        var hasKeys = false
        var hasFingerprint = false

        init() {}

        init(_ lines: ArraySlice<Line>, _ bytes: Span<UInt8>, after session: Attributes) {
            self = session
            for line in lines {
                if line.type == UInt8(ascii: "c") { connection = address(bytes, line.value) }
                guard line.type == UInt8(ascii: "a") else { continue }
                direction = SessionDescription.direction(bytes, line.value) ?? direction
                hasKeys = hasKeys || bytes.begins(line.value, "crypto:")
                hasFingerprint = hasFingerprint || bytes.begins(line.value, "fingerprint:")
            }
        }
    }

    /// `nettype addrtype address`, without TTL.
    private static func address(_ bytes: Span<UInt8>, _ value: ByteRange) -> ByteRange {
        var start = value.end
        while start > Int(value.start), bytes.byte(start &- 1) != .space { start &-= 1 }
        var end = start
        while end < value.end, bytes.byte(end) != UInt8(ascii: "/") { end &+= 1 }
        return ByteRange(proven: start, end)
    }

    private static func direction(_ bytes: Span<UInt8>, _ value: ByteRange) -> MediaDescription.Direction? {
        switch value.count {
        case 8 where bytes.holds(value, "sendrecv"): .sendReceive
        case 8 where bytes.holds(value, "sendonly"): .sendOnly
        case 8 where bytes.holds(value, "recvonly"): .receiveOnly
        case 8 where bytes.holds(value, "inactive"): .inactive
        default: nil
        }
    }

    private static func protection(
        _ bytes: Span<UInt8>, _ profile: ByteRange, hasKeys: Bool, isDTLS: Bool
    ) -> MediaDescription.Protection {
        if bytes.begins(profile, "UDP/TLS/") { return .dtls }
        if bytes.begins(profile, "RTP/SAVP") { return isDTLS && !hasKeys ? .dtls : .sdes }
        return hasKeys || isDTLS && bytes.begins(profile, "RTP/") ? .optional : .plain
    }

    // MARK: What it says

    /// The streams that are wanted.
    package var wanted: [MediaDescription] { media.filter(\.isWanted) }

    /// Nothing is to be sent to who says this: the call is on hold (RFC 6337 section 5.3).
    package var isHeld: Bool {
        let wanted = wanted
        guard !wanted.isEmpty else { return false }
        return wanted.allSatisfy { stream in
            stream.direction == .sendOnly || stream.direction == .inactive
                || bytes.span.holds(stream.connection, "0.0.0.0")
        }
    }

    /// Every address that media is wanted at, in the order of the streams.
    package var connections: [ByteRange] { wanted.map(\.connection).filter { !$0.isEmpty } }

    /// The codec of a format: by its rtpmap, or by its number alone.
    func codec(of format: ByteRange, in stream: MediaDescription) -> SDPCodec? {
        let span = bytes.span
        for line in lines[stream.lines] where line.type == UInt8(ascii: "a") {
            guard let value = span.attribute("rtpmap:", line.value), span.payloadType(value) == span.array(format)
            else { continue }
            let start = min(Int(value.start) + Int(format.count) + 1, value.end)
            var end = start
            while end < value.end, bytes[end] != UInt8(ascii: "/"), bytes[end] != .space { end += 1 }
            return SDPCodec(folding: Array(bytes[start..<end]))
        }
        return decimal(span, format).flatMap { SDPCodec.ofStatic($0) }
    }
}

extension Span<UInt8> {
    func begins(_ range: ByteRange, _ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard range.count >= length else { return false }
        return holds(ByteRange(proven: Int(range.start), Int(range.start) &+ length), text)
    }

    /// What stands behind the attribute's name and colon.
    func attribute(_ name: StaticString, _ value: ByteRange) -> ByteRange? {
        guard begins(value, name) else { return nil }
        return ByteRange(proven: Int(value.start) &+ name.utf8CodeUnitCount, value.end)
    }

    /// The first word of an attribute's value.
    func payloadType(_ value: ByteRange) -> [UInt8] {
        var end = Int(value.start)
        while end < value.end, byte(end) != .space { end &+= 1 }
        return array(ByteRange(proven: Int(value.start), end))
    }
}
