package import Hummingbird
import NIOCore
package import Provisioning

/// What a vendors' listener knows of a connection.
package struct DialectContext: InitializableFromSource, RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The address that the connection comes from; `nil` where it has none.
    package let source: IPAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        self.source = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0.prefix { $0 != "%" }) }
    }
}
