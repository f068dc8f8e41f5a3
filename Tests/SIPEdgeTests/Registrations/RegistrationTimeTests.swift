import Provisioning
import SIPEngine
import SIPTransport
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge

/// Hours and days at registrars over real sockets and a real DNS, with the messages that they must cost; time moves only
/// when it is told to.
@Suite(.timeLimit(.minutes(2))) struct RegistrationTimeTests {
    private let clock = ManualClock()

    private var edgeClock: EdgeClock { EdgeClock { [clock] in clock.now.milliseconds } }

    @Test func aRegistrarThatIsGoneForAnHour() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig(clock: edgeClock)
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .registered))
        try await rig.pass(.seconds(3600), on: clock, [registrar])
        // A first try of two messages, then one for every five to nine of the ten minutes granted.
        #expect((8...14).contains(registrar.requestCount), "\(registrar.requestCount)")

        registrar.forgetRequests()
        registrar.change { $0.instead = { _ in .silence } }
        try await rig.pass(.seconds(3600), on: clock, [registrar])
        let tries = Set(registrar.requests.map(\.cseq)).count
        // Waits of up to 5, 10, ... 300 s, and eleven messages in 32 s for each try.
        #expect((6...24).contains(tries) && registrar.requestCount <= 11 * tries, "\(tries)")
        #expect(rig.live.registration(registration.id)?.state == .retrying)
        #expect(try await rig.outcome(of: registration) { $0?.status == 408 })

        registrar.change { $0.instead = nil }
        try await rig.pass(.seconds(340), on: clock, [registrar])
        #expect(rig.live.registration(registration.id)?.state == .registered)
        #expect(rig.live.history(of: registration.id).map(\.state).suffix(2) == [.retrying, .registered])
        await rig.stop()
    }

    @Test func aWrongPasswordForADay() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig(clock: edgeClock)
        let registration = try await rig.create(at: registrar, password: "wrong")
        #expect(await rig.stands(registration, .rejected))
        try await rig.pass(.seconds(290), on: clock, [registrar])
        #expect(registrar.requestCount == 2, "nobody locks us out")
        try await rig.pass(.seconds(86_400), on: clock, [registrar])
        // 10, 20, 40, 80 minutes and then every two hours, each half to all of it: two messages a try.
        #expect((26...56).contains(registrar.requestCount), "\(registrar.requestCount)")
        #expect(rig.live.history(of: registration.id).map(\.state) == [.registering, .rejected])

        registrar.forgetRequests()
        try await rig.update(registration, password: "secret")
        #expect(await rig.stands(registration, .registered))
        #expect(registrar.requestCount == 2)
        await rig.stop()
    }

    @Test func aNameThatMoves() async throws {
        let (old, new) = (try await TestRegistrar.start(), try await TestRegistrar.start())
        let names = try await Nameserver.start(["A host.test": .records(["host.test 300 A 127.0.0.1"])])
        func say(_ registrar: TestRegistrar) {
            names.set(
                "SRV _sip._udp.moving.test",
                .records(["_sip._udp.moving.test 300 SRV 0 0 \(registrar.port) host.test"]))
        }
        say(old)
        let rig = try await RegistrationRig(clock: edgeClock) { settings in
            settings.nameservers = [SourceAddress(ipv4: 0x7F00_0001, port: names.port, transport: .udp)]
        }
        let registration = try await rig.create(proxy: "moving.test")
        #expect(await rig.stands(registration, .registered))
        try await rig.pass(.seconds(3600), on: clock, [old])
        let asked = names.asked.count
        let before = old.requestCount
        say(new)
        // Longer than the records live, and than the longest wait for a refresh.
        try await rig.pass(.seconds(600), on: clock, [old, new])
        #expect(old.requestCount == before, "not a word to the old one")
        #expect(new.bindings.count == 1)
        #expect(rig.live.registration(registration.id)?.target == "udp:127.0.0.1:\(new.port)")
        #expect(rig.live.history(of: registration.id).map(\.state) == [.registering, .registered])
        #expect(names.asked.count - asked <= 8, "two refreshes at most, four questions each: \(names.asked)")
        await rig.stop()
        await names.stop()
    }

    /// What the machine calls the time is for people; leases run on the time that passes.
    @Test(arguments: [86_400_000, -86_400_000] as [Int64]) func aWallClockThatIsSet(_ jump: Int64) async throws {
        let registrar = try await TestRegistrar.start()
        let shift = SetClock()
        let rig = try await RegistrationRig(
            clock: EdgeClock(
                now: { [clock] in clock.now.milliseconds },
                wall: { [clock] in clock.now.milliseconds + shift.milliseconds.load(ordering: .relaxed) }))
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .registered))
        let before = try #require(rig.live.registration(registration.id))
        shift.milliseconds.store(jump, ordering: .relaxed)
        try await rig.pass(.seconds(290), on: clock, [registrar])
        #expect(registrar.requestCount == 2, "nothing is due")
        let after = try #require(rig.live.registration(registration.id))
        #expect(after.expiresAt == before.expiresAt.map { $0 + jump })
        #expect(after.nextActionAt == before.nextActionAt.map { $0 + jump })
        #expect(after.lastSuccess == before.lastSuccess.map { $0 + jump })
        try await rig.pass(.seconds(260), on: clock, [registrar])
        #expect(registrar.requestCount == 3, "one refresh, in its time")
        await rig.stop()
    }

    private final class SetClock: Sendable { let milliseconds = Atomic<Int64>(0) }

    /// A machine that slept: all leases are over at the same moment.
    @Test func anHourThatIsSleptThrough() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig(clock: edgeClock) {
            $0.registrations.limits = Pacer.Limits(
                registrarRate: 10, registrarBurst: 5, overallRate: 0, overallBurst: 1)
        }
        let count = 20
        for number in 0..<count { try await rig.create("u\(number)", at: registrar) }
        try await rig.pass(.seconds(10), on: clock, [registrar])
        #expect(await rig.allStand(.registered, count))
        registrar.forgetRequests()
        clock.advance(by: .seconds(3600))
        try await rig.pass(.zero, on: clock, [registrar])
        #expect(registrar.requestCount == 5, "no burst")
        try await rig.pass(.seconds(2), on: clock, [registrar])
        #expect(await rig.allStand(.registered, count))
        #expect(registrar.requestCount == count, "one message each, by the nonce that is there")
        await rig.stop()
    }
}

