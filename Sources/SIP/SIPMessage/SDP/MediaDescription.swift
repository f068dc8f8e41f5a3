/// One `m=` line and what belongs to it, as places in the session description (RFC 8866 section 5.14).
package struct MediaDescription: Sendable, Equatable {
    package enum Kind: UInt8, Sendable { case audio, video, image, other }

    /// How the media is protected.
    package enum Protection: UInt8, Sendable {
        case plain
        /// RTP/AVP with keys or a fingerprint: encrypted where the answer takes it up (RFC 8643).
        case optional
        case sdes, dtls
    }

    package enum Direction: UInt8, Sendable { case sendReceive, sendOnly, receiveOnly, inactive }

    package internal(set) var kind = Kind.other
    package internal(set) var port: UInt16 = 0
    package internal(set) var profile = ByteRange.empty
    /// The address of the stream's `c=`, or the session's; empty where there is neither.
    package internal(set) var connection = ByteRange.empty
    package internal(set) var direction = Direction.sendReceive
    package internal(set) var protection = Protection.plain
    /// The lines, that of `m=` first.
    var lines = 0..<0
    /// Where the port stands.
    var portRange = ByteRange.empty
    /// Payload types, or what the profile has instead.
    var formats: [ByteRange] = []

    /// A stream with port 0 is not wanted (RFC 3264 section 6), but for one of a bundle (RFC 8843 section 6).
    package var isWanted: Bool { port != 0 }

    /// `media port profile format...`; nil where one of them is missing.
    init?(_ bytes: Span<UInt8>, _ value: ByteRange, limit: Int) {
        var at = Int(value.start)
        func word() -> ByteRange {
            let start = bytes.skipSpace(at, value.end)
            var end = start
            while end < value.end, bytes.byte(end) != .space { end &+= 1 }
            at = end
            return ByteRange(proven: start, end)
        }
        let kind = word()
        let ports = word()
        profile = word()
        var next = word()
        while !next.isEmpty, formats.count <= limit {
            formats.append(next)
            next = word()
        }
        portRange = ByteRange(proven: Int(ports.start), bytes.skip(.digit, Int(ports.start), ports.end))
        guard let port = decimal(bytes, portRange), port <= 65_535, !profile.isEmpty, !formats.isEmpty else {
            return nil
        }
        self.port = UInt16(port)
        if bytes.folds(kind, "audio") { self.kind = .audio }
        if bytes.folds(kind, "video") { self.kind = .video }
        if bytes.folds(kind, "image") { self.kind = .image }
    }
}
