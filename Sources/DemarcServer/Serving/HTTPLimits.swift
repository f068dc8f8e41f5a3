import NIOCore

/// What an HTTP listener and each of its connections may take.
struct HTTPLimits: Sendable {
    /// Open connections; more wait in the system's queue until one closes.
    var connections: Int
    /// Open connections of one address; one more is closed at once.
    var connectionsPerSource: Int
    /// Between requests, and from an answer to the end of the next request's head.
    var idle: TimeAmount = .seconds(75)
    /// From a request's head to the end of its body.
    var requestTime: TimeAmount = .seconds(30)
    /// How long a client may leave answers unread before they are given up.
    var answerStall: TimeAmount = .seconds(30)
    /// Bytes of the URL, and of one header field.
    var headerField = 16_384
    /// Bytes of a request's head.
    var head = 32_768
    var headerCount = 100

    static let vendor = HTTPLimits(connections: 8192, connectionsPerSource: 2048)
    static let `operator` = HTTPLimits(connections: 256, connectionsPerSource: 256)
}
