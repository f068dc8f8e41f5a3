import NIOCore
package import NIOSSL
import Synchronization

/// As whom TLS listeners speak: one certificate, or several of which the one is shown that is for the name that was called
/// (SNI, RFC 6066 section 3). They are exchanged while the listeners serve: for connections that come after it.
package final class ServerTLS: Sendable {
    package typealias Load = @Sendable () throws -> [TLSConfiguration]

    private let load: Load
    private let current: Mutex<(configurations: [TLSConfiguration], context: NIOSSLContext)>

    /// What came of looking at the certificates again.
    package enum Refreshed: Sendable, Equatable {
        case unchanged, exchanged
        /// The old ones stay.
        case failed(reason: String)
    }

    struct NoCertificate: Error {}

    /// - Parameter load: reads certificates and keys; called again by `refresh`. The first certificate is for those that call no
    ///   name, or another one; what else a configuration says is taken from the first.
    ///
    /// Throws what `load` throws, and where a key and its certificate do not belong together.
    package init(load: @escaping Load) throws {
        self.load = load
        current = Mutex(try Self.read(load))
    }

    private static func read(_ load: Load) throws -> ([TLSConfiguration], NIOSSLContext) {
        let configurations = try load()
        guard var shared = configurations.first else { throw NoCertificate() }
        shared.minimumTLSVersion = .tlsv12
        if configurations.count > 1 {
            let all = try configurations.map(Named.init)
            shared.sslContextCallback = { values, choice in
                let name = values.serverHostname?.lowercased()
                let fitting = name.flatMap { name in all.first { CertificateName.isFor(name, among: $0.names) } }
                choice.succeed(fitting?.identity ?? .noChanges)
            }
        }
        return (configurations, try NIOSSLContext(configuration: shared))
    }

    /// A certificate and its key, by the names that it is for.
    private struct Named: Sendable {
        let names: [String]
        let identity: NIOSSLContextConfigurationOverride

        init(_ configuration: TLSConfiguration) throws {
            // Says whether the two belong together.
            _ = try NIOSSLContext(configuration: configuration)
            guard case .certificate(let certificate)? = configuration.certificateChain.first else {
                throw NoCertificate()
            }
            names = try CertificateName.names(of: certificate)
            var identity = NIOSSLContextConfigurationOverride()
            identity.certificateChain = configuration.certificateChain
            identity.privateKey = configuration.privateKey
            self.identity = identity
        }
    }

    /// Reads the certificates again. Blocks for as long as that takes.
    package func refresh() -> Refreshed {
        do {
            let new = try Self.read(load)
            return current.withLock { current in
                let isSame =
                    current.configurations.count == new.0.count
                    && zip(current.configurations, new.0).allSatisfy { $0.bestEffortEquals($1) }
                guard !isSame else { return .unchanged }
                current = new
                return .exchanged
            }
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    func makeHandler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: current.withLock { $0.context }) }
}
