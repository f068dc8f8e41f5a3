import Glibc

/// A socket on the loopback interface that talks to one port; waits with a deadline, never without.
@safe
package final class LoopbackClient: @unchecked Sendable {
    private let descriptor: Int32
    /// The port of this end.
    package let port: UInt16

    package struct Failure: Error {
        package let operation: String
        package let code: Int32
    }

    /// Connects; a datagram socket then takes answers from that port alone, unless `port` is 0.
    ///
    /// - Parameters:
    ///   - source: an address of this end, such as any of 127.0.0.0/8.
    ///   - room: bytes that the system keeps of what is not read.
    package init(
        stream: Bool, host: String = "127.0.0.1", port: UInt16, from source: String? = nil, room: Int32 = 4 << 20
    ) throws(Failure) {
        let isIPv6 = host.contains(":")
        let kind = Int32((stream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw Failure(operation: "socket", code: errno) }
        self.descriptor = descriptor
        var buffer = room
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, 4)
        if let source {
            let isBound = unsafe Self.withAddress(source, 0) { unsafe bind(descriptor, $0, $1) == 0 }
            guard isBound else { throw Failure(operation: "bind", code: errno) }
        }
        let isDone = unsafe Self.withAddress(host, port) { address, length in
            port == 0 ? unsafe bind(descriptor, address, length) == 0 : unsafe connect(descriptor, address, length) == 0
        }
        guard isDone else { throw Failure(operation: "connect", code: errno) }
        var own = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        unsafe withUnsafeMutablePointer(to: &own) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        self.port = UInt16(bigEndian: own.sin6_port)
    }

    deinit { Glibc.close(descriptor) }

    /// Whether the machine has that loopback address.
    package static func has(_ host: String) -> Bool { (try? LoopbackClient(stream: false, host: host, port: 9)) != nil }

    private static func withAddress<Result>(
        _ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        if host.contains(":") {
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe _ = inet_pton(AF_INET6, host, &address.sin6_addr)
        } else {
            var ipv4 = sockaddr_in()
            ipv4.sin_family = sa_family_t(AF_INET)
            ipv4.sin_port = port.bigEndian
            unsafe _ = inet_pton(AF_INET, host, &ipv4.sin_addr)
            unsafe withUnsafeMutableBytes(of: &address) { to in
                unsafe withUnsafeBytes(of: ipv4) { unsafe to.copyMemory(from: $0) }
            }
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    /// Whether the bytes went out.
    @discardableResult
    package func send(_ text: String) -> Bool { send(bytes: Array(text.utf8)) }

    /// Whether the bytes went out.
    @discardableResult
    package func send(bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let result = unsafe bytes[sent...].withUnsafeBytes { buffer in
                unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard result > 0 else { return false }
            sent += result
        }
        return true
    }

    /// What comes next; `nil` at the end of a stream, or after ten seconds of nothing.
    package func receive() -> String? { receiveBytes().map { String(decoding: $0, as: UTF8.self) } }

    /// What comes next; `nil` at the end of a stream, or after ten seconds of nothing.
    package func receiveBytes() -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wanted, 1, 10_000) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    /// That many bytes of a stream; fewer when it ends before.
    package func receive(count: Int) -> String {
        var text = ""
        while text.utf8.count < count, let more = receive() { text += more }
        return text
    }

    /// Whether the other side closed the stream, after whatever it still sent.
    package func sawEnd() -> Bool {
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&wanted, 1, 10_000) > 0 else { return false }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count <= 0 { return true }
        }
    }
}
