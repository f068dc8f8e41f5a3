/// One place that a request of ours can go to: address, port and transport, and the name that its certificate must bear.
package struct Target: Sendable, Hashable {
    package let address: SourceAddress
    /// The host that was asked for, which TLS verifies (RFC 5922 section 4); an address without brackets where it was one.
    /// Empty where nobody was asked for: the address is where messages came from.
    package let serverName: String

    package init(address: SourceAddress, serverName: String) {
        self.address = address
        self.serverName = serverName
    }

    /// Whether messages came from there, so that no policy of the egress forbids it: nobody's word for it was taken.
    package var isSource: Bool { serverName.isEmpty }

    /// Whether it was asked for as an address.
    var isNumeric: Bool { serverName == address.host }
}
