/// The transports that SIP is carried over (RFC 3261 section 18, RFC 7118 for WebSocket).
package enum Transport: UInt8, Sendable, CaseIterable, Codable {
    case udp = 1
    case tcp = 2
    case tls = 3
    case ws = 4
    case wss = 5

    /// As `name` says it.
    package init?(name: some StringProtocol) {
        guard let transport = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = transport
    }

    /// As it stands in a Via.
    package var viaToken: StaticString {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        case .ws: "WS"
        case .wss: "WSS"
        }
    }

    /// What says it behind a host in a URI; empty where nothing need be said. `ws` stands for both of WebSocket (RFC 7118
    /// section 5.3).
    package var uriParameter: StaticString {
        switch self {
        case .udp: ""
        case .tcp: ";transport=tcp"
        case .tls: ";transport=tls"
        case .ws, .wss: ";transport=ws"
        }
    }

    /// As it stands in settings.
    package var name: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        case .ws: "ws"
        case .wss: "wss"
        }
    }

    /// Whether TLS is beneath.
    package var isSecure: Bool { self == .tls || self == .wss }

    package var isWebSocket: Bool { self == .ws || self == .wss }

    /// RFC 3261 section 19.1.2, RFC 7118 section 5.3.
    package var defaultPort: UInt16 {
        switch self {
        case .udp, .tcp: 5060
        case .tls: 5061
        case .ws: 80
        case .wss: 443
        }
    }
}
