package import NIOSSL
import Synchronization

/// As whom TLS listeners speak. The certificate is exchanged while they serve: for connections that come after it.
package final class ServerTLS: Sendable {
    private let load: @Sendable () throws -> TLSConfiguration
    private let current: Mutex<(configuration: TLSConfiguration, context: NIOSSLContext)>

    /// What came of looking at the certificate again.
    package enum Refreshed: Sendable, Equatable {
        case unchanged, exchanged
        /// The old one stays.
        case failed(reason: String)
    }

    /// - Parameter load: reads certificate and key; called again by `refresh`.
    ///
    /// Throws what `load` throws, and where the two do not belong together.
    package init(load: @escaping @Sendable () throws -> TLSConfiguration) throws {
        self.load = load
        current = Mutex(try Self.read(load))
    }

    private static func read(_ load: () throws -> TLSConfiguration) throws -> (TLSConfiguration, NIOSSLContext) {
        var configuration = try load()
        configuration.minimumTLSVersion = .tlsv12
        return (configuration, try NIOSSLContext(configuration: configuration))
    }

    /// Reads the certificate again. Blocks for as long as that takes.
    package func refresh() -> Refreshed {
        do {
            let new = try Self.read(load)
            return current.withLock { current in
                guard !current.configuration.bestEffortEquals(new.0) else { return .unchanged }
                current = new
                return .exchanged
            }
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    func makeHandler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: current.withLock { $0.context }) }
}
