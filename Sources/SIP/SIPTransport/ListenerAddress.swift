package import SIPEngine

/// An address to listen on, and the one that others reach it by (cloud NAT, containers).
///
/// Written `udp:192.0.2.1:5060`, `tcp:[2001:db8::1]:5060`, or `udp:10.0.0.5:5060=203.0.113.9:5060`.
package struct ListenerAddress: Sendable, Hashable, CustomStringConvertible {
    package let transport: Transport
    /// A numeric IPv4 or IPv6 address without brackets.
    package let host: String
    /// 0 lets the system choose.
    package let port: UInt16
    package let advertisedHost: String?
    package let advertisedPort: UInt16?

    package var isIPv6: Bool { host.contains(":") }

    package init?(_ text: some StringProtocol) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let colon = sides[0].firstIndex(of: ":"),
            let transport = Transport.allCases.first(where: { $0.name == sides[0][..<colon].lowercased() }),
            let (host, port) = Self.hostAndPort(sides[0][sides[0].index(after: colon)...]), let port
        else { return nil }
        self.transport = transport
        self.host = host
        self.port = port
        if sides.count == 2 {
            guard let (host, port) = Self.hostAndPort(sides[1]), !host.isEmpty else { return nil }
            advertisedHost = host
            advertisedPort = port
        } else {
            advertisedHost = nil
            advertisedPort = nil
        }
    }

    package var description: String {
        let own = isIPv6 ? "\(transport.name):[\(host)]:\(port)" : "\(transport.name):\(host):\(port)"
        guard let advertisedHost else { return own }
        let shown = advertisedHost.contains(":") ? "[\(advertisedHost)]" : advertisedHost
        return "\(own)=\(shown)" + (advertisedPort.map { ":\($0)" } ?? "")
    }

    /// The address with the port that was bound.
    package func shown(port: UInt16) -> String {
        isIPv6 ? "\(transport.name):[\(host)]:\(port)" : "\(transport.name):\(host):\(port)"
    }

    private static func hostAndPort(_ text: some StringProtocol) -> (String, UInt16?)? {
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<close])
            let rest = text[text.index(after: close)...]
            if rest.isEmpty { return (host, nil) }
            guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { return nil }
            return (host, port)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard !parts[0].isEmpty, parts.count <= 2 else { return nil }
        if parts.count == 1 { return (String(parts[0]), nil) }
        guard let port = UInt16(parts[1]) else { return nil }
        return (String(parts[0]), port)
    }
}

/// A listener that could not be opened.
package struct ListenerError: Error, CustomStringConvertible {
    package let address: ListenerAddress
    package let reason: String

    package init(address: ListenerAddress, reason: String) {
        self.address = address
        self.reason = reason
    }

    package var description: String { "cannot listen on \(address): \(reason)" }
}
