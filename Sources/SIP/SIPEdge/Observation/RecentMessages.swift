import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// The latest messages, kept as they were until newer ones need the room; redacted when they are read.
///
/// At more than `perSecond` messages a second the rest is not kept: a busy server pays nothing for its trace. Of a message
/// that is longer than `longest` bytes the end is not kept either.
final class RecentMessages: Sendable {
    private let state: Mutex<State>
    private let perSecond: Int

    private struct State {
        var entries: [Entry] = []
        var next = 0
        var second: UInt32 = 0
        var kept = 0
    }

    private struct Entry {
        let at: Int64
        let isReceived: Bool
        let remote: SourceAddress
        let bytes: [UInt8]
    }

    private let capacity: Int
    private static let longest = 8192

    init(capacity: Int = 4096, perSecond: Int = 500) {
        self.capacity = capacity
        self.perSecond = perSecond
        state = Mutex(State())
    }

    /// Keeps a request and its answer.
    func keep(_ request: Span<UInt8>, _ exchange: borrowing Exchange) {
        let (now, source) = (exchange.now, exchange.source)
        guard isWanted(at: now) else { return }
        add(request, isReceived: true, remote: source, at: now)
        exchange.reply.withSpan { add($0, isReceived: false, remote: source, at: now) }
    }

    /// Keeps one message.
    func keep(_ message: Span<UInt8>, isReceived: Bool, remote: SourceAddress, at now: Int64) {
        if isWanted(at: now) { add(message, isReceived: isReceived, remote: remote, at: now) }
    }

    private func isWanted(at now: Int64) -> Bool {
        let second = seconds(now)
        return state.withLock { state in
            if state.second != second { (state.second, state.kept) = (second, 0) }
            state.kept += 1
            return state.kept <= perSecond
        }
    }

    private func add(_ message: Span<UInt8>, isReceived: Bool, remote: SourceAddress, at now: Int64) {
        let start = message.array(ByteRange(0, min(message.count, Self.longest)))
        add(Entry(at: now, isReceived: isReceived, remote: remote, bytes: start))
    }

    private func add(_ entry: Entry) {
        state.withLock { state in
            if state.entries.count < capacity {
                state.entries.append(entry)
            } else {
                state.entries[state.next] = entry
            }
            state.next = (state.next + 1) % capacity
        }
    }

    /// Bytes that are kept.
    var held: Int { state.withLock { $0.entries.reduce(0) { $0 + $1.bytes.count } } }

    /// Messages that name the user, oldest first, without what could be used to answer or guess a challenge.
    func messages(of user: String) -> [TracedMessage] {
        let (entries, next) = state.withLock { ($0.entries, $0.next) }
        let ordered = entries.count < capacity ? entries[...] : entries[next...] + entries[..<next]
        return ordered.compactMap { entry in
            let text = String(decoding: entry.bytes, as: UTF8.self)
            guard Self.names(user, in: text) else { return nil }
            return TracedMessage(
                at: entry.at, received: entry.isReceived, remote: entry.remote.text,
                text: Redaction.text(of: entry.bytes))
        }
    }

    /// Whether From, To, Contact or a digest answer names the user.
    private static func names(_ user: String, in text: String) -> Bool {
        let escaped = user.split(separator: "@", omittingEmptySubsequences: false).joined(separator: "%40")
        return [user, escaped].contains { form in
            ["sip:\(form)@", "sip:\(form):", "sip:\(form)>", "\"\(form)\""].contains { text.contains($0) }
        }
    }
}
