/// What a URI, a Route or an outbound proxy says about where a request goes next.
package struct NextHop: Sendable, Hashable {
    package enum Host: Sendable, Hashable {
        /// 16 bytes, IPv4 as `::ffff:a.b.c.d`.
        case address(high: UInt64, low: UInt64)
        case name(DNSName)
    }

    package let host: Host
    /// Nil where none is written, which is not the same as the default one (RFC 3263 section 4.2).
    package let port: UInt16?
    /// The `transport` parameter.
    package let transport: Transport?
    /// Whether the scheme is `sips`.
    package let isSecure: Bool

    package init(host: Host, port: UInt16? = nil, transport: Transport? = nil, isSecure: Bool = false) {
        self.host = host
        self.port = port
        self.transport = transport
        self.isSecure = isSecure
    }
}

/// What this machine can use on the way.
package struct Reach: Sendable, Hashable {
    /// The best first: that is tried where the DNS leaves the choice to us.
    package var transports: [Transport]
    package var ipv4: Bool
    package var ipv6: Bool

    package init(transports: [Transport] = [.udp, .tcp, .tls], ipv4: Bool = true, ipv6: Bool = true) {
        self.transports = transports
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    func has(high: UInt64, low: UInt64) -> Bool { high == 0 && low >> 32 == 0xFFFF ? ipv4 : ipv6 }
}

/// Why a next hop has no target.
package enum TargetFault: Error, Sendable, Hashable, CaseIterable {
    /// `sips` over UDP or plain TCP (RFC 3261 section 26.2.2 asks for TLS).
    case insecureTransport
    /// A transport, or a family of addresses, that this machine does not have.
    case unreachable
    /// The DNS knows no address for it.
    case unknownHost
    /// The DNS did not answer.
    case noAnswer
    /// Too many questions wait already.
    case busy
}
