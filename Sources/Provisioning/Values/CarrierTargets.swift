/// Where a carrier's calls go: hosts as the caller wrote them, between commas or white space.
package struct CarrierTargets: Sendable, Equatable {
    /// As it was written, and is shown.
    package let text: String
    /// What of the text names hosts to send SIP to; empty where any part of it does not.
    package let targets: [CarrierTarget]

    package init(_ text: String = "") {
        self.text = text
        let parts = text.split { $0 == "," || $0.isWhitespace }
        let read = parts.compactMap(CarrierTarget.init)
        targets = read.count == parts.count ? read : []
    }

    package var isEmpty: Bool { text.isBlank }
}

/// One host that calls are sent to, and how.
package struct CarrierTarget: Sendable, Hashable, CustomStringConvertible {
    /// A name, which may be a bare label, or an address.
    package let host: String
    /// `nil` is what DNS says (RFC 3263), or the transport's default.
    package let port: UInt16?
    package let transport: Transport?

    package enum Transport: String, CaseIterable, Sendable {
        case udp, tcp, tls
    }

    package init(host: String, port: UInt16? = nil, transport: Transport? = nil) {
        self.host = host
        self.port = port
        self.transport = transport
    }

    /// As it could be written: `sip.example.com:5061;transport=tls`.
    package var description: String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
            + (transport.map { ";transport=\($0.rawValue)" } ?? "")
    }

    /// A target from `host`, `host:port`, `[address]:port`, with or without `sip:` or `sips:` before it and
    /// `;transport=` behind it.
    init?(_ text: Substring) {
        var rest = text
        var secure = false
        if let colon = rest.firstIndex(of: ":"), case let scheme = rest[..<colon].lowercased(),
            scheme == "sip" || scheme == "sips"
        {
            secure = scheme == "sips"
            rest = rest[rest.index(after: colon)...]
        }
        let parts = rest.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count <= 2, let place = Self.place(parts[0]) else { return nil }
        (host, port) = place
        guard parts.count == 2 else {
            transport = secure ? .tls : nil
            return
        }
        let pair = parts[1].split(separator: "=", omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0].lowercased() == "transport",
            let transport = Transport(rawValue: pair[1].lowercased()), !secure || transport == .tls
        else { return nil }
        self.transport = transport
    }

    private static func place(_ text: Substring) -> (host: String, port: UInt16?)? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            guard let address = IPAddress(text[text.index(after: text.startIndex)..<end]) else { return nil }
            return port(after: text[text.index(after: end)...]).map { (address.description, $0) }
        }
        if let address = IPAddress(text) { return (address.description, nil) }
        let name = text.prefix { $0 != ":" }
        guard let port = port(after: text[name.endIndex...]) else { return nil }
        if let address = IPAddress(name) { return (address.description, port) }
        guard let last = HostName.labels(of: name)?.last, !last.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return (name.lowercased(), port)
    }

    /// The port of `:port`, none for nothing; `nil` where it is neither.
    private static func port(after text: Substring) -> UInt16?? {
        guard !text.isEmpty else { return .some(nil) }
        guard text.first == ":", text.dropFirst().utf8.allSatisfy(\.isASCIIDigit),
            let port = UInt16(text.dropFirst()), port > 0
        else { return nil }
        return port
    }
}
