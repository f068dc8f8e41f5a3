/// What one side of a call may use of what the other offers.
package struct MediaFilter: Sendable, Hashable {
    /// The codecs of audio and video in the order of preference; empty allows all as they are.
    package var codecs: [SDPCodec]
    /// The SDES suites in the order of preference; empty allows all as they are.
    package var suites: [SDPSuite]
    package var encryption: Encryption
    package var dtmf: DTMF

    package enum Encryption: UInt8, Sendable {
        /// As the other side has it.
        case either
        /// Plain RTP is refused.
        case required
        /// Keys are taken out where the profile allows it, and what is encrypted is refused.
        case none
    }

    package enum DTMF: UInt8, Sendable {
        /// As the ends agree.
        case either
        /// RFC 4733: telephone-event.
        case events
        /// By INFO, or as tones in the audio: telephone-event is not offered.
        case info, inband
    }

    package init(
        codecs: [SDPCodec] = [], suites: [SDPSuite] = [], encryption: Encryption = .either, dtmf: DTMF = .either
    ) {
        self.codecs = codecs
        self.suites = suites
        self.encryption = encryption
        self.dtmf = dtmf
    }

    /// Lets everything through.
    package static let open = MediaFilter()

    var keepsEvents: Bool { dtmf == .either || dtmf == .events }
}

extension SessionDescription {
    /// The description as the filter allows it: formats and keys taken out and put in order, all other lines byte for
    /// byte. A stream of which nothing is left gets port 0 (RFC 3264 section 6).
    package func filtered(by filter: MediaFilter) throws(MediaRefusal) -> [UInt8] {
        guard filter != .open, !media.isEmpty else { return bytes }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for line in lines[..<media[0].lines.lowerBound] { output += bytes[line.whole.range] }
        var refusal: MediaRefusal?
        var isAnyWanted = false
        for stream in media {
            do throws(MediaRefusal) {
                try append(stream, filter, to: &output)
                isAnyWanted = isAnyWanted || stream.isWanted
            } catch {
                refusal = refusal ?? error
                appendRefused(stream, to: &output)
            }
        }
        if let refusal, !isAnyWanted { throw refusal }
        return output
    }

    /// The same session to who had the other description before: its origin with the next version (RFC 3264 section 8).
    package func continuing(_ other: SessionDescription) -> [UInt8] {
        guard let own = lines.first(where: { $0.type == UInt8(ascii: "o") }),
            let before = other.lines.first(where: { $0.type == UInt8(ascii: "o") })
        else { return bytes }
        var words = other.bytes[before.value.range].split(separator: .space, omittingEmptySubsequences: false).map(
            Array.init)
        guard words.count >= 3, let version = UInt64(String(decoding: words[2], as: UTF8.self)) else { return bytes }
        words[2] = Array(String(version &+ 1).utf8)
        let origin = Array(words.joined(separator: [.space]))
        return Array(bytes[..<Int(own.value.start)]) + origin + Array(bytes[own.value.end...])
    }

    private func append(
        _ stream: MediaDescription, _ filter: MediaFilter, to output: inout [UInt8]
    ) throws(MediaRefusal) {
        let kept = try keptFormats(stream, filter)
        let keys = try keptKeys(stream, filter)
        let dropped = Set(stream.formats.map { Array(bytes[$0.range]) }).subtracting(kept)
        var keysAreDue = !keys.isEmpty
        for line in lines[stream.lines] {
            let value = line.value
            if line.type == UInt8(ascii: "m") {
                appendMedia(stream, kept, line, to: &output)
            } else if line.type == UInt8(ascii: "a"), bytes.span.begins(value, "crypto:") {
                if keysAreDue { for key in keys { append(key, like: line, to: &output) } }
                keysAreDue = false
            } else if line.type == UInt8(ascii: "a"), isAbout(dropped, value) {
                continue
            } else {
                output += bytes[line.whole.range]
            }
        }
    }

