import SIPEngine
import SIPMessage
import Testing

/// The bytes of a message written with bare line ends.
func wire(_ text: String) -> [UInt8] {
    Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
}

extension SourceAddress {
    static func test(_ last: UInt32, port: UInt16 = 5060) -> SourceAddress {
        SourceAddress(ipv4: 0xC000_0200 | last, port: port, transport: .udp)
    }
}

/// A literal REGISTER; everything that a test does not name has a value of no importance.
struct Register {
    var callID = "a84b4c76e66710@pc33"
    var cseq = 1
    var branch = "z9hG4bK776asdhds"
    var contacts: [String] = []
    var headers: [String] = []

    var bytes: [UInt8] {
        let lines =
            [
                "REGISTER sip:sip.test SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=\(branch);rport",
                "From: <sip:alice@sip.test>;tag=456248", "To: <sip:alice@sip.test>", "Call-ID: \(callID)",
                "CSeq: \(cseq) REGISTER", "Max-Forwards: 70",
            ] + contacts.map { "Contact: \($0)" } + headers + ["Content-Length: 0", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

extension Registrar {
    /// Applies a literal request.
    func apply(
        _ request: Register, from source: SourceAddress = .test(1), at now: UInt32, to set: inout BindingSet
    ) throws -> Outcome {
        let bytes = request.bytes
        var index = MessageIndex()
        try index.read(bytes.span)
        return apply(index, bytes.span, from: source, now: now, to: &set)
    }
}

extension BindingSet {
    /// Each contact with its expiry, in order.
    var contacts: [String] {
        var found: [String] = []
        forEach { found.append("\($0.string($0.contact)) \($0.expiresAt)") }
        return found
    }

    var uris: [String] {
        var found: [String] = []
        forEach { found.append($0.string($0.contact)) }
        return found
    }
}
