package import Provisioning

/// Where a media relay listens for commands.
package struct MediaRelayAddress: Equatable, Sendable {
    package let address: IPAddress
    package let port: UInt16

    /// From `address:port`, with an IPv6 address in brackets.
    package init?(_ text: some StringProtocol) {
        guard let (address, port) = IPAddress.withPort(text) else { return nil }
        (self.address, self.port) = (address, port)
    }
}
