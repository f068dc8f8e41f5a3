package import CDatagrams
import Glibc

/// An IPv4 address and a port.
package struct Endpoint: Sendable, CustomStringConvertible {
    package var address: String
    package var port: UInt16

    package init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// From `address:port`.
    package init?(argument: String) {
        let parts = argument.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { return nil }
        self.init(address: String(parts[0]), port: port)
    }

    package var isLoopback: Bool { address.hasPrefix("127.") }
    /// As datagrams are sent there.
    package var peer: datagram_peer {
        let address = address.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | (UInt32($1) ?? 0) }
        return datagram_peer(address: address, port: port)
    }
    package var description: String { "\(address):\(port)" }
}

/// Why a socket is of no use.
package struct SocketFailure: Error, CustomStringConvertible {
    let endpoint: Endpoint
    let number: Int32

    package var description: String { "\(endpoint): \(unsafe String(cString: strerror(number)))" }
}

/// Datagrams that wait to be sent together.
package struct Outbox {
    package var bytes: [UInt8] = []
    package private(set) var lengths: [UInt32] = []
    /// Where each goes; empty on a connected socket.
    private(set) var peers: [datagram_peer] = []

    package init() {}

    /// Ends the datagram that was appended to the bytes since the last one.
    package mutating func close(from start: Int, to peer: datagram_peer? = nil) {
        lengths.append(UInt32(bytes.count - start))
        if let peer { peers.append(peer) }
    }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        peers.removeAll(keepingCapacity: true)
    }
}

/// A UDP socket, used in batches.
package struct DatagramSocket {
    /// Longer datagrams are cut off, and then wrong.
    package static let datagramSize = 2048
    package static let batch = Int(DATAGRAMS_PER_CALL)

    package let descriptor: Int32
    private let endpoint: Endpoint

    package init(to server: Endpoint) throws(SocketFailure) {
        try self.init(unsafe datagrams_connect(server.address, server.port, 1 << 20), server)
    }

    /// As large a buffer as the kernel gives.
    package init(on own: Endpoint) throws(SocketFailure) {
        try self.init(unsafe datagrams_bind(own.address, own.port, 1 << 23), own)
    }

    private init(_ descriptor: Int32, _ endpoint: Endpoint) throws(SocketFailure) {
        guard descriptor >= 0 else { throw SocketFailure(endpoint: endpoint, number: -descriptor) }
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    /// Reads what has come, at most a batch; datagram i starts at i * datagramSize. Returns how many.
    package func receive(into bytes: inout [UInt8], lengths: inout [UInt32]) throws(SocketFailure) -> Int {
        try checked(
            unsafe datagrams_receive(
                descriptor, &bytes, Self.datagramSize, &lengths, nil, UInt32(min(lengths.count, Self.batch))))
    }

    /// The same, with who sent them.
    package func receive(into bytes: inout [UInt8], lengths: inout [UInt32], from peers: inout [datagram_peer])
        throws(SocketFailure) -> Int
    {
        try checked(
            unsafe datagrams_receive(
                descriptor, &bytes, Self.datagramSize, &lengths, &peers, UInt32(min(lengths.count, Self.batch))))
    }

    private func checked(_ count: Int32) throws(SocketFailure) -> Int {
        guard count >= 0 else { throw SocketFailure(endpoint: endpoint, number: -count) }
        return Int(count)
    }

    /// Sends all that waits. What the kernel does not take is lost, as on any network; retransmission repairs it.
    package func send(_ outbox: inout Outbox) throws(SocketFailure) {
        var sent = 0
        var offset = 0
        while sent < outbox.lengths.count {
            let result = send(outbox, from: sent, at: offset)
            if result == -EAGAIN || result == 0 { break }
            guard result > 0 else { throw SocketFailure(endpoint: endpoint, number: -result) }
            for length in outbox.lengths[sent..<sent + Int(result)] { offset += Int(length) }
            sent += Int(result)
        }
        outbox.clear()
    }

    private func send(_ outbox: Outbox, from first: Int, at offset: Int) -> Int32 {
        let count = UInt32(outbox.lengths.count - first)
        return unsafe outbox.bytes.withUnsafeBufferPointer { bytes in
            unsafe outbox.lengths.withUnsafeBufferPointer { lengths in
                unsafe outbox.peers.withUnsafeBufferPointer { peers in
                    guard let bytes = bytes.baseAddress, let lengths = lengths.baseAddress else { return Int32(0) }
                    let to = peers.isEmpty ? nil : unsafe peers.baseAddress.map { unsafe $0 + first }
                    return unsafe datagrams_send(descriptor, bytes + offset, lengths + first, to, count)
                }
            }
        }
    }
}
