import Provisioning
import TestSupport
import Testing

/// Room for calls, and whether a destination is up.
@Suite struct CallSlotsTests {
    private static let now = Timestamp(milliseconds: 1_767_225_600_000)
    private static func limit(
        of scope: CallLimit.Scope = .trunk(TrunkID(rawValue: 1)), _ caps: CallCaps
    ) throws -> CallLimit { try #require(CallLimit(scope, caps)) }

    private static func later(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds + milliseconds)
    }

    @Test func aCallTakesAllOfItsRoomOrNone() throws {
        let own = try Self.limit(of: .user(CredentialID(rawValue: 1)), CallCaps(calls: 5))
        let shared = try Self.limit(CallCaps(calls: 1))
        var slots = CallSlots()
        #expect(slots.take([own, shared], at: Self.now) == nil)
        #expect(slots.take([own, shared], at: Self.now)?.cause == .tooManyCalls)
        #expect(slots.calls(in: own.scope) == 1)
        slots.giveBack([own, shared])
        #expect(slots.held == 0)
        #expect(slots.take([own, shared], at: Self.now) == nil)
        slots.giveBack([own, shared])
        slots.giveBack([own, shared])
        #expect(slots.held == 0)
        #expect(CallLimit(own.scope, CallCaps()) == nil)
        #expect(try slots.take([Self.limit(CallCaps(calls: 0))], at: Self.now)?.cause == .tooManyCalls)
    }