extension RegistrationRig {
    /// Lets time pass from deadline to deadline; what is sent at each has come, and what was answered was read, before it
    /// goes on.
    fileprivate func pass(_ duration: Duration, on clock: ManualClock, _ registrars: [TestRegistrar]) async throws {
        let end = clock.now.milliseconds + Int64(duration / .milliseconds(1))
        while true {
            for shard in live.shards { live.turn(shard) }
            try await settle(registrars)
            guard let next = nextDeadline(at: clock.now.milliseconds), next <= end else { break }
            clock.advance(by: .milliseconds(max(0, next - clock.now.milliseconds)))
        }
        clock.advance(by: .milliseconds(end - clock.now.milliseconds))
    }

    private func nextDeadline(at now: Int64) -> Int64? {
        let deadlines = live.shards.compactMap { $0.state.withLock { $0.deadlines.first?.at } }
        return (deadlines + [live.pace.nextGrant(at: now)].compactMap(\.self)).min()
    }

    /// What is under way.
    private struct Unsettled: Error, Equatable {
        /// Machines that wait for a target, those that wait in line, and who is in line.
        var resolving = 0
        var queued = 0
        var waiting = 0
        /// Datagrams.
        var requests = 0
        var answers = 0
    }

    /// Waits until machines wait for nothing but time and their registrars.
    private func settle(_ registrars: [TestRegistrar]) async throws {
        var last = Unsettled()
        let isSettled = await eventually {
            last = survey(registrars)
            // Who is queued and not in the line has a permit that is on its way.
            return last == Unsettled(queued: last.waiting, waiting: last.waiting)
        }
        guard isSettled else { throw last }
    }

    private func survey(_ registrars: [TestRegistrar]) -> Unsettled {
        let counters = live.registrationCounters()
        var found = Unsettled(waiting: live.pace.waitingCount)
        for shard in live.shards {
            shard.state.withLock { state in
                for machine in state.carried.values.map(\.machine) where machine.isInProgress {
                    if machine.isQueued { found.queued += 1 } else if !machine.isTransacting { found.resolving += 1 }
                }
            }
        }
        found.requests = Int(counters.sent) - registrars.reduce(0) { $0 + Int($1.seen) }
        found.answers = registrars.reduce(0) { $0 + Int($1.answered) } - Int(counters.answers.values.reduce(0, +))
        return found
    }
}
