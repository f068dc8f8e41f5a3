import SIPEngine
import Testing

@Suite struct DNSCacheTests {
    private let question = DNSQuestion(name("example.com"), .a)
    private let records = [DNSRecord.address(high: 0, low: 0xFFFF_C000_0201)]

    private static func name(_ text: String) -> DNSName {
        guard let name = DNSName(text) else { preconditionFailure("no name") }
        return name
    }

    private func isKnown(_ look: DNSCache<Int>.Look) -> DNSAnswer? {
        if case .known(let answer) = look { answer } else { nil }
    }

    @Test func oneAsksForAll() {
        var cache = DNSCache<Int>()
        guard case .mustAsk = cache.look(question, for: 0, now: 0) else {
            Issue.record("nobody asks")
            return
        }
        for waiter in 1..<50_000 {
            guard case .waiting = cache.look(question, for: waiter, now: 0) else {
                Issue.record("two ask")
                return
            }
        }
        let (answer, waiters) = cache.answered(question, .records(records, ttl: 30), now: 100)
        #expect(answer == .records(records, ttl: 30))
        #expect(waiters == Array(0..<50_000))
        #expect(cache.askedCount == 0)
    }

    /// Milliseconds after the answer until which it is used.
    @Test(
        arguments: [
            (DNSAnswer.records([], ttl: 30), 30_000), (.records([], ttl: 0), 1000),
            (.records([], ttl: .max), 86_400_000),
            (.none(ttl: 60), 60_000), (.none(ttl: 0), 1000), (.none(ttl: 900_000), 3_600_000), (.failed, 10_000),
        ] as [(DNSAnswer, Int64)])
    func livesAsLongAsTheDNSSays(answer: DNSAnswer, lifetime: Int64) {
        var cache = DNSCache<Int>()
        _ = cache.look(question, for: 1, now: 5)
        _ = cache.answered(question, answer, now: 5)
        #expect(isKnown(cache.look(question, for: 1, now: 5 + lifetime - 1)) == answer)
        guard case .mustAsk = cache.look(question, for: 1, now: 5 + lifetime) else {
            Issue.record("still known")
            return
        }
    }

    @Test func oldRecordsStandInForADay() {
        var cache = DNSCache<Int>()
        _ = cache.answered(question, .records(records, ttl: 30), now: 0)
        var now: Int64 = 30_000
        while now < 30_000 + 86_400_000 {
            let (answer, _) = cache.answered(question, .failed, now: now)
            #expect(answer == .records(records, ttl: 30))
            #expect(isKnown(cache.look(question, for: 1, now: now + 9999)) == .records(records, ttl: 30))
            now += 3_600_000
        }
        #expect(cache.answered(question, .failed, now: now).answer == .failed)
    }

    @Test func whatTheDNSSaysBeatsWhatStoodIn() {
        var cache = DNSCache<Int>()
        _ = cache.answered(question, .records(records, ttl: 30), now: 0)
        _ = cache.answered(question, .failed, now: 40_000)
        #expect(cache.answered(question, .none(ttl: 5), now: 50_000).answer == .none(ttl: 5))
        #expect(cache.answered(question, .failed, now: 60_000).answer == .failed)
    }

    @Test func isBounded() {
        var cache = DNSCache<Int>(capacity: 64)
        for number in 0..<10_000 {
            let ttl = UInt32(100 + number % 50)
            _ = cache.answered(DNSQuestion(Self.name("h\(number)"), .a), .records(records, ttl: ttl), now: 0)
            #expect(cache.count <= 64)
        }
        #expect(cache.count > 32)
        // The latest is there, and time makes room by itself.
        #expect(isKnown(cache.look(DNSQuestion(Self.name("h9999"), .a), for: 1, now: 1)) != nil)
        for number in 0..<9 { _ = cache.answered(DNSQuestion(Self.name("n\(number)"), .a), .failed, now: 1_000_000) }
        #expect(cache.count <= 64)
    }

    @Test func typesAreDifferentQuestions() {
        var cache = DNSCache<Int>()
        _ = cache.answered(question, .records(records, ttl: 30), now: 0)
        guard case .mustAsk = cache.look(DNSQuestion(question.name, .aaaa), for: 1, now: 0) else {
            Issue.record("answered by another type")
            return
        }
    }
}
