import TestSupport
import Testing

@testable import SIPEngine

@Suite struct TargetChoicesTests {
    private func choice(_ priority: UInt16, _ weight: UInt16, _ last: UInt32) -> TargetChoices.Choice {
        .init(
            priority: priority, weight: weight, port: 5060,
            addresses: [.address(high: 0, low: 0xFFFF_C000_0200 | UInt64(last))])
    }

    private func lasts(_ targets: [Target]) -> [UInt64] { targets.map { $0.address.low & 0xFF } }

    @Test func prioritiesComeInOrder() {
        let choices = TargetChoices(
            [choice(20, 9, 3), choice(0, 0, 1), choice(10, 5, 2)], transport: .udp, serverName: "x")
        var random = SeededRandom(seed: 7)
        for _ in 0..<50 { #expect(lasts(choices.ordered(using: &random)) == [1, 2, 3]) }
    }

    /// RFC 2782: the first of a priority is drawn in proportion to its weight; each stands there once.
    @Test(
        arguments: [([1, 2, 7], 1), ([10, 10, 10, 10], 2), ([0, 100], 3), ([5, 0, 0, 95], 4), ([0, 0, 0], 5)]
            as [([UInt16], UInt64)])
    func weightsAreShares(weights: [UInt16], seed: UInt64) {
        let choices = TargetChoices(
            weights.enumerated().map { choice(0, $1, UInt32($0)) }, transport: .udp, serverName: "x")
        var random = SeededRandom(seed: seed)
        let draws = 20_000
        var first = [Int](repeating: 0, count: weights.count)
        for _ in 0..<draws {
            let order = lasts(choices.ordered(using: &random))
            #expect(order.sorted() == (0..<UInt64(weights.count)).map { $0 })
            first[Int(order[0])] += 1
        }
        let total = weights.reduce(0) { $0 + Int($1) }
        for (index, weight) in weights.enumerated() {
            let share = total == 0 ? 1 / Double(weights.count) : Double(weight) / Double(total)
            // Weightless ones have the point 0 of 0...total, which is one in total + 1.
            let tolerance = 0.015 + (weights.contains(0) && total > 0 ? 1 / Double(total + 1) : 0)
            #expect(abs(Double(first[index]) / Double(draws) - share) < tolerance, "\(weights) \(first)")
        }
    }

    @Test func addressesOfAHostTakeTurns() {
        let addresses: [DNSRecord] =
            (1...3).map { .address(high: 0, low: 0xFFFF_C000_0200 | $0) }
            + (4...6).map { .address(high: 0x2001_0db8_0000_0000, low: $0) }
        let choices = TargetChoices(
            [.init(priority: 0, weight: 0, port: 5061, addresses: addresses)], transport: .tls, serverName: "x")
        var random = SeededRandom(seed: 3)
        var firsts: Set<UInt64> = []
        for _ in 0..<100 {
            let targets = choices.ordered(using: &random)
            #expect(targets.map(\.address.isIPv4) == [false, false, false, true, true, true])
            #expect(Set(lasts(targets)) == [1, 2, 3, 4, 5, 6])
            firsts.insert(lasts(targets)[0])
        }
        #expect(firsts == [4, 5, 6])
    }

    @Test func oneSeedOneOrder() {
        let choices = TargetChoices((0..<9).map { choice(0, $0, UInt32($0)) }, transport: .udp, serverName: "x")
        var (one, other) = (SeededRandom(seed: 11), SeededRandom(seed: 11))
        #expect(choices.ordered(using: &one) == choices.ordered(using: &other))
    }
}
