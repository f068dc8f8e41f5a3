import AsyncHTTPClient
import NIOCore

extension HTTPClient {
    /// Lives as long as the process, and says at once that nobody listens; the shared client tries until the timeout.
    static let impatient: HTTPClient = {
        var configuration = Configuration(timeout: Configuration.Timeout(connect: .seconds(3)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
