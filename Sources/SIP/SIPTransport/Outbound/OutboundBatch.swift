import SIPEngine

/// Messages that leave together: over UDP in one system call, over a connection in one write. Belongs to one thread.
package struct OutboundBatch: ~Copyable {
    private var datagrams: DatagramBatch
    private var filled = 0
    /// Whose socket the waiting datagrams leave by.
    private var listener: UDPListener?

    /// Datagrams of one system call.
    private static let size = 64

    /// Nil when there is no memory.
    package init?() {
        guard let batch = DatagramBatch(count: Self.size, stride: DatagramBatch.longestReply) else { return nil }
        datagrams = batch
    }

    /// Takes a message; false when it cannot leave: too long, or a connection that ended or whose other side does not
    /// read. Datagrams leave when the batch is full, on `flush`, or when one for another socket comes.
    package mutating func append(_ message: Span<UInt8>, to flow: Flow) -> Bool {
        switch flow.path {
        case .connection(let connection): return connection.write(message)
        case .datagrams(let listener):
            if filled == datagrams.count || self.listener !== listener { flush() }
            self.listener = listener
            let address = flow.target.address
            guard
                datagrams.fill(filled, with: message, to: address, port: address.port, ipv6: listener.address.isIPv6)
            else { return false }
            filled += 1
            return true
        }
    }

    /// Sends what waits.
    package mutating func flush() {
        if filled > 0 { listener?.sendOwn(filled, of: &datagrams) }
        filled = 0
    }
}
