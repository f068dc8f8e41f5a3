import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import OperatorAPI
import ServiceLifecycle

/// One HTTP listener as a service: counted, within limits, and named when it cannot be opened.
struct HTTPListener<Responder: HTTPResponder>: Service, CustomStringConvertible
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let responder: Responder
    let address: ListenAddress
    let listener: HTTPCounters.Listener
    let board: ListenerBoard
    let counters: HTTPCounters
    let log: Logger

    /// Those of its kind unless told otherwise.
    var limits: HTTPLimits?
    /// Who is connected.
    let sources = HTTPSources()

    /// The log of the service group prints its services: their names, and nothing that they hold.
    var description: String { "\(listener.rawValue) listener on \(address)" }

    func run() async throws {
        let limits = limits ?? (listener == .vendor ? .vendor : .operator)
        let application = Application(
            responder: CountedResponder(responder, listener: listener, counters: counters),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [HTTPConnectionWatch(limits: limits, sources: sources)],
                    idleTimeout: limits.idle,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerField, maxHeaderListSize: limits.head,
                        maxHeaderFieldCount: limits.headerCount))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            onServerRunning: { board.bound(listener, at: $0.localAddress) },
            logger: log)
        do {
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await application.run()
            } onCancelOrGracefulShutdown: {
                sources.close()
            }
        } catch let error as IOError {
            throw StartFailure("cannot listen on http \(address): \(unsafe String(cString: strerror(error.errnoCode)))")
        } catch is SocketAddressError {
            throw StartFailure("cannot listen on http \(address): no such address")
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
