import Foundation

/// A throwaway installation: a data directory and free ports, which stay the same from start to start.
struct Installation: Sendable {
    let folder: TemporaryDirectory
    let vendorPort: UInt16
    let operatorPort: UInt16
    let sipPort: UInt16
    let secureSIPPort: UInt16
    /// Added to `demarc serve`, which asks no trunk by OPTIONS unless told so here.
    var arguments: [String]
    /// Whether SIP is listened for on `::1` too, which not every machine has.
    var hasIPv6 = false
    /// Whether SIP is listened for over TLS too.
    var hasTLS = false
    /// A second port where SIP is listened for over UDP.
    var otherSIPPort: UInt16?
    var environment: [String: String] = [:]
    var data: String

    init(_ arguments: [String] = []) throws {
        folder = try TemporaryDirectory()
        vendorPort = try LoopbackSocket.freePort()
        operatorPort = try LoopbackSocket.freePort()
        sipPort = try LoopbackSocket.freePort()
        secureSIPPort = try LoopbackSocket.freePort()
        self.arguments = arguments
        data = "\(folder.path)/data"
    }

    /// Starts the server and waits until it is ready.
    func start(under wrapper: [String] = []) async throws -> ServerProcess {
        let command = wrapper + [Repository.demarc, "serve", "--data", data] + listeners + arguments
        let child = try ChildProcess(command[0], Array(command.dropFirst()), environment: environment)
        let server = ServerProcess(installation: self, child: child)
        try await Patience.until("a ready server\n\(child.errors)") {
            guard child.isRunning else { throw ServerProcess.Ended(log: child.errors) }
            return try await server.isReady ? () : nil
        }
        return server
    }

    private var listeners: [String] {
        let sip =
            "udp:127.0.0.1:\(sipPort),tcp:127.0.0.1:\(sipPort)" + (hasIPv6 ? ",udp:[::1]:\(sipPort)" : "")
            + (otherSIPPort.map { ",udp:127.0.0.1:\($0)" } ?? "") + (hasTLS ? ",tls:127.0.0.1:\(secureSIPPort)" : "")
        return [
            "--vendor-listen", "127.0.0.1:\(vendorPort)", "--operator-listen", "127.0.0.1:\(operatorPort)",
            "--sip-listen", sip,
        ] + (arguments.contains("--trunk-probe") ? [] : ["--trunk-probe", "0"])
    }
}
