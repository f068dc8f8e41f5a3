import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// Many at a registrar that answers nobody; time moves only when it is told to.
@Suite(.timeLimit(.minutes(2))) struct SilentRegistrarTests {
    private let clock = ManualClock()

    /// Lets time pass in steps that are shorter than any wait, so that each deadline has its turn.
    private func pass(seconds: Double, _ rig: RegistrationRig) {
        for _ in 0..<Int(seconds * 4) {
            clock.advance(by: .milliseconds(250))
            for shard in rig.live.shards { rig.live.turn(shard) }
        }
    }

    @Test func oneTriesForAllAndAllComeBackWithIt() async throws {
        let registrar = try await TestRegistrar.start()
        registrar.change { $0.instead = { _ in .silence } }
        let other = try await TestRegistrar.start()
        let clock = clock
        let rig = try await RegistrationRig(clock: EdgeClock { clock.now.milliseconds }) {
            // So slow that some still wait when the first have waited in vain.
            $0.registrations.limits = Pacer.Limits(
                registrarRate: 0.25, registrarBurst: 4, overallRate: 0, overallBurst: 1)
        }
        var all: [OutboundRegistration] = []
        for number in 0..<20 { all.append(try await rig.create("u\(number)", at: registrar)) }
        let alive = try await rig.create("alive", at: other)
        #expect(await rig.stands(alive, .registered))
        #expect(await eventually { Set(registrar.requests.map(\.user)).count == 4 })

        // Until the last that went before it was known has waited in vain, too.
        pass(seconds: 80, rig)
        #expect(rig.live.registrationCounters().silent == 1)
        #expect(await rig.allStand(.retrying, 20))
        let told = all.compactMap { rig.live.registration($0.id) }.filter { $0.status == 503 && !$0.isInProgress }
        #expect(told.count >= 4 && told.allSatisfy { $0.reason == "Registrar Silent" && $0.nextActionAt != nil })
        #expect(try await rig.outcome(of: all[19]) { $0?.isSuccessful == false })

        // Who tries now has it alone: a try takes 32 seconds.
        registrar.forgetRequests()
        pass(seconds: 100, rig)
        #expect(await eventually { registrar.requestCount > 0 })
        #expect((1...4).contains(Set(registrar.requests.map { "\($0.user) \($0.cseq)" }).count))

        registrar.change { $0.instead = nil }
        #expect(
            await eventually {
                pass(seconds: 0.25, rig)
                return rig.live.registrationCounters().states["registered"] == 21
            })
        #expect(rig.live.registrationCounters().silent == 0)
        await rig.stop()
    }
}
