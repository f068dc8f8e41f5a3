package import SIPMessage

/// What is known of one end of a call before its media goes anywhere.
package struct MediaEnd: Equatable, Sendable {
    /// How it protects its media; nil for one that takes what it is offered, as far as anybody knows.
    package var speaks: MediaRelayRequest.Side?
    package var reach: Reach

    /// Whether media that is sent where the end says reaches it.
    package enum Reach: Equatable, Sendable {
        case there
        /// Its address is a private one that is not where its messages come from: only the networks between know.
        case unsure
        /// It names a private address, and its messages come from a public one.
        case behindNAT
    }

    package init(speaks: MediaRelayRequest.Side? = nil, reach: Reach = .there) {
        self.speaks = speaks
        self.reach = reach
    }

    /// An end that offered a session, or left that to the other, and from where: over a WebSocket there are browsers only.
    package init(
        offer: SessionDescription?, from source: SourceAddress, named addresses: [SourceAddress],
        requiresEncryption: Bool
    ) {
        self.init(
            speaks: source.isWebSocket ? .web : offer?.protection ?? (requiresEncryption ? .sdes : nil),
            reach: addresses.map { Reach(of: $0, seenAt: source) }.max() ?? .there)
    }

    /// An end that will be offered one; what is reached over a WebSocket is a browser.
    package init(at target: SourceAddress, named address: SourceAddress?, requiresEncryption: Bool) {
        self.init(
            speaks: target.isWebSocket ? .web : requiresEncryption ? .sdes : nil,
            reach: address.map { Reach(of: $0, seenAt: target) } ?? .there)
    }
}

extension MediaEnd.Reach: Comparable {
    package init(of named: SourceAddress, seenAt source: SourceAddress) {
        if !named.isPrivate || named.hasHost(of: source) {
            self = .there
        } else {
            self = source.isPrivate ? .unsure : .behindNAT
        }
    }

    private var rank: Int {
        switch self {
        case .there: 0
        case .unsure: 1
        case .behindNAT: 2
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

extension SessionDescription {
    /// How the first stream that is wanted is protected.
    fileprivate var protection: MediaRelayRequest.Side? {
        guard let stream = wanted.first else { return nil }
        switch stream.protection {
        case .plain, .optional: return .plain
        case .sdes: return .sdes
        // The profile with feedback is what browsers have (RFC 8827 section 6.5).
        case .dtls: return bytes[stream.profile.range].last == UInt8(ascii: "F") ? .web : .dtls
        }
    }
}

extension SourceAddress {
    package var isWebSocket: Bool { transport == .ws || transport == .wss }

    package func hasHost(of other: SourceAddress) -> Bool { high == other.high && low == other.low }

    /// Whether the address has a meaning only nearby (RFC 1918, 6598, 3927, 4193, and loopback); "none" is no address.
    fileprivate var isPrivate: Bool {
        guard isIPv4 else { return high >> 57 == 0x7E || high >> 54 == 0x3FA || high == 0 && low == 1 }
        let bits = UInt32(truncatingIfNeeded: low)
        return Self.privateNetworks.contains { network, length in (bits ^ network) >> (32 - length) == 0 }
    }

    private static let privateNetworks: [(UInt32, UInt32)] = [
        (0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16), (0x6440_0000, 10), (0xA9FE_0000, 16), (0x7F00_0000, 8),
    ]
}