    /// However calls come and go, never more are held than there is room, and at the end none.
    @Test(arguments: 1...5) func neverMoreThanThereIsRoom(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let limits = try (1...4).map {
            try Self.limit(of: .carrier(CarrierID(rawValue: $0)), CallCaps(calls: Int($0)))
        }
        var slots = CallSlots()
        var held: [[CallLimit]] = []
        for _ in 0..<20_000 {
            if Bool.random(using: &random), !held.isEmpty {
                slots.giveBack(held.remove(at: Int.random(in: held.indices, using: &random)))
            } else {
                let wanted = limits.filter { _ in Bool.random(using: &random) }
                let fits = wanted.allSatisfy { limit in
                    held.count { $0.contains(limit) } < limit.caps.calls ?? 0
                }
                let refusal = slots.take(wanted, at: Self.now)
                #expect((refusal == nil) == fits)
                if refusal == nil { held.append(wanted) }
            }
            for limit in limits { #expect(slots.calls(in: limit.scope) == held.count { $0.contains(limit) }) }
        }
        for limits in held { slots.giveBack(limits) }
        #expect(slots.held == 0)
    }

    /// A call that is handed over is one call, whoever answers for it.
    @Test func whatACallGoesOnAsCountsOnce() throws {
        let own = try Self.limit(CallCaps(calls: 1))
        let other = try Self.limit(of: .carrier(CarrierID(rawValue: 1)), CallCaps(calls: 1))
        var slots = CallSlots()
        var held = [own]
        #expect(slots.take(held, at: Self.now) == nil)
        #expect(slots.take([own, other], beside: &held, at: Self.now) == nil)
        #expect(Set(held) == [own, other] && slots.held == 2)
        var second: [CallLimit] = []
        #expect(slots.take([other], beside: &second, at: Self.now)?.cause == .tooManyCalls)
        #expect(second.isEmpty && slots.held == 2)
        let spent = CallLimit(own.scope, CallCaps(calls: 1, dailySpend: .zero))
        #expect(slots.take([spent].compactMap(\.self), beside: &held, at: Self.now)?.cause == .spent)
        #expect(slots.held == 2)
        slots.giveBack(held)
        #expect(slots.held == 0)
    }

    @Test func callsPerSecond() throws {
        let limit = try Self.limit(CallCaps(perSecond: 4))
        var slots = CallSlots()
        func taken(_ count: Int, at moment: Int64) -> Int {
            (0..<count).count { _ in slots.take([limit], at: Self.later(moment)) == nil }
        }
        #expect(taken(10, at: 0) == 4)
        #expect(slots.take([limit], at: Self.later(1))?.cause == .tooManyPerSecond)
        #expect(taken(10, at: 250) == 1)
        #expect(taken(10, at: 1000) == 3)
        #expect(taken(10, at: 10_000) == 4)
        #expect(try slots.take([Self.limit(CallCaps(perSecond: 0))], at: Self.now)?.cause == .tooManyPerSecond)
    }

    @Test func aDaysSpending() throws {
        let limit = try Self.limit(CallCaps(dailySpend: CostAmount(millionths: 100)))
        var slots = CallSlots()
        #expect(slots.take([limit], at: Self.now) == nil)
        slots.spend(CostAmount(millionths: 60), in: [limit], at: Self.now)
        #expect(slots.take([limit], at: Self.now) == nil)
        slots.spend(CostAmount(millionths: 60), in: [limit], at: Self.now)
        #expect(slots.take([limit], at: Self.now)?.cause == .spent)
        slots.giveBack([limit, limit])
        slots.sweep(at: Self.now)
        #expect(slots.take([limit], at: Self.now)?.cause == .spent)
        #expect(slots.take([limit], at: Self.later(86_400_000)) == nil)
        #expect(try slots.take([Self.limit(CallCaps(dailySpend: .zero))], at: Self.now)?.cause == .spent)
    }

    @Test(arguments: [
        (200, true), (404, true), (405, true), (501, true), (486, true), (500, true), (408, false), (503, false),
    ])
    func whatIsAlive(status: Int, isAlive: Bool) {
        #expect(TrunkHealth.Probe.answered(status: status).isAlive == isAlive)
        #expect(!TrunkHealth.Probe.unanswered.isAlive && !TrunkHealth.Probe.unreachable("x").isAlive)
    }

    @Test func healthChangesItsMindSlowly() {
        var health = TrunkHealth(TrunkHealth.Hysteresis(failures: 3, successes: 2))
        func hear(_ probes: TrunkHealth.Probe...) -> [Bool?] { probes.map { health.receive($0, at: Self.now) } }
        let alive = TrunkHealth.Probe.answered(status: 405)
        #expect(hear(.unanswered, .unanswered, alive, .unanswered, .unanswered) == [nil, nil, nil, nil, nil])
        #expect(health.isUp && health.since == nil)
        #expect(hear(.answered(status: 503)) == [false])
        #expect(!health.isUp && health.since == Self.now)
        #expect(hear(alive, .unanswered, alive, alive) == [nil, nil, nil, true])
        #expect(health.isUp && health.last == alive)
    }

    /// Who never answered an OPTIONS may not know the method, and is held to what calls meet.
    @Test func whoDoesNotKnowOptionsIsNotShutOff() {
        var health = TrunkHealth(TrunkHealth.Hysteresis(failures: 3, successes: 2))
        for _ in 0..<100 { #expect(health.receive(.unanswered, at: Self.now) == nil) }
        #expect(health.isUp && !health.answersOptions)
        func call(_ isAnswered: Bool...) -> [Bool?] {
            isAnswered.map { health.receive(callIsAnswered: $0, at: Self.now) }
        }
        #expect(call(false, false, true, false, false) == [nil, nil, nil, nil, nil])
        #expect(health.isInDoubt)
        #expect(call(false) == [false])
        #expect(call(true, true) == [nil, true])
        // Calls that fail where OPTIONS is answered fail for another reason.
        #expect(health.receive(.answered(status: 200), at: Self.now) == nil)
        #expect(call(false, false, false, false) == [nil, nil, nil, nil])
        #expect(health.isUp)
    }

    @Test func whoIsSilentForLongHasAnotherChance() {
        var health = TrunkHealth(TrunkHealth.Hysteresis(failures: 2, successes: 2, patience: 60_000))
        func hear(_ probe: TrunkHealth.Probe, after milliseconds: Int64) -> Bool? {
            health.receive(probe, at: Self.later(milliseconds))
        }
        #expect(hear(.answered(status: 200), after: 0) == nil)
        #expect(hear(.unanswered, after: 1000) == nil)
        #expect(hear(.unanswered, after: 2000) == false)
        #expect(hear(.unanswered, after: 61_999) == nil)
        #expect(hear(.unanswered, after: 62_000) == true)
        #expect(!health.answersOptions, "OPTIONS alone does not take it down again")
        #expect(hear(.unanswered, after: 90_000) == nil && hear(.unanswered, after: 91_000) == nil)
        #expect(health.receive(callIsAnswered: false, at: Self.later(92_000)) == nil)
        #expect(health.receive(callIsAnswered: false, at: Self.later(93_000)) == false, "calls do")
        // One that says that it takes no calls is no silent one.
        #expect(hear(.answered(status: 503), after: 94_000) == nil)
        for second in stride(from: 95_000, through: 300_000, by: 1000) as StrideThrough<Int64> {
            #expect(hear(.answered(status: 503), after: second) == nil)
        }
        #expect(!health.isUp)
    }
}
