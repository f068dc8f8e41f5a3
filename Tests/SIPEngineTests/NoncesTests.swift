import SIPMessage
import TestSupport
import Testing

@testable import SIPEngine

@Suite struct NoncesTests {
    private func nonce(of nonces: Nonces, for source: SourceAddress = .test(1), at now: UInt32 = 1000) -> [UInt8] {
        var writer = MessageWriter()
        nonces.write(to: &writer, for: source, now: now)
        return writer.array
    }

    private func standing(
        of nonce: [UInt8], _ nonces: Nonces, from source: SourceAddress = .test(1), at now: UInt32 = 1000
    ) -> Nonces.Standing {
        nonces.standing(of: ByteRange(0, nonce.count), nonce.span, from: source, now: now)
    }

    private func number(of nonce: [UInt8], _ nonces: Nonces) throws -> UInt32 {
        guard case .fresh(let number) = standing(of: nonce, nonces) else {
            throw Unexpected(standing: "\(standing(of: nonce, nonces))")
        }
        return number
    }

    struct Unexpected: Error { let standing: String }

    /// Seconds after the nonce was made (before it, where the clock was set back), and what it is worth then.
    @Test(
        arguments: [
            (0, "fresh"), (1, "fresh"), (299, "fresh"), (300, "late"), (331, "late"), (332, "expired"),
            (100_000, "expired"), (-1, "fresh"), (-300, "fresh"), (-301, "expired"),
        ] as [(Int, String)])
    func lifetime(after seconds: Int, expected: String) {
        let nonces = Nonces(lifetime: 300)
        let nonce = nonce(of: nonces, at: 1_000_000)
        #expect(nonce.count == Nonces.length)
        let standing = standing(of: nonce, nonces, at: UInt32(1_000_000 + seconds))
        #expect("\(standing)".hasPrefix(expected))
    }

    @Test func onlyForItsSource() {
        let nonces = Nonces(lifetime: 300)
        let nonce = nonce(of: nonces)
        #expect(standing(of: nonce, nonces, from: .test(2)) == .unknown)
        let other = SourceAddress(high: 1, low: SourceAddress.test(1).low, port: 5060, transport: .udp)
        #expect(standing(of: nonce, nonces, from: other) == .unknown)
        guard case .fresh = standing(of: nonce, nonces, from: .test(1, port: 40_000)) else {
            return #expect(Bool(false), "a NAT may change the port")
        }
    }

    @Test func unknownAfterARestart() {
        #expect(standing(of: nonce(of: Nonces(lifetime: 300)), Nonces(lifetime: 300)) == .unknown)
    }

    @Test func everyDigitCounts() {
        let nonces = Nonces(lifetime: 300)
        let nonce = nonce(of: nonces)
        for position in nonce.indices {
            for digit in Array("0123456789abcdefABCDEF\" \u{0}\u{7f}g".utf8) where digit != nonce[position] {
                var changed = nonce
                changed[position] = digit
                #expect(standing(of: changed, nonces) == .unknown, "digit \(position) as \(digit)")
            }
        }
    }

    @Test func lengthCounts() {
        let nonces = Nonces(lifetime: 300)
        let nonce = nonce(of: nonces)
        for count in 0..<nonce.count { #expect(standing(of: Array(nonce.prefix(count)), nonces) == .unknown) }
        #expect(standing(of: nonce + [0x30], nonces) == .unknown)
    }

    @Test func noNonceTwice() {
        let nonces = Nonces(lifetime: 300)
        let made = Set((0..<10_000).map { _ in nonce(of: nonces) })
        #expect(made.count == 10_000)
    }

    /// Counts in the order in which they come, and whether each is new.
    @Test(
        arguments: [
            [(1, true), (1, false), (2, true), (2, false), (3, true)],
            [(5, true), (4, false), (6, true), (1, false)],
            [(0, false), (1, true)],
            [(.max, true), (.max, false), (1, false)],
        ] as [[(UInt32, Bool)]])
    func counts(_ steps: [(count: UInt32, isNew: Bool)]) throws {
        let nonces = Nonces(lifetime: 300)
        let number = try number(of: nonce(of: nonces), nonces)
        for step in steps { #expect(nonces.take(count: step.count, of: number) == step.isNew, "\(step)") }
    }

    @Test func countsOfNoncesAreApart() throws {
        let nonces = Nonces(lifetime: 300)
        let numbers = try (0..<100).map { _ in try number(of: nonce(of: nonces), nonces) }
        for number in numbers { #expect(nonces.take(count: 7, of: number)) }
        for number in numbers { #expect(!nonces.take(count: 7, of: number)) }
        for number in numbers { #expect(nonces.take(count: 8, of: number)) }
    }

    /// A nonce beyond the window cannot be used again, whatever its count: what is not remembered counts as used.
    @Test func noncesBeyondTheWindow() throws {
        let nonces = Nonces(lifetime: 300, remembered: 64)
        let old = try number(of: nonce(of: nonces), nonces)
        #expect(nonces.take(count: 1, of: old))
        for _ in 0..<63 { _ = nonce(of: nonces) }
        #expect(nonces.take(count: 2, of: old), "the oldest that is remembered")
        let newest = try number(of: nonce(of: nonces), nonces)
        #expect(!nonces.take(count: 3, of: old))
        #expect(nonces.take(count: 1, of: newest), "it took the place of the old one")
        #expect(!nonces.take(count: 3, of: old))
        #expect(!nonces.take(count: 1, of: newest))
    }

    /// Against a dictionary that remembers everything, over a window of 32.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func usesAgainstAModel(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let uses = NonceUses(capacity: 32)
        var highest: [UInt32: UInt32] = [:]
        var latest: UInt32 = 40
        for _ in 0..<20_000 {
            if Int.random(in: 0..<3, using: &random) == 0 { latest += 1 }
            let number = latest - UInt32.random(in: 0..<40, using: &random)
            let count = UInt32.random(in: 0..<6, using: &random)
            let isNew = count > highest[number, default: 0] && latest - number < 32
            #expect(uses.take(count: count, of: number, latest: latest) == isNew)
            if isNew { highest[number] = count }
        }
    }
}
