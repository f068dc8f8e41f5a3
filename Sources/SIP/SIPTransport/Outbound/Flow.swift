package import SIPEngine

/// A way to a target, and what we are called on it; good for any number of messages until it ends.
package struct Flow: Sendable {
    package let target: Target
    /// Where others reach us: stands in Via and Contact.
    package let local: LocalAddress
    let path: Path

    enum Path: Sendable {
        case datagrams(UDPListener)
        case connection(OutboundConnection)
    }

    /// Nil over UDP, which has nothing that could end.
    package var id: FlowID? {
        if case .connection(let connection) = path { connection.id } else { nil }
    }
}

/// Names one connection of ours; no other ever has the same.
package struct FlowID: Sendable, Hashable {
    let number: UInt64
}

/// A host as it stands in a URI or Via, and a port.
package struct LocalAddress: Sendable, Hashable {
    /// An IPv6 address has its brackets.
    package let host: String
    package let port: UInt16

    init(host: String, port: UInt16) {
        self.host = host.contains(":") ? "[\(host)]" : host
        self.port = port
    }
}

/// Is told when a connection of ours has ended, on its event loop; must not block.
package protocol FlowObserver: AnyObject, Sendable {
    func flowEnded(_ flow: FlowID)
    /// Whoever is at that address sees another address of ours than before; on a listener's thread.
    func addressChanged(towards address: SourceAddress)
}
