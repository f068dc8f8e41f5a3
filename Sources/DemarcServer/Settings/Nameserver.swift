package import Provisioning

/// A DNS server.
package struct Nameserver: Equatable, Sendable {
    package let address: IPAddress
    package let port: UInt16

    /// From `address` or `address:port`, with an IPv6 address in brackets before a port.
    package init?(_ text: some StringProtocol) {
        if let address = IPAddress(text) {
            (self.address, port) = (address, 53)
        } else if let (address, port) = IPAddress.withPort(text) {
            (self.address, self.port) = (address, port)
        } else {
            return nil
        }
    }
}

extension EgressPolicy.Allowance {
    /// From a network, an address, or `address:port`.
    init?(_ text: some StringProtocol) {
        if let network = try? IPNetwork(parsing: text) {
            self = .network(network)
        } else if let (address, port) = IPAddress.withPort(text) {
            self = .endpoint(address, port: port)
        } else {
            return nil
        }
    }
}

extension IPAddress {
    static func withPort(_ text: some StringProtocol) -> (IPAddress, UInt16)? {
        guard let pair = ListenAddress(text), let address = IPAddress(pair.host), let port = UInt16(exactly: pair.port),
            port > 0
        else { return nil }
        return (address, port)
    }
}
