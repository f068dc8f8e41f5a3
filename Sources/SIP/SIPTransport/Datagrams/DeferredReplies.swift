import SIPEngine
import SIPMessage

/// Answers that wait for the journal, in the order of their sequences.
struct DeferredReplies: ~Copyable {
    private var entries: [Entry] = []
    private var first = 0
    private var bytes: [UInt8] = []
    /// How many bytes went before those that are kept; entries count from the very first.
    private var dropped = 0

    private struct Entry {
        let sequence: UInt64
        let address: SourceAddress
        let port: UInt16
        let start: Int
        let count: Int
    }

    var isEmpty: Bool { first == entries.count }
    var count: Int { entries.count - first }

    mutating func append(_ exchange: borrowing Exchange, after sequence: UInt64) {
        entries.append(
            Entry(
                sequence: sequence, address: exchange.source, port: exchange.replyPort, start: dropped + bytes.count,
                count: exchange.reply.count))
        unsafe exchange.reply.withUnsafeBytes { buffer in unsafe bytes.append(contentsOf: buffer) }
    }

    /// Fills slots of the batch with answers whose time has come; returns how many.
    mutating func fill(_ batch: inout DatagramBatch, reached: UInt64, ipv6: Bool) -> Int {
        var slot = 0
        var next = first
        while next < entries.count, slot < batch.count, entries[next].sequence <= reached {
            let entry = entries[next]
            let start = entry.start - dropped
            let text = bytes.span.extracting(start..<start + entry.count)
            if batch.fill(slot, with: text, to: entry.address, port: entry.port, ipv6: ipv6) { slot += 1 }
            next += 1
        }
        first = next
        dropSent()
        return slot
    }

    /// Under steady load there always is an answer that waits, so what was sent must go before the rest is.
    private mutating func dropSent() {
        if isEmpty {
            entries.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
            (first, dropped) = (0, 0)
        } else if first > entries.count / 2 {
            let start = entries[first].start
            bytes.removeFirst(start - dropped)
            entries.removeFirst(first)
            (first, dropped) = (0, start)
        }
    }
}
