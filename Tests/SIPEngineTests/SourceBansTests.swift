import SIPEngine
import TestSupport
import Testing

@Suite struct SourceBansTests {
    private let policy = BanPolicy(failures: 3, window: 10, duration: 100, capacity: 4)

    private func bans(after failures: [(source: SourceAddress, at: UInt32)], policy: BanPolicy) -> SourceBans {
        var bans = SourceBans(policy: policy)
        for failure in failures { _ = bans.failed(failure.source, reason: "wrong password", now: failure.at) }
        return bans
    }

    private func ban(_ source: SourceAddress, in bans: inout SourceBans, now: UInt32) {
        for _ in 0..<policy.failures { _ = bans.failed(source, reason: "wrong password", now: now) }
    }

    /// Times of failures, and whether the last of them brings a ban.
    @Test(arguments: [
        ([0, 0], false), ([0, 0, 0], true), ([0, 5, 9], true), ([0, 5, 10], false), ([0, 5, 10, 11, 12], true),
        ([0, 9, 10, 19, 20], false),
    ] as [([UInt32], Bool)])
    func window(times: [UInt32], isBanned: Bool) {
        var bans = bans(after: times.dropLast().map { (.test(1), 1000 + $0) }, policy: policy)
        let last = 1000 + (times.last ?? 0)
        let ban = bans.failed(.test(1), reason: "wrong password", now: last)
        #expect((ban != nil) == isBanned)
        #expect(bans.isBanned(.test(1, port: 9), now: last) == isBanned, "the port does not matter")
        #expect(!bans.isBanned(.test(2), now: last))
        guard isBanned else { return }
        #expect(ban?.failures == 3)
        #expect(ban?.since == last)
        #expect(ban?.until == last + 100)
        #expect(bans.bans(now: last) == [ban])
        #expect(bans.isBanned(.test(1), now: last + 99))
        #expect(!bans.isBanned(.test(1), now: last + 100))
        #expect(bans.bans(now: last + 100).isEmpty)
        bans.sweep(now: last + 100)
        #expect(bans.count == 0)
    }

    @Test func successForgetsFailures() {
        var bans = bans(after: [(.test(1), 0), (.test(1), 0)], policy: policy)
        bans.succeeded(.test(1))
        #expect(bans.failed(.test(1), reason: "", now: 0) == nil)
    }

    @Test func zeroFailuresMeansNever() {
        var bans = SourceBans(policy: BanPolicy(failures: 0))
        for _ in 0..<1000 { #expect(bans.failed(.test(1), reason: "", now: 0) == nil) }
    }

    @Test func anIPv6SourceIsItsNetwork() {
        var bans = SourceBans(policy: policy)
        let sources = (0..<4).map {
            SourceAddress(high: 0x2001_0db8_0000_0001, low: UInt64($0) << 40 | 1, port: 5060, transport: .udp)
        }
        for source in sources.prefix(3) { _ = bans.failed(source, reason: "", now: 0) }
        #expect(bans.isBanned(sources[3], now: 1))
        let other = SourceAddress(high: 0x2001_0db8_0000_0002, low: 1, port: 5060, transport: .udp)
        #expect(!bans.isBanned(other, now: 1))
    }

    @Test func liftByAddress() {
        var bans = SourceBans(policy: policy)
        for last in 1...3 { ban(.test(UInt32(last)), in: &bans, now: 5) }
        let lifted = ["192.0.2.9", "192.0.2.1", "udp:192.0.2.2:5060", "192.0.2.1"].map { bans.lift(host: $0) }
        #expect(lifted == [false, true, true, false])
        #expect(bans.bans(now: 5).map(\.source.host) == ["192.0.2.3"])
        bans.sweep(now: 104)
        #expect(bans.isBanned(.test(3), now: 104), "a lifted ban takes no other with it")
        bans.sweep(now: 105)
        #expect(bans.count == 0)
    }

    @Test func latestBanFirst() {
        var bans = SourceBans(policy: policy)
        for last in 1...3 { ban(.test(UInt32(last)), in: &bans, now: UInt32(last)) }
        #expect(bans.bans(now: 4).map(\.source.host) == ["192.0.2.3", "192.0.2.2", "192.0.2.1"])
    }

    @Test func bannedSourcesAreBounded() {
        var bans = SourceBans(policy: policy)
        for last in 1...10 {
            ban(.test(UInt32(last)), in: &bans, now: UInt32(last))
            #expect(bans.count <= policy.capacity)
        }
        #expect(bans.bans(now: 11).map(\.source.host) == (7...10).reversed().map { "192.0.2.\($0)" })
    }

    /// When more sources fail than are remembered, the failures of all are forgotten: no flood costs more than a sweep a second.
    @Test func failingSourcesAreBounded() {
        var bans = SourceBans(policy: policy)
        for _ in 0..<2 { _ = bans.failed(.test(1), reason: "", now: 0) }
        for last in 2...4 { _ = bans.failed(.test(UInt32(last)), reason: "", now: 0) }
        _ = bans.failed(.test(5), reason: "", now: 0)
        #expect(bans.failed(.test(1), reason: "", now: 0) == nil, "the two failures before were forgotten")
        #expect(bans.failed(.test(5), reason: "", now: 0) == nil)
        #expect(bans.failed(.test(5), reason: "", now: 0) != nil, "the one that made room is remembered")
    }

    @Test func expiredFailuresMakeRoomBeforeLiveOnesGo() {
        var bans = SourceBans(policy: policy)
        for last in 1...2 { _ = bans.failed(.test(UInt32(last)), reason: "", now: 0) }
        for _ in 0..<2 { for last in 3...4 { _ = bans.failed(.test(UInt32(last)), reason: "", now: 9) } }
        _ = bans.failed(.test(5), reason: "", now: 12)
        #expect(bans.failed(.test(3), reason: "", now: 12) != nil)
    }

    /// 200,000 failures from as many sources within one second, against a table of 50,000: walks over the whole table at
    /// every failure would take minutes.
    @Test(.timeLimit(.minutes(1))) func floodOfSources() {
        var bans = SourceBans(policy: BanPolicy(failures: 2, window: 60, duration: 600, capacity: 50_000))
        var random = SeededRandom(seed: 7)
        for _ in 0..<200_000 {
            let source = SourceAddress(high: random.next(), low: 1, port: 1, transport: .udp)
            _ = bans.failed(source, reason: "", now: 1)
        }
        #expect(bans.count == 0)
        for number in 0..<200_000 as Range<UInt32> {
            for _ in 0..<2 { _ = bans.failed(SourceAddress(ipv4: number, port: 1, transport: .udp), reason: "", now: 1) }
        }
        #expect(bans.count == 50_000)
    }
}
