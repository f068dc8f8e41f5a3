import CDatagram
import SIPEngine
import SIPMessage

/// Datagrams that cross the kernel in one call, in memory of its own.
///
/// Raw recvmmsg and sendmmsg rather than a channel pipeline: the kernel's share is most of what a REGISTER costs, and
/// this is the least of it (`Docs/decisions/0010-raw-datagrams.md`).
@safe
struct DatagramBatch: ~Copyable {
    /// More than any datagram we take; longer ones are cut by the kernel and dropped.
    static let longestRequest = 8192 + 128
    /// The most that a datagram can carry.
    static let longestReply = 65_507
    let count: Int
    /// Bytes that a slot has room for.
    let stride: Int
    private let batch: OpaquePointer

    init?(count: Int, stride: Int) {
        guard let batch = unsafe cdatagram_create(UInt32(count), UInt32(stride)) else { return nil }
        unsafe self.batch = batch
        self.count = count
        self.stride = stride
    }

    deinit { unsafe cdatagram_destroy(batch) }

    /// How many were there; 0 when none, or when the socket had an error to report.
    mutating func receive(on socket: Int32) -> Int { max(0, Int(unsafe cdatagram_receive(batch, socket))) }

    func source(_ slot: Int, heardBy listener: UInt8) -> SourceAddress {
        var address = SourceAddress(unsafe cdatagram_source(batch, UInt32(slot)), transport: .udp)
        address.listener = listener
        return address
    }

    @inline(__always)
    func withBytes<Result>(_ slot: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let length = Int(unsafe cdatagram_length(batch, UInt32(slot)))
        let start = unsafe UnsafeRawBufferPointer(start: cdatagram_bytes(batch, UInt32(slot)), count: length)
        return unsafe body(start.bindMemory(to: UInt8.self).span)
    }

    /// Copies the answer of an exchange into a slot; `false` when it does not fit.
    mutating func fill(_ slot: Int, with exchange: borrowing Exchange, ipv6: Bool) -> Bool {
        let (source, port) = (exchange.source, exchange.replyPort)
        return exchange.reply.withSpan { fill(slot, with: $0, to: source, port: port, ipv6: ipv6) }
    }

    /// Copies bytes into a slot and addresses it; `false` when they do not fit.
    mutating func fill(
        _ slot: Int, with bytes: Span<UInt8>, to address: SourceAddress, port: UInt16, ipv6: Bool
    ) -> Bool {
        guard bytes.count <= stride else { return false }
        unsafe bytes.withUnsafeBytes { from in
            guard let base = from.baseAddress else { return }
            unsafe UnsafeMutableRawPointer(cdatagram_bytes(batch, UInt32(slot)))
                .copyMemory(from: base, byteCount: from.count)
        }
        unsafe cdatagram_address_slot(
            batch, UInt32(slot), UInt32(bytes.count),
            cdatagram_address(high: address.high, low: address.low, port: port), ipv6 ? 1 : 0)
        return true
    }

    /// Sends the first slots; what the kernel refuses is skipped, as the network might have lost it. Returns how many were skipped.
    mutating func send(_ count: Int, on socket: Int32) -> Int {
        var next = 0
        var skipped = 0
        while next < count {
            let sent = Int(unsafe cdatagram_send(batch, socket, UInt32(next), UInt32(count - next)))
            if sent > 0 {
                next += sent
            } else {
                next += 1
                skipped += 1
            }
        }
        return skipped
    }
}
