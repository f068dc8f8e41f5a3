import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct DurabilityGateTests {
    private final class Sequences: Sendable {
        private let seen = Mutex<[UInt64]>([])

        var all: [UInt64] { seen.withLock { $0 } }

        func add(_ sequence: UInt64) { seen.withLock { $0.append(sequence) } }
    }

    @Test func whatIsReachedDoesNotWait() async {
        let gate = DurabilityGate()
        #expect(gate.sequence == 0)
        await gate.reached(0)
        gate.advance(to: 3)
        #expect(gate.sequence == 3)
        for sequence in 0...3 as ClosedRange<UInt64> { await gate.reached(sequence) }
    }

    @Test func everyAdvanceIsTold() {
        let gate = DurabilityGate()
        let told = Sequences()
        gate.whenAdvanced { told.add($0) }
        gate.whenAdvanced { _ in #expect(gate.sequence > 0, "said before it is told") }
        for sequence in [1, 4, 9] as [UInt64] { gate.advance(to: sequence) }
        #expect(told.all == [1, 4, 9])
    }

    /// What the disk refused is settled too, and stays refused while the journal goes on.
    @Test func whatIsLostIsNotDurable() async {
        let gate = DurabilityGate()
        gate.advance(to: 3)
        async let waiting = gate.reached(5)
        gate.lose(through: 5)
        #expect(await !waiting)
        gate.advance(to: 9)
        let expected: [DurabilityGate.Standing] = [.durable, .durable, .durable, .lost, .lost, .durable, .durable]
        #expect((1...7).map { gate.standing(of: $0) } == expected)
        #expect(gate.standing(of: 10) == .waiting)
        #expect(await gate.reached(9))
    }

    /// Losses that are forgotten as such err to the side of an error, and never make a lost one durable.
    @Test func manyLosses() {
        let gate = DurabilityGate()
        for number in 0..<1000 as Range<UInt64> {
            gate.advance(to: number * 10 + 5)
            gate.lose(through: number * 10 + 9)
        }
        for number in 0..<1000 as Range<UInt64> { #expect(gate.standing(of: number * 10 + 7) == .lost) }
        #expect(gate.standing(of: 9_985) == .durable)
        #expect(gate.standing(of: 1) == .durable)
    }

    /// A wake-up that is lost leaves its waiter for ever.
    @Test(.timeLimit(.minutes(1))) func noWakeUpIsLost() async {
        let gate = DurabilityGate()
        for round in 1...500 as ClosedRange<UInt64> {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await gate.reached(round) }
                group.addTask { gate.advance(to: round) }
                group.addTask { await gate.reached(round) }
            }
        }
        #expect(gate.sequence == 500)
    }

    @Test(.timeLimit(.minutes(1))) func waitersWakeWithTheirSequence() async {
        let gate = DurabilityGate()
        let woken = Sequences()
        await withTaskGroup(of: Void.self) { group in
            for sequence in 1...50 as ClosedRange<UInt64> {
                group.addTask {
                    await gate.reached(sequence)
                    #expect(gate.sequence >= sequence)
                    woken.add(sequence)
                }
            }
            for sequence in stride(from: 5, through: 50, by: 5) {
                gate.advance(to: UInt64(sequence))
                let isWoken = await eventually { woken.all.count >= sequence }
                #expect(isWoken)
            }
        }
    }
}
