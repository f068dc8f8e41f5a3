/// The name of a codec as rtpmap says it, such as `PCMU` or `opus` (RFC 8866 section 6.6); capitals do not matter.
package struct SDPCodec: Sendable, Hashable {
    /// In small letters.
    let name: [UInt8]

    /// Nil for what is no token of at most 32 bytes.
    package init?(_ name: String) {
        let bytes = Array(name.utf8)
        guard 1...32 ~= bytes.count, bytes.allSatisfy({ ByteClass(of: $0).contains(.token) }) else { return nil }
        self.name = bytes.map(folded)
    }

    init(folding name: [UInt8]) { self.name = name.map(folded) }

    /// The codec of a payload type that needs no rtpmap (RFC 3551 section 6).
    static func ofStatic(_ payloadType: UInt32) -> SDPCodec? {
        let name: StaticString? =
            switch payloadType {
            case 0: "pcmu"
            case 3: "gsm"
            case 4: "g723"
            case 5, 6, 16, 17: "dvi4"
            case 7: "lpc"
            case 8: "pcma"
            case 9: "g722"
            case 10, 11: "l16"
            case 12: "qcelp"
            case 13: "cn"
            case 14: "mpa"
            case 15: "g728"
            case 18: "g729"
            case 25: "celb"
            case 26: "jpeg"
            case 28: "nv"
            case 31: "h261"
            case 32: "mpv"
            case 33: "mp2t"
            case 34: "h263"
            default: nil
            }
        return name.map { SDPCodec(folding: Array($0.description.utf8)) }
    }

    static let telephoneEvent = SDPCodec(folding: Array("telephone-event".utf8))
    static let comfortNoise = SDPCodec(folding: Array("cn".utf8))
}

/// The name of an SRTP suite as `a=crypto` says it (RFC 4568 section 6.2); capitals do not matter.
package struct SDPSuite: Sendable, Hashable {
    /// In small letters.
    let name: [UInt8]

    /// Nil for what is no token of at most 64 bytes.
    package init?(_ name: String) {
        let bytes = Array(name.utf8)
        guard 1...64 ~= bytes.count, bytes.allSatisfy({ ByteClass(of: $0).contains(.token) }) else { return nil }
        self.name = bytes.map(folded)
    }

    init(folding name: [UInt8]) { self.name = name.map(folded) }
}
