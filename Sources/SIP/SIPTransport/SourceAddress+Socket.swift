import CDatagram
package import NIOCore
package import SIPEngine

extension SourceAddress {
    /// From a socket address, or `nil` when it is no IP address.
    package init?(_ address: NIOCore.SocketAddress?, transport: Transport) {
        guard let address, address.port != nil else { return nil }
        self.init(
            unsafe address.withSockAddr { pointer, _ in unsafe cdatagram_address_of(pointer) }, transport: transport)
    }

    init(_ words: cdatagram_address, transport: Transport) {
        self.init(high: words.high, low: words.low, port: words.port, transport: transport)
    }

    /// Whether this stands for all addresses of the machine.
    var isAny: Bool { high == 0 && (low == 0 || low == 0xFFFF_0000_0000) }
}

extension NIOCore.SocketAddress {
    init(_ address: SourceAddress) throws {
        var bytes = ByteBuffer()
        if address.isIPv4 {
            bytes.writeInteger(UInt32(truncatingIfNeeded: address.low))
        } else {
            bytes.writeInteger(address.high)
            bytes.writeInteger(address.low)
        }
        try self.init(packedIPAddress: bytes, port: Int(address.port))
    }
}
