package import SIPEngine
package import SIPMessage

/// Takes every message that a listener received; called on the listener's own threads, several at a time.
package protocol MessageHandler: AnyObject, Sendable {
    /// Handles one whole message and may leave an answer in `exchange.reply`.
    func handle(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition
}

/// Takes the responses to what we sent, whatever listener or connection they came by; called on its thread, several at a
/// time. It must not block.
package protocol ResponseHandler: AnyObject, Sendable {
    /// A response with one Via and everything that every message owes; message and index end with the call. Whether it
    /// can be an answer to something that was sent.
    /// - Parameter now: milliseconds on the edge's clock.
    func receive(_ response: Span<UInt8>, _ index: borrowing MessageIndex, from source: SourceAddress, now: Int64)
        -> Bool
    /// What may answer a keep-alive by STUN.
    func receive(binding answer: Span<UInt8>, from source: SourceAddress)
}

extension ResponseHandler {
    /// Who keeps no way open has no use for it.
    package func receive(binding answer: Span<UInt8>, from source: SourceAddress) {}
}

/// What a listener does with the answer that a handler left.
package enum Disposition: Equatable, Sendable {
    case silence
    case reply
    /// Send the answer once everything up to that journal sequence is on disk.
    case replyWhenDurable(UInt64)
}

/// One message and its answer; reused by its listener thread, so nothing is allocated per message.
package struct Exchange: ~Copyable {
    package var index = MessageIndex()
    package var reply = MessageWriter()
    /// Where the message came from.
    package var source: SourceAddress
    /// The port that an answer over UDP goes to: the source's, or that of the Via (RFC 3261 section 18.2.2, RFC 3581).
    package var replyPort: UInt16
    /// The status of the answer that stands in `reply`.
    package var status: UInt16 = 0
    /// Until when the sender is bound to where it spoke from, in seconds since 1970: so long its connection may be silent. Nil
    /// where the request says nothing of it.
    package var boundUntil: UInt32?
    /// Milliseconds since 1970 on the edge's own scale, which a clock that is set does not move; read once a batch.
    package var now: Int64
    /// Milliseconds since 1970 as the wall clock shows them, for the Date header.
    package var wall: Int64

    package init(source: SourceAddress, now: Int64) {
        wall = now
        self.source = source
        replyPort = source.port
        self.now = now
    }

    /// Seconds since 1970.
    package var seconds: UInt32 { UInt32(truncatingIfNeeded: now / 1000) }

    mutating func read(_ clock: EdgeClock) {
        now = clock.now()
        wall = clock.wall()
    }

    mutating func begin(from source: SourceAddress) {
        self.source = source
        replyPort = source.port
        boundUntil = nil
        reply.reset()
    }
}
