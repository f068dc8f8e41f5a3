import SIPEngine
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct KeepAliveScheduleTests {
    private var random = SeededRandom(seed: 5)

    private static func target(_ last: UInt32) -> Target {
        Target(address: SourceAddress(ipv4: 0xC000_0200 + last, port: 5060, transport: .udp), serverName: "")
    }

    /// RFC 5626 section 4.4.1: between 80 % and all of the interval.
    @Test(arguments: [1, 5, 29, 120, 600, 9999]) mutating func comesInTheLastFifth(interval: Int) {
        var schedule = KeepAliveSchedule()
        schedule.add(Self.target(1), every: interval, using: &random)
        let real = min(interval, KeepAliveSchedule.longest)
        var (last, gaps) = (0, Set<Int>())
        for second in 1...real * 50 where !schedule.tick(using: &random).isEmpty {
            gaps.insert(second - last)
            last = second
        }
        #expect(gaps.allSatisfy { $0 >= max(1, real - real / 5) && $0 <= real }, "\(gaps)")
        #expect(interval < 10 || gaps.count > 3)
        #expect(last > real * 48)
    }

    @Test mutating func manyUsersMakeOnePing() {
        var schedule = KeepAliveSchedule()
        for _ in 0..<1000 { schedule.add(Self.target(1), every: 20, using: &random) }
        var pings = 0
        for _ in 0..<200 { pings += schedule.tick(using: &random).count }
        #expect((10...13).contains(pings))
        for _ in 0..<999 { schedule.remove(Self.target(1)) }
        #expect(schedule.count == 1)
        schedule.remove(Self.target(1))
        schedule.remove(Self.target(1))
        #expect(schedule.count == 0)
        for _ in 0..<200 { #expect(schedule.tick(using: &random).isEmpty) }
    }

    @Test mutating func theShortestIntervalHolds() {
        var schedule = KeepAliveSchedule()
        schedule.add(Self.target(1), every: 600, using: &random)
        schedule.add(Self.target(1), every: 10, using: &random)
        schedule.add(Self.target(1), every: 300, using: &random)
        var pings = 0
        for _ in 0..<100 { pings += schedule.tick(using: &random).count }
        #expect((10...13).contains(pings))
    }

    @Test mutating func theySpread() {
        var schedule = KeepAliveSchedule()
        for last in 0..<6000 { schedule.add(Self.target(UInt32(last)), every: 60, using: &random) }
        for _ in 0..<600 { _ = schedule.tick(using: &random) }
        let counts = (0..<60).map { _ in schedule.tick(using: &random).count }
        // 6000 over 54 seconds on average.
        #expect(counts.allSatisfy { $0 < 220 }, "\(counts)")
        #expect(counts.reduce(0, +) > 6000)
    }
}
