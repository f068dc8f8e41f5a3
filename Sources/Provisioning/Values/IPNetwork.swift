/// A network in CIDR form, or one address: its host bits are zero.
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    package let address: IPAddress
    /// The mask as written: 0-32 for IPv4, 0-128 for IPv6.
    package let prefixLength: Int

    package init(address: IPAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    /// The network that is one address.
    package init(_ address: IPAddress) { self.init(address: address, prefixLength: address.isIPv4 ? 32 : 128) }
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

extension IPNetwork {
    /// A network from an address with or without a mask (RFC 4632 section 3.1); an IPv4-mapped IPv6 text is IPv4.
    package init(parsing text: some StringProtocol) throws(IPNetworkFault) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { throw .notAnAddress }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        let isMappedText = address.isIPv4 && parts[0].utf8.contains(UInt8(ascii: ":"))
        let bits = address.isIPv4 && !isMappedText ? 32 : 128
        guard let mask = IPAddress.decimal(Array(parts[1].utf8)[...], atMost: bits), !isMappedText || mask >= 96 else {
            throw .badMask
        }
        let network = IPNetwork(
            address: Self.first(of: address, mask: bits == 32 ? mask + 96 : mask),
            prefixLength: isMappedText ? mask - 96 : mask)
        guard network.address == address else { throw .hostBits(suggestion: network) }
        self = network
    }

    /// CIDR form; the mask is left out where it covers the whole address.
    package var description: String { mask == 128 ? address.description : "\(address)/\(prefixLength)" }

    /// Whether the address lies in the network; IPv4 addresses lie in IPv4 networks only.
    package func contains(_ other: IPAddress) -> Bool {
        isIPv4 == other.isIPv4 && Self.first(of: other, mask: mask) == address
    }

    /// Whether the networks have an address in common.
    package func overlaps(_ other: IPNetwork) -> Bool { contains(other.address) || other.contains(address) }

    /// Whether the network is an IPv4 one.
    package var isIPv4: Bool { address.isIPv4 }

    /// Whether an IPv6 network reaches over the block that stands for all of IPv4 (`::ffff:0:0/96`).
    var spansIPv4: Bool {
        let mapped = IPAddress(v4: 0)
        return !isIPv4 && Self.first(of: mapped, mask: mask) == address
    }

    /// The highest address of the network.
    package var last: IPAddress {
        let (high, low) = Self.maskBits(mask)
        return IPAddress(high: address.high | ~high, low: address.low | ~low)
    }

    /// The mask's length over 128 bits.
    package var mask: Int { isIPv4 ? prefixLength + 96 : prefixLength }

    /// The first address of the network around an address.
    ///
    /// - Parameter mask: its length over 128 bits.
    package static func first(of address: IPAddress, mask: Int) -> IPAddress {
        let (high, low) = maskBits(mask)
        return IPAddress(high: address.high & high, low: address.low & low)
    }

    private static func maskBits(_ length: Int) -> (high: UInt64, low: UInt64) {
        (~0 << UInt64(64 - min(length, 64)), ~0 << UInt64(128 - max(length, 64)))
    }
}
