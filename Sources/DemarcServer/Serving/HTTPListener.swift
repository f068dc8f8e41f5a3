import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import OperatorAPI
import ServiceLifecycle

/// One HTTP listener as a service: counted, bounded in connections, and named when it cannot be opened.
struct HTTPListener<Responder: HTTPResponder>: Service, CustomStringConvertible
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let responder: Responder
    let address: ListenAddress
    let listener: HTTPCounters.Listener
    let board: ListenerBoard
    let counters: HTTPCounters
    let log: Logger
    /// `nil` for plain HTTP.
    var tls: TLSConfiguration?

    /// The log of the service group prints its services: their names, and nothing that they hold.
    var description: String { "\(listener.rawValue) listener on \(address)" }

    private var maximumConnections: Int { listener == .vendor ? 8192 : 256 }

    private var scheme: String { tls == nil ? "http" : "https" }

    private var server: HTTPServerBuilder {
        get throws {
            let plain = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(75)))
            guard let tls else { return plain }
            return try .tls(plain, tlsConfiguration: tls)
        }
    }

    func run() async throws {
        let application = Application(
            responder: CountedResponder(responder, listener: listener, counters: counters),
            server: try server,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections)),
            onServerRunning: { board.bound(listener, at: $0.localAddress, scheme: scheme) },
            logger: log)
        do {
            try await application.run()
        } catch let error as IOError {
            throw StartFailure(
                "cannot listen on \(scheme) \(address): \(unsafe String(cString: strerror(error.errnoCode)))")
        } catch is SocketAddressError {
            throw StartFailure("cannot listen on \(scheme) \(address): no such address")
        }
    }
}

extension ListenAddress {
    /// The addresses to bind: `*` is `[::]`, which takes IPv4 too, or `0.0.0.0` on a machine without IPv6.
    var httpAddress: ListenAddress {
        isWildcard ? ListenAddress(host: Self.hasIPv6 ? "::" : "0.0.0.0", port: port) : self
    }

    /// Whether an IPv6 address is on any interface of the machine.
    static var hasIPv6: Bool {
        (try? System.enumerateDevices())?.contains { $0.address?.protocol == .inet6 } ?? false
    }
}
