/// An IPv4 or IPv6 address as 16 bytes in network order; IPv4 as its mapped form `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// A network in CIDR form, or one address: its host bits are zero.
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    package let address: IPAddress
    /// The mask as written: 0-32 for IPv4, 0-128 for IPv6.
    package let prefixLength: Int

    package init(address: IPAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }
}

/// Why a text is no network.
package enum IPNetworkFault: Error, Equatable {
    /// Neither an address nor an address with a mask.
    case notAnAddress
    /// The mask is no number, or longer than the address.
    case badMask
    /// Host bits are set; the network that was probably meant.
    case hostBits(suggestion: IPNetwork)
}

extension IPAddress {
    /// The address as text (RFC 5952), or dotted decimal for IPv4.
    package var description: String { "" }
}

extension IPNetwork {
    /// CIDR form; the mask is left out where it covers the whole address.
    package var description: String { "" }
}
