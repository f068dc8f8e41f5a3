import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// The latest messages, kept as they were until newer ones need the room; redacted when they are read.
///
/// At more than `perSecond` messages, or new calls, a second the rest is not kept: a busy server pays nothing for its trace. Of a
/// message that is longer than `longest` bytes the end is not kept either.
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
        /// What it belongs to; nil for what is no call's.
        let call: TracedCall?
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
        guard takes(at: now) else { return }
        add(request, isReceived: true, remote: source, nil, at: now)
        exchange.reply.withSpan { add($0, isReceived: false, remote: source, nil, at: now) }
    }

    /// Keeps one message.
    func keep(_ message: Span<UInt8>, isReceived: Bool, remote: SourceAddress, at now: Int64) {
        if takes(at: now) { add(message, isReceived: isReceived, remote: remote, nil, at: now) }
    }

    /// Keeps a message of a call that was taken when it began, so that a call is there from its first message to its last.
    func keep(_ message: [UInt8], isReceived: Bool, remote: SourceAddress, of call: TracedCall, at now: Int64) {
        add(message.span, isReceived: isReceived, remote: remote, call, at: now)
    }

    /// Whether there is room for one more in this second.
    func takes(at now: Int64) -> Bool {
        let second = seconds(now)
        return state.withLock { state in
            if state.second != second { (state.second, state.kept) = (second, 0) }
            state.kept += 1
            return state.kept <= perSecond
        }
    }

    private func add(
        _ message: Span<UInt8>, isReceived: Bool, remote: SourceAddress, _ call: TracedCall?, at now: Int64
    ) {
        let start = message.array(ByteRange(0, min(message.count, Self.longest)))
        add(Entry(at: now, isReceived: isReceived, remote: remote, call: call, bytes: start))
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

    /// Messages that name the user, and all of the calls that they belong to, or messages of a call; oldest first, without what
    /// could be used to answer or guess a challenge.
    func messages(of subject: TraceSubject) -> [TracedMessage] {
        let (entries, next) = state.withLock { ($0.entries, $0.next) }
        let ordered = entries.count < capacity ? entries[...] : entries[next...] + entries[..<next]
        let wanted: [Entry]
        switch subject {
        case .call(let id, let account):
            let call = TracedCall(id: id, account: account)
            wanted = ordered.filter { $0.call == call }
        case .user(let user):
            let named = ordered.map { Self.names(user, in: $0) }
            let calls = Set(zip(ordered, named).compactMap { $1 ? $0.call : nil })
            wanted = zip(ordered, named).compactMap { entry, isNamed in
                isNamed || entry.call.map(calls.contains) ?? false ? entry : nil
            }
        }
        return wanted.map {
            TracedMessage(
                at: $0.at, received: $0.isReceived, remote: $0.remote.text, text: Redaction.text(of: $0.bytes))
        }
    }

    /// Whether From, To, Contact or a digest answer names the user.
    private static func names(_ user: String, in entry: Entry) -> Bool {
        let text = String(decoding: entry.bytes, as: UTF8.self)
        let escaped = user.split(separator: "@", omittingEmptySubsequences: false).joined(separator: "%40")
        return [user, escaped].contains { form in
            ["sip:\(form)@", "sip:\(form):", "sip:\(form)>", "\"\(form)\""].contains { text.contains($0) }
        }
    }
}

/// A call as its record names it.
struct TracedCall: Hashable {
    let id: String
    let account: AccountID
}
