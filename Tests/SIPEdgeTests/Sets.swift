import SIPMessage

@testable import SIPEngine

extension BindingSet {
    /// One binding as a REGISTER makes it.
    static func one(
        _ contact: String, until expiry: UInt32, at now: UInt32 = 1000, path: String = "",
        from source: SourceAddress = SourceAddress(ipv4: 0xC000_0207, port: 5060, transport: .udp)
    ) throws -> Self {
        var set = BindingSet()
        try set.register(contact, until: expiry, at: now, path: path, from: source)
        return set
    }

    /// Applies a REGISTER for one contact.
    mutating func register(
        _ contact: String, until expiry: UInt32, at now: UInt32 = 1000, path: String = "", callID: String? = nil,
        from source: SourceAddress = SourceAddress(ipv4: 0xC000_0207, port: 5060, transport: .udp)
    ) throws {
        let text = Self.request(
            contact, expires: expiry - now, path: path, callID: callID ?? "\(contact)-\(now)-\(expiry)")
        var index = MessageIndex()
        try index.read(text.span)
        let registrar = Registrar(
            policy: RegistrarPolicy(minimumExpires: 1, maximumExpires: .max, maximumContacts: 1000))
        _ = registrar.apply(index, text.span, from: source, now: now, to: &self)
    }

    private static func request(_ contact: String, expires: UInt32, path: String, callID: String) -> [UInt8] {
        let lines =
            [
                "REGISTER sip:one.test SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK\(contact)",
                "From: <sip:a@one.test>;tag=1", "To: <sip:a@one.test>", "Call-ID: \(callID)",
                "CSeq: 1 REGISTER", "Contact: <\(contact)>;expires=\(expires)",
            ] + (path.isEmpty ? [] : ["Path: <\(path)>"]) + ["Content-Length: 0", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// A set of about that many bytes.
    static func large(_ bytes: Int) throws -> Self {
        let piece = try one("sip:large@192.0.2.7", until: 5000, path: "sip:\(String(repeating: "p", count: 1900))")
        var set = BindingSet()
        while set.bytes.count < bytes { piece.forEach { set.append($0) } }
        return set
    }

    var uris: [String] {
        var found: [String] = []
        forEach { found.append($0.string($0.contact)) }
        return found
    }
}
