package import SIPEngine

/// An address to listen on, and the one that others reach it by (cloud NAT, containers).
package struct ListenerAddress: Sendable, Hashable, CustomStringConvertible {
    package let transport: Transport
    /// A numeric IPv4 or IPv6 address without brackets.
    package let host: String
    /// 0 lets the system choose.
    package let port: UInt16
    package let advertisedHost: String?
    package let advertisedPort: UInt16?
    /// Whether the server starts without it, as without the IPv6 half of every address on a machine that has none.
    package let isOptional: Bool
    package let isIPv6: Bool

    package init(
        transport: Transport, host: String, port: UInt16, advertisedHost: String? = nil, advertisedPort: UInt16? = nil,
        isOptional: Bool = false
    ) {
        self.transport = transport
        self.host = host
        self.port = port
        self.advertisedHost = advertisedHost
        self.advertisedPort = advertisedPort
        self.isOptional = isOptional
        isIPv6 = host.contains(":")
    }

    package var description: String { shown(port: port) }

    /// The address with the port that was bound.
    package func shown(port: UInt16) -> String {
        isIPv6 ? "\(transport.name):[\(host)]:\(port)" : "\(transport.name):\(host):\(port)"
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
