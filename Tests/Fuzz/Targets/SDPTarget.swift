import SIPMessage

/// A session description: what is filtered can be read, holds nothing new, and is not filtered again.
enum SDPTarget {
    private static let filters: [MediaFilter] = [
        MediaFilter(codecs: codecs("opus", "G722", "PCMA")), MediaFilter(codecs: codecs("PCMU"), dtmf: .info),
        MediaFilter(suites: suites("AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80")),
        MediaFilter(codecs: codecs("PCMA", "PCMU"), encryption: .required), MediaFilter(encryption: .none),
    ]

    private static func codecs(_ names: String...) -> [SDPCodec] { names.compactMap { SDPCodec($0) } }

    private static func suites(_ names: String...) -> [SDPSuite] { names.compactMap { SDPSuite($0) } }

    static func check(_ bytes: [UInt8]) throws(Violation) {
        guard let description = read(bytes) else { return }
        try hold(description.bytes == bytes, "what is read is kept")
        try hold(filtered(description, .open) == bytes, "an open filter changes nothing")
        for stream in description.media {
            try hold(stream.connection.end <= bytes.count && stream.profile.end <= bytes.count, "it stands inside")
        }
        _ = (description.isHeld, description.connections)
        for filter in filters { try check(description, filter) }
        try hold(read(description.continuing(description)) != nil, "what goes on can be read")
    }

    private static func check(_ description: SessionDescription, _ filter: MediaFilter) throws(Violation) {
        guard let output = filtered(description, filter) else { return }
        guard let again = read(output) else {
            throw Violation(description: "what was filtered can be read: \(String(decoding: output, as: UTF8.self))")
        }
        try hold(again.media.count == description.media.count, "every stream keeps its place")
        try hold(again.wanted.count <= description.wanted.count, "no stream is added")
        try hold(Set(lines(output)).subtracting(lines(description.bytes)).allSatisfy(isMedia), "only m= lines change")
        if again.wanted.count == description.wanted.count {
            try hold(filtered(again, filter) == output, "filtering twice is filtering once")
        }
    }

    private static func read(_ bytes: [UInt8]) -> SessionDescription? { try? SessionDescription(bytes) }

    private static func filtered(_ description: SessionDescription, _ filter: MediaFilter) -> [UInt8]? {
        try? description.filtered(by: filter)
    }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 0x0A).map { line in Array(line.last == 0x0D ? line.dropLast() : line) }
    }

    private static func isMedia(_ line: [UInt8]) -> Bool { line.starts(with: Array("m=".utf8)) }
}