    /// The formats that stay, in the filter's order; those that carry no media of their own come last.
    private func keptFormats(_ stream: MediaDescription, _ filter: MediaFilter) throws(MediaRefusal) -> [[UInt8]] {
        let all = stream.formats.map { Array(bytes[$0.range]) }
        guard stream.kind == .audio || stream.kind == .video, stream.isWanted else { return all }
        var ranked: [(rank: Int, format: [UInt8])] = []
        var hasMedia = false
        for (format, text) in zip(stream.formats, all) {
            let codec = codec(of: format, in: stream)
            if codec == .telephoneEvent {
                if filter.keepsEvents { ranked.append((.max, text)) }
            } else if codec == .comfortNoise {
                ranked.append((.max - 1, text))
            } else if filter.codecs.isEmpty {
                ranked.append((0, text))
                hasMedia = true
            } else if let codec, let rank = filter.codecs.firstIndex(of: codec) {
                ranked.append((rank, text))
                hasMedia = true
            }
        }
        guard hasMedia else { throw .noCodec }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.format)
    }

    /// The key lines that stay, in the filter's order.
    private func keptKeys(_ stream: MediaDescription, _ filter: MediaFilter) throws(MediaRefusal) -> [Line] {
        guard stream.isWanted, stream.kind == .audio || stream.kind == .video else { return keyLines(stream) }
        switch (filter.encryption, stream.protection) {
        case (.required, .plain), (.required, .optional), (.none, .sdes), (.none, .dtls): throw .notEncrypted
        case (.none, .optional): return []
        case (_, .plain), (_, .dtls): return keyLines(stream)
        case (_, .sdes), (_, .optional): break
        }
        guard !filter.suites.isEmpty else { return keyLines(stream) }
        var ranked: [(rank: Int, line: Line)] = []
        for line in keyLines(stream) {
            guard let suite = suite(of: line), let rank = filter.suites.firstIndex(of: suite) else { continue }
            ranked.append((rank, line))
        }
        guard !ranked.isEmpty || stream.protection == .optional else { throw .noSuite }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.line)
    }

    private func keyLines(_ stream: MediaDescription) -> [Line] {
        lines[stream.lines].filter { $0.type == UInt8(ascii: "a") && bytes.span.begins($0.value, "crypto:") }
    }

    /// `crypto:tag suite key...` (RFC 4568 section 9.1).
    private func suite(of line: Line) -> SDPSuite? {
        let words = bytes[line.value.range].split(separator: .space, maxSplits: 2)
        return words.count > 1 ? SDPSuite(folding: Array(words[1])) : nil
    }

    /// Whether an attribute says something of one of these formats.
    private func isAbout(_ formats: Set<[UInt8]>, _ value: ByteRange) -> Bool {
        guard !formats.isEmpty else { return false }
        for name: StaticString in ["rtpmap:", "fmtp:", "rtcp-fb:"] {
            if let rest = bytes.span.attribute(name, value) { return formats.contains(bytes.span.payloadType(rest)) }
        }
        return false
    }

    private func append(_ line: Line, like other: Line, to output: inout [UInt8]) {
        output += bytes[Int(line.whole.start)..<line.value.end]
        output += bytes[other.value.end..<other.whole.end]
    }

    private func appendMedia(_ stream: MediaDescription, _ kept: [[UInt8]], _ line: Line, to output: inout [UInt8]) {
        output += bytes[Int(line.whole.start)..<stream.profile.end]
        for format in kept { output += [.space] + format }
        output += bytes[line.value.end..<line.whole.end]
    }

    private func appendRefused(_ stream: MediaDescription, to output: inout [UInt8]) {
        for (place, line) in lines[stream.lines].enumerated() {
            guard place == 0 else {
                output += bytes[line.whole.range]
                continue
            }
            output += bytes[Int(line.whole.start)..<Int(stream.portRange.start)]
            output.append(UInt8(ascii: "0"))
            output += bytes[stream.portRange.end..<line.whole.end]
        }
    }
}
