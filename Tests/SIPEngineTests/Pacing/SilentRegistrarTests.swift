import SIPEngine
import TestSupport
import Testing

/// A registrar that answers nobody: one at a time tries, the others are told at once, and who answers is not held up.
@Suite("Pacer: silent registrars") struct SilentRegistrarTests {
    private static let dead = SourceAddress.test(1)
    private static let alive = SourceAddress.test(2)
    private var pacer = Pacer(limits: .init(registrarRate: 10, registrarBurst: 5, overallRate: 10, overallBurst: 5))

    private mutating func fallSilent() {
        for id in 1...3 as ClosedRange<UInt64> { _ = pacer.unanswered(id, by: Self.dead, at: 0) }
    }

    /// Queues at the dead one at these moments; which of them were let in line.
    private mutating func queue(_ tries: [(id: UInt64, at: Int64)]) -> [UInt64] {
        tries.filter { pacer.queue($0.id, for: Self.dead, due: 0, at: $0.at) }.map(\.id)
    }

    @Test("three in a row without an answer turn away who waits") mutating func turnsAway() {
        for id in 10..<20 as Range<UInt64> { pacer.queue(id, for: Self.dead, due: Int64(id), at: 0) }
        pacer.queue(99, for: Self.alive, due: 1_000_000, at: 0)
        let turnedAway = (1...3).map { pacer.unanswered($0, by: Self.dead, at: 0).sorted() }
        #expect(turnedAway == [[], [], Array(10..<20)])
        #expect(pacer.waitingCount == 1)
        #expect(pacer.silentCount == 1)
        let granted = pacer.grant(at: 0)
        #expect(granted == [99])
    }

    @Test("an answer in between begins the count anew") mutating func counts() {
        for round in 0..<10 as Range<Int64> {
            for id in 1...2 as ClosedRange<UInt64> { _ = pacer.unanswered(id, by: Self.dead, at: round) }
            #expect(pacer.hasDoubts)
            let wasSilent = pacer.answered(by: Self.dead, at: round)
            #expect(!wasSilent && !pacer.hasDoubts)
        }
        #expect(pacer.silentCount == 0)
    }

    @Test("one goes to see, and the next only when that one was not answered either") mutating func probes() {
        fallSilent()
        let first = queue([(10, 100), (11, 100)])
        #expect(first == [10], "the other finds one in line")
        var granted = pacer.grant(at: 100)
        #expect(granted == [10])
        let early = queue([(11, 20_000)])
        // Under way since before.
        var turnedAway = pacer.unanswered(2, by: Self.dead, at: 21_000)
        let stillEarly = queue([(11, 22_000)])
        #expect(early.isEmpty && stillEarly.isEmpty && turnedAway.isEmpty, "one is out")
        turnedAway = pacer.unanswered(10, by: Self.dead, at: 32_100)
        let second = queue([(11, 32_100)])
        granted = pacer.grant(at: 32_100)
        #expect(second == [11] && granted == [11] && turnedAway.isEmpty)
        // It fails at once, as when the port is closed: the next one does not hurry.
        _ = pacer.unanswered(11, by: Self.dead, at: 32_110)
        let third = queue([(12, 37_000), (13, 37_100)])
        #expect(third == [13])
    }

    @Test("one that went and was never heard of again is followed by another") mutating func lostProbe() {
        fallSilent()
        _ = queue([(10, 0)])
        _ = pacer.grant(at: 0)
        let followed = queue([(11, 39_999), (12, 40_000)])
        #expect(followed == [12])
    }

    @Test("so many others that some are forgotten make it no other") mutating func crowd() {
        fallSilent()
        _ = queue([(10, 60_000)])
        _ = pacer.grant(at: 60_000)
        for id in 1000..<3000 as Range<UInt64> {
            pacer.queue(id, for: .test(UInt32(id)), due: 0, at: 70_000)
            pacer.withdraw(id)
        }
        #expect(pacer.silentCount == 1)
        let early = queue([(11, 70_000)])
        #expect(early.isEmpty, "one is out")
        for id in 3000..<9000 as Range<UInt64> {
            pacer.queue(id, for: .test(UInt32(id)), due: 0, at: 7_200_000)
            pacer.withdraw(id)
        }
        #expect(pacer.silentCount == 0, "nobody asked for two hours")
    }

    @Test("an answer lets everybody in again, at the pace") mutating func recovers() {
        fallSilent()
        _ = queue([(10, 60_000)])
        _ = pacer.grant(at: 60_000)
        let wasSilent = [pacer.answered(by: Self.dead, at: 60_100), pacer.answered(by: Self.dead, at: 60_101)]
        #expect(wasSilent == [true, false], "said once")
        #expect(pacer.silentCount == 0)
        let queued = queue((20..<60).map { ($0, 70_000) })
        let granted = pacer.grant(at: 70_000)
        #expect(queued.count == 40 && granted.count == 5)
    }

    /// Fifty dead registrars, each with a crowd that is more urgent and always tries again, beside one that answers.
    @Test("dead registrars take next to nothing from the living", arguments: [1, 2, 3] as [UInt64])
    mutating func livingFirst(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var out: [UInt64: Int64] = [:]
        var (tries, refreshes) = (0, 0)
        for now in stride(from: 0 as Int64, to: 600_000, by: 500) {
            for (id, until) in out where until <= now {
                out[id] = nil
                _ = pacer.unanswered(id, by: .test(UInt32(id / 100)), at: now)
            }
            for place in 10..<60 as Range<UInt64> {
                let id = place * 100 + UInt64.random(in: 0..<100, using: &random)
                if out[id] == nil { pacer.queue(id, for: .test(UInt32(place)), due: now - 60_000, at: now) }
            }
            pacer.queue(1_000_000 + UInt64(now), for: Self.alive, due: now + 60_000, at: now)
            for id in pacer.grant(at: now) {
                if id >= 1_000_000 {
                    refreshes += 1
                } else {
                    tries += 1
                    out[id] = now + 32_000
                }
            }
        }
        #expect(refreshes > 1190, "of 1200, two a second")
        // Those that went before it was known, and then one each in 32 seconds.
        #expect((50 * 15...50 * 30).contains(tries), "\(tries)")
    }
}
