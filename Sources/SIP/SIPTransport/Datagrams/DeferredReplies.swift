import SIPEngine
import SIPMessage

/// Answers that wait for the journal, in the order of their sequences.
struct DeferredReplies: ~Copyable {
    private var entries: [Entry] = []
    private var first = 0
    private var bytes: [UInt8] = []

    private struct Entry {
        let sequence: UInt64
        let address: SourceAddress
        let port: UInt16
        var start: Int
        let count: Int
    }

    var isEmpty: Bool { first == entries.count }
    var count: Int { entries.count - first }
    /// Bytes of answers that are held, sent ones included.
    var held: Int { bytes.count }

    mutating func append(_ exchange: borrowing Exchange, after sequence: UInt64) {
        entries.append(
            Entry(
                sequence: sequence, address: exchange.source, port: exchange.replyPort, start: bytes.count,
                count: exchange.reply.count))
        unsafe exchange.reply.withUnsafeBytes { buffer in unsafe bytes.append(contentsOf: buffer) }
    }

    /// Fills slots of the batch with answers whose time has come, or with errors where what they waited for was lost;
    /// returns how many.
    mutating func fill(
        _ batch: inout DatagramBatch, reached: UInt64, ipv6: Bool, isLost: (UInt64) -> Bool = { _ in false }
    ) -> Int {
        var slot = 0
        var next = first
        while next < entries.count, slot < batch.count, entries[next].sequence <= reached {
            let entry = entries[next]
            let text = bytes.span.extracting(entry.start..<entry.start + entry.count)
            let fits =
                isLost(entry.sequence)
                ? batch.fill(
                    slot, with: UnkeptReply.make(of: text).span, to: entry.address, port: entry.port, ipv6: ipv6)
                : batch.fill(slot, with: text, to: entry.address, port: entry.port, ipv6: ipv6)
            if fits { slot += 1 }
            next += 1
        }
        first = next
        forgetSent()
        return slot
    }

    /// Moves what waits to the front once more was sent than waits: under load the queue is never empty.
    private mutating func forgetSent() {
        guard first >= count else { return }
        let start = isEmpty ? bytes.count : entries[first].start
        bytes.removeFirst(start)
        entries.removeFirst(first)
        first = 0
        for index in entries.indices { entries[index].start -= start }
    }
}
