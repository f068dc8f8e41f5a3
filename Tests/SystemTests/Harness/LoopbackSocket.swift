import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A blocking socket to a port of this machine; every wait has an end.
struct LoopbackSocket: ~Copyable {
    enum Transport { case udp, tcp }

    struct Failure: Error, CustomStringConvertible {
        let operation: String
        let code: Int32

        var description: String { "\(operation): \(unsafe String(cString: strerror(code)))" }
    }

    private let descriptor: Int32

    /// - Parameters:
    ///   - port: whom it is connected to; nobody where it only hears.
    ///   - own: the port at our end; any that is free where none is named, or 0.
    init(_ transport: Transport, to port: UInt16?, at own: UInt16? = nil) throws(Failure) {
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(operation: "socket", code: errno) }
        if let own, !Self.bind(descriptor, own) { throw Failure(operation: "bind to port \(own)", code: errno) }
        guard let port else { return }
        var address = Self.loopback(port)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(operation: "connect to port \(port)", code: errno) }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let rest = bytes[sent...]
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(operation: "send", code: errno) }
            sent += count
        }
    }

    /// What comes next; `nil` when nothing came in time, empty when the other side closed.
    func receive(within milliseconds: Int32) throws(Failure) -> [UInt8]? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&waiting, 1, milliseconds) > 0 else { return nil }
        var failure: Int32?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            let got = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if got < 0 { failure = errno }
            count = max(0, got)
        }
        if let failure { throw Failure(operation: "receive", code: failure) }
        return bytes
    }

    /// The port at our end.
    var port: UInt16 { Self.port(of: descriptor) }

    /// A port that is free on UDP and TCP, below those that the system hands out; nobody in this process gets it twice.
    static func freePort() throws(Failure) -> UInt16 {
        for _ in 0..<ports.count {
            let port = nextPort.withLock { next in
                next = next == ports.upperBound - 1 ? ports.lowerBound : next + 1
                return next
            }
            if ChildProcess.withoutSpawning({ isFree(port, SOCK_DGRAM) && isFree(port, SOCK_STREAM) }) { return port }
        }
        throw Failure(operation: "finding a free port", code: EADDRINUSE)
    }

    /// Those above, up to the system's own, are for phones' media.
    private static let ports: Range<UInt16> = 10_240..<30_000
    /// Begins anywhere, so that test processes beside this one are elsewhere.
    private static let nextPort = Mutex(UInt16.random(in: ports))

    private static func isFree(_ port: UInt16, _ kind: __socket_type) -> Bool {
        let probe = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        return bind(probe, port)
    }

    private static func bind(_ descriptor: Int32, _ port: UInt16) -> Bool {
        var address = loopback(port)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
