/// What one stream connection may take; times in seconds.
package struct StreamLimits: Sendable, Equatable {
    package var connections: Int
    package var connectionsPerSource: Int
    /// A connection that says nothing for this long is closed; keep-alives (RFC 5626 section 3.5.1) count.
    package var idle: Int64
    /// A message that is not whole after this long closes its connection.
    package var messageTime: Int64
    /// Answers that may wait for the journal, of all connections and of one; who asks for one more is closed.
    package var waiting: Int
    package var waitingPerConnection: Int

    package init(
        connections: Int = 10_000, connectionsPerSource: Int = 200, idle: Int64 = 960, messageTime: Int64 = 20,
        waiting: Int = 65_536, waitingPerConnection: Int = 2048
    ) {
        self.connections = connections
        self.connectionsPerSource = connectionsPerSource
        self.idle = idle
        self.messageTime = messageTime
        self.waiting = waiting
        self.waitingPerConnection = waitingPerConnection
    }
}
