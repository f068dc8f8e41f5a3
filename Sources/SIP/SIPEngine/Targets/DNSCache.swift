/// What the DNS said, for as long as it said so; who asks what is being asked already waits for that answer.
///
/// Records whose time is over stand in while the DNS does not answer (RFC 8767). Times in milliseconds.
package struct DNSCache<Waiter> {
    private struct Entry {
        let answer: DNSAnswer
        /// Until when it is used without a question.
        let until: Int64
        /// When the DNS last said so, plus the lifetime that it gave.
        let expiry: Int64
    }

    package enum Look {
        case known(DNSAnswer)
        /// Somebody asked already.
        case waiting
        /// Nobody asked yet: the caller must, and then call `answered`.
        case mustAsk
    }

    private var entries: [DNSQuestion: Entry] = [:]
    private var asked: [DNSQuestion: [Waiter]] = [:]
    private let capacity: Int

    /// Seconds that bound what the DNS says: a record without lifetime still answers all who ask at once.
    private static var lifetimes: ClosedRange<UInt32> { 1...86_400 }
    private static var longestAbsence: UInt32 { 3600 }
    private static var failureLifetime: UInt32 { 10 }
    /// For how long after its time a record stands in.
    private static var staleness: UInt32 { 86_400 }

    package init(capacity: Int = 65_536) { self.capacity = capacity }

    package var count: Int { entries.count }
    /// Questions that wait for their answer.
    package var askedCount: Int { asked.count }

    /// Looks the question up; unless the answer is known, the waiter is noted.
    package mutating func look(_ question: DNSQuestion, for waiter: Waiter, now: Int64) -> Look {
        if let entry = entries[question], entry.until > now { return .known(entry.answer) }
        guard asked[question] == nil else {
            asked[question]?.append(waiter)
            return .waiting
        }
        asked[question] = [waiter]
        return .mustAsk
    }

    /// Takes an answer; returns it as it is to be used, and who waited for it.
    package mutating func answered(
        _ question: DNSQuestion, _ answer: DNSAnswer, now: Int64
    ) -> (answer: DNSAnswer, waiters: [Waiter]) {
        let waiters = asked.removeValue(forKey: question) ?? []
        let expiry = now + Int64(Self.lifetime(of: answer)) * 1000
        var entry = Entry(answer: answer, until: expiry, expiry: expiry)
        if answer == .failed, let old = entries[question], case .records = old.answer,
            now < old.expiry + Int64(Self.staleness) * 1000
        {
            entry = Entry(answer: old.answer, until: expiry, expiry: old.expiry)
        }
        if entries.count >= capacity, entries[question] == nil { makeRoom(now: now) }
        entries[question] = entry
        return (entry.answer, waiters)
    }

    private static func lifetime(of answer: DNSAnswer) -> UInt32 {
        switch answer {
        case .records(_, let ttl): min(max(ttl, lifetimes.lowerBound), lifetimes.upperBound)
        case .none(let ttl): min(max(ttl, lifetimes.lowerBound), longestAbsence)
        case .failed: failureLifetime
        }
    }

    /// Drops what is over, and of the rest the eighth that will be over first.
    private mutating func makeRoom(now: Int64) {
        entries = entries.filter { $0.value.until > now }
        let most = capacity - max(1, capacity / 8)
        guard entries.count > most else { return }
        for (question, _) in entries.sorted(by: { $0.value.until < $1.value.until }).prefix(entries.count - most) {
            entries[question] = nil
        }
    }
}
