package import SIPEngine

/// A host and port to listen on; `*` is every address of the machine.
package struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// From `host:port`, with an IPv6 address in brackets.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let port = text[text.index(after: colon)...]
        guard let host = Self.host(text[..<colon]), let number = UInt16(port), port.allSatisfy(\.isNumber) else {
            return nil
        }
        self.init(host: host, port: Int(number))
    }

    package var description: String { "\(Self.bracketed(host)):\(port)" }

    /// Whether this is every address of the machine.
    package var isWildcard: Bool { host == "*" }

    static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// A bare or bracketed host, without its brackets.
    static func host(_ text: some StringProtocol) -> String? {
        let allowed: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) }
        if text == "*" { return "*" }
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = text.dropFirst().dropLast()
            return inner.contains(":") && inner.allSatisfy { $0.isHexDigit || ":.".contains($0) } ? String(inner) : nil
        }
        return !text.isEmpty && text.allSatisfy(allowed) ? String(text) : nil
    }
}

/// Where SIP is listened for, and what others are told of it (cloud NAT, containers).
package struct SIPListenAddress: Equatable, Sendable, CustomStringConvertible {
    package let transport: Transport
    package let address: ListenAddress
    /// The host in Via and Contact; `nil` is the address itself.
    package let advertisedHost: String?
    package let advertisedPort: Int?

    package init(
        transport: Transport, address: ListenAddress, advertisedHost: String? = nil, advertisedPort: Int? = nil
    ) {
        self.transport = transport
        self.address = address
        self.advertisedHost = advertisedHost
        self.advertisedPort = advertisedPort
    }

    /// From `udp:10.0.0.5:5060`, or `udp:10.0.0.5:5060=203.0.113.9` or `...=203.0.113.9:5060`.
    package init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let colon = halves[0].firstIndex(of: ":"),
            let transport = Transport(name: halves[0][..<colon]),
            let address = ListenAddress(halves[0][halves[0].index(after: colon)...])
        else { return nil }
        guard halves.count == 2 else {
            self.init(transport: transport, address: address)
            return
        }
        if let advertised = ListenAddress(halves[1]), !advertised.isWildcard, advertised.port > 0 {
            self.init(
                transport: transport, address: address, advertisedHost: advertised.host, advertisedPort: advertised.port
            )
        } else if let host = ListenAddress.host(halves[1]), host != "*" {
            self.init(transport: transport, address: address, advertisedHost: host)
        } else {
            return nil
        }
    }

    package var description: String {
        let advertised = advertisedHost.map { "=\(ListenAddress.bracketed($0))" } ?? ""
        return "\(transport.name):\(address)\(advertised)\(advertisedPort.map { ":\($0)" } ?? "")"
    }
}
