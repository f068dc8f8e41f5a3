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

    @Test mutating func oneWhoAsksForSTUNHasItForAll() throws {
        var schedule = KeepAliveSchedule()
        schedule.add(Self.target(1), every: 20, using: &random)
        #expect(schedule.ping(Self.target(1), using: &random) == Array("\r\n\r\n".utf8))
        schedule.add(Self.target(1), every: 20, bySTUN: true, using: &random)
        let pings = (0..<2).map { _ in schedule.ping(Self.target(1), using: &random) }
        #expect(pings.allSatisfy { $0.count == 20 && $0[1] == 1 } && pings[0] != pings[1])
    }

    /// The port that the other side sees, as each answer says it; whether that is another one than before.
    @Test mutating func anotherAddressIsTold() {
        var schedule = KeepAliveSchedule()
        schedule.add(Self.target(1), every: 20, bySTUN: true, using: &random)
        var told: [Bool] = []
        for port in [5060, 5060, 5061, 5061, 5060] as [UInt16] {
            let request = schedule.ping(Self.target(1), using: &random)
            let answer = Self.answer(to: request, port: port)
            let isTold = schedule.answer(answer.span, from: Self.target(1))
            let isToldAgain = schedule.answer(answer.span, from: Self.target(1))
            told.append(isTold)
            #expect(!isToldAgain, "an answer counts once")
        }
        #expect(told == [false, false, true, false, true])
        let stranger = schedule.answer(
            Self.answer(to: [UInt8](repeating: 0, count: 20), port: 1).span, from: Self.target(2))
        #expect(!stranger)
    }

    /// XOR-MAPPED-ADDRESS (RFC 5389 section 15.2) with 192.0.2.1.
    private static func answer(to request: [UInt8], port: UInt16) -> [UInt8] {
        let key: [UInt8] = [0x21, 0x12, 0xA4, 0x42]
        let value: [UInt8] =
            [0, 1, UInt8(port >> 8) ^ 0x21, UInt8(truncatingIfNeeded: port) ^ 0x12] + zip([192, 0, 2, 1], key).map(^)
        return [1, 1, 0, 12] + request[4...] + [0, 0x20, 0, 8] + value
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
