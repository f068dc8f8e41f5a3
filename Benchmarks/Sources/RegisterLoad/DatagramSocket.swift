import CDatagrams
import Glibc

/// Nanoseconds of the monotonic clock.
enum Clock {
    static func now() -> UInt64 { monotonic_nanoseconds() }
    static func seconds(since start: UInt64) -> Double { Double(now() - start) / 1e9 }
    /// Makes sleeps end to the microsecond.
    static func sleepExactly() { monotonic_sleep_exactly() }
    static func sleep(_ nanoseconds: UInt64) { monotonic_sleep(nanoseconds) }
    static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }
}

/// Why the load could not go on.
enum LoadFailure: Error, CustomStringConvertible {
    case socket(Endpoint, errno: Int32)

    var description: String {
        switch self {
        case .socket(let server, let number): "\(server): \(unsafe String(cString: strerror(number)))"
        }
    }
}

/// Requests that wait to be sent together.
struct Outbox {
    var bytes: [UInt8] = []
    private(set) var lengths: [UInt32] = []

    /// Ends the datagram that was appended to the bytes since the last one.
    mutating func close(from start: Int) { lengths.append(UInt32(bytes.count - start)) }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
    }
}

/// A UDP socket connected to the server, used in batches.
struct DatagramSocket {
    /// Longer answers are cut off, and then wrong.
    static let datagramSize = 2048
    static let batch = Int(DATAGRAMS_PER_CALL)

    let descriptor: Int32
    private let server: Endpoint

    init(to server: Endpoint) throws(LoadFailure) {
        descriptor = unsafe datagrams_connect(server.address, server.port, 1 << 20)
        self.server = server
        guard descriptor >= 0 else { throw .socket(server, errno: -descriptor) }
    }

    /// Reads what has come, at most a batch; datagram i starts at i * datagramSize. Returns how many.
    func receive(into bytes: inout [UInt8], lengths: inout [UInt32]) throws(LoadFailure) -> Int {
        let count = unsafe datagrams_receive(
            descriptor, &bytes, Self.datagramSize, &lengths, UInt32(min(lengths.count, Self.batch)))
        guard count >= 0 else { throw .socket(server, errno: -count) }
        return Int(count)
    }

    /// Sends all that waits. What the kernel does not take is lost, as on any network; retransmission repairs it.
    func send(_ outbox: inout Outbox) throws(LoadFailure) {
        var sent = 0
        var offset = 0
        while sent < outbox.lengths.count {
            let result = unsafe outbox.bytes.withUnsafeBufferPointer { bytes in
                unsafe outbox.lengths.withUnsafeBufferPointer { lengths in
                    guard let bytes = bytes.baseAddress, let lengths = lengths.baseAddress else { return Int32(0) }
                    return unsafe datagrams_send(
                        descriptor, bytes + offset, lengths + sent, UInt32(outbox.lengths.count - sent))
                }
            }
            if result == -EAGAIN || result == 0 { break }
            guard result > 0 else { throw .socket(server, errno: -result) }
            for length in outbox.lengths[sent..<sent + Int(result)] { offset += Int(length) }
            sent += Int(result)
        }
        outbox.clear()
    }
}
